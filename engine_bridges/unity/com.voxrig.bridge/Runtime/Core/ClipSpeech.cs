using System;

namespace Voxrig.Core
{
    /// <summary>
    /// A clip that is there as a whole: mixed to mono and brought to the player's rate as it is read.
    /// </summary>
    public sealed class ClipSpeech : ISpeechSource
    {
        private const int Piece = 1024;

        private readonly float[] interleaved;
        private readonly int channels;
        private readonly int frames;
        private readonly Resampler resampler;
        private readonly float[] piece = new float[Piece];
        private int taken;

        /// <summary>
        /// Interleaved samples of <paramref name="channels"/> channels at <paramref name="fromRate"/> Hz.
        /// </summary>
        public ClipSpeech(float[] interleaved, int channels, int fromRate, int toRate)
        {
            if (channels < 1)
                throw new ArgumentOutOfRangeException("channels", channels, "a clip has 1 channel or more");
            this.interleaved = interleaved;
            this.channels = channels;
            frames = interleaved.Length / channels;
            if (fromRate != toRate)
                resampler = new Resampler(fromRate, toRate);
        }

        /// <inheritdoc />
        public bool HasEnded { get; private set; }

        /// <inheritdoc />
        public int Read(float[] samples, int offset, int count)
        {
            if (resampler == null)
            {
                var some = Math.Min(count, frames - taken);
                Pcm.ToMono(interleaved, taken * channels, channels, some, samples, offset);
                taken += some;
                HasEnded = taken == frames;
                return some;
            }
            var given = resampler.Read(samples, offset, count);
            while (given < count && !HasEnded)
            {
                var length = Math.Min(Piece, frames - taken);
                if (length > 0)
                {
                    Pcm.ToMono(interleaved, taken * channels, channels, length, piece, 0);
                    resampler.Write(piece, 0, length);
                    taken += length;
                }
                if (taken == frames)
                    resampler.Flush();
                var more = resampler.Read(samples, offset + given, count - given);
                given += more;
                HasEnded = taken == frames && more == 0;
            }
            return given;
        }
    }
}
