namespace Voxrig.Core
{
    /// <summary>What happened to frames and to calls of <see cref="PlayoutBuffer.Sample"/>, since the start.</summary>
    public sealed class PlayoutCounts
    {
        /// <summary>Frames that came in.</summary>
        public long Pushed;

        /// <summary>Calls answered with one frame as it came.</summary>
        public long Exact;

        /// <summary>Calls answered from two frames.</summary>
        public long Interpolated;

        /// <summary>Calls after the newest frame, within the hold: the newest again.</summary>
        public long Held;

        /// <summary>Calls later than that, easing to rest or at rest.</summary>
        public long Rested;

        /// <summary>Calls before the oldest frame, or before any: rest or the oldest frame.</summary>
        public long Waited;

        /// <summary>Frames dropped because a newer one was already due when they came.</summary>
        public long Late;

        /// <summary>
        /// Frames in time that no call fell upon: the caller draws more slowly than the frames' rate.
        /// </summary>
        public long Skipped;

        /// <summary>Frames discarded by an interruption.</summary>
        public long Superseded;

        /// <summary>Oldest frames dropped because the buffer was full.</summary>
        public long Overflowed;
    }
}
