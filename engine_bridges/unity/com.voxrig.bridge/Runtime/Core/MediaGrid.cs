namespace Voxrig.Core
{
    /// <summary>Frames against media samples, in whole numbers.</summary>
    internal struct MediaGrid
    {
        private const ulong Largest = 1ul << 31;

        private readonly ulong samples; // in lowest terms: so many samples are `frames` frames
        private readonly ulong frames;

        public MediaGrid(uint sampleRate, uint numerator, uint denominator)
        {
            var whole = (ulong)sampleRate * denominator;
            samples = 0;
            frames = 1;
            if (whole == 0 || numerator == 0)
                return;
            ulong a = whole, b = numerator;
            while (b != 0)
            {
                var rest = a % b;
                a = b;
                b = rest;
            }
            samples = whole / a;
            frames = numerator / a;
        }

        /// <summary>False for rates that make no sense, or whose products would not fit.</summary>
        public bool IsUsable { get { return samples > 0 && samples < Largest && frames < Largest; } }

        /// <summary>The sample that a frame falls on, rounded down.</summary>
        public long SampleOf(long frame)
        {
            var index = (ulong)frame;
            return (long)(index / frames * samples + index % frames * samples / frames);
        }

        /// <summary>The first frame at a sample or after it.</summary>
        public long FirstFrame(long sample)
        {
            var at = (ulong)sample;
            return (long)(at / samples * frames + (at % samples * frames + samples - 1) / samples);
        }

        /// <summary>The nearest frame at a sample or after it that falls on a sample exactly.</summary>
        public Beginning ExactlyAfter(long sample)
        {
            return Exact(((ulong)sample + samples - 1) / samples);
        }

        /// <summary>The nearest frame at a sample or before it that falls on a sample exactly.</summary>
        public Beginning ExactlyBefore(long sample)
        {
            return Exact((ulong)sample / samples);
        }

        private Beginning Exact(ulong times)
        {
            return new Beginning { FrameIndex = (long)(times * frames), MediaSample = (long)(times * samples) };
        }
    }
}
