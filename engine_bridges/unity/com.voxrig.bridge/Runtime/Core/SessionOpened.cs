namespace Voxrig.Core
{
    /// <summary>The names and numbers of a session, told once.</summary>
    public sealed class SessionOpened
    {
        /// <summary>As it was asked for.</summary>
        public string Rig = "";

        /// <summary>One name a control, in the order of a frame's values.</summary>
        public string[] Controls = new string[0];

        /// <summary>Least value of each control.</summary>
        public float[] Minimum = new float[0];

        /// <summary>Largest value of each control.</summary>
        public float[] Maximum = new float[0];

        /// <summary>One name a bone; each has a quaternion x, y, z, w behind the controls.</summary>
        public string[] Bones = new string[0];

        /// <summary>Floats in a frame: controls + 4 * bones.</summary>
        public int Stride;

        /// <summary>Frames a second, above the line.</summary>
        public uint FrameRateNumerator;

        /// <summary>Frames a second, below the line.</summary>
        public uint FrameRateDenominator = 1;

        /// <summary>How much later audio a frame needs, in seconds: above the line.</summary>
        public ulong LookAheadNumerator;

        /// <summary>How much later audio a frame needs, in seconds: below the line.</summary>
        public ulong LookAheadDenominator = 1;

        /// <summary>Samples until the mouth rests after an interruption.</summary>
        public long BlendSamples;

        /// <summary>In Hz, as announced.</summary>
        public uint SampleRate;

        /// <summary>The one drawn or given: with it the same audio gives the same frames again.</summary>
        public ulong Seed;

        /// <summary>What brings the session back after a loss; a secret. Empty where nothing does.</summary>
        public string ResumeId = "";

        /// <summary>How much later audio a frame needs, in seconds.</summary>
        public double LookAheadSeconds { get { return LookAheadNumerator / (double)LookAheadDenominator; } }
    }
}
