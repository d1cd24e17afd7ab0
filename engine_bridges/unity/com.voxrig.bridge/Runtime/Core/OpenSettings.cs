using System.Collections.Generic;

namespace Voxrig.Core
{
    /// <summary>What a session is opened with. proto/README.md of Voxrig says what each may be.</summary>
    public sealed class OpenSettings
    {
        /// <summary>"arkit" or "metahuman".</summary>
        public string Rig = "arkit";

        /// <summary>Frames a second, above the line.</summary>
        public uint FrameRateNumerator = 60;

        /// <summary>Frames a second, below the line.</summary>
        public uint FrameRateDenominator = 1;

        /// <summary>"S16LE" or "F32LE".</summary>
        public string Encoding = "S16LE";

        /// <summary>Of the audio that will be sent, in Hz: 8,000 to 192,000.</summary>
        public uint SampleRate = 48000;

        /// <summary>1, or 2: interleaved.</summary>
        public uint Channels = 1;

        /// <summary>Of all that is left to chance; 0 lets the server draw one.</summary>
        public ulong Seed;

        /// <summary>
        /// The most look-ahead that the model may need, in milliseconds; 0 takes the server's default model.
        /// </summary>
        public uint LookAheadMilliseconds;

        /// <summary>
        /// Style, life and what the server is to tell: "style" to "soft", "tell" to "visemes,emotion".
        /// </summary>
        public readonly Dictionary<string, string> Options = new Dictionary<string, string>();

        /// <summary>
        /// For how long the server keeps the session where the connection is lost, in milliseconds; 0: as the
        /// connection's <see cref="LinkOptions"/> say.
        /// </summary>
        public uint ResumeWindowMilliseconds;

        /// <summary>Where the counting begins; a client that survives sets it by itself.</summary>
        public Beginning Begin;

        /// <summary>Sets an option from text such as "style=soft"; false where there is no "=" in it.</summary>
        public bool SetOption(string pair)
        {
            var equals = pair.IndexOf('=');
            if (equals < 1)
                return false;
            Options[pair.Substring(0, equals).Trim()] = pair.Substring(equals + 1).Trim();
            return true;
        }

        internal OpenSettings Copy()
        {
            var copy = new OpenSettings
            {
                Rig = Rig, FrameRateNumerator = FrameRateNumerator, FrameRateDenominator = FrameRateDenominator,
                Encoding = Encoding, SampleRate = SampleRate, Channels = Channels, Seed = Seed, Begin = Begin,
                LookAheadMilliseconds = LookAheadMilliseconds, ResumeWindowMilliseconds = ResumeWindowMilliseconds
            };
            foreach (var option in Options)
                copy.Options[option.Key] = option.Value;
            return copy;
        }

        /// <summary>Bytes of one sample of all channels.</summary>
        public int BytesPerSample { get { return (Encoding == "F32LE" ? 4 : 2) * (int)System.Math.Max(1u, Channels); } }
    }
}
