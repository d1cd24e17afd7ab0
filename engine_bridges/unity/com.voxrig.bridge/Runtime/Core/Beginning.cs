namespace Voxrig.Core
{
    /// <summary>Where a session's counting begins: a frame that falls exactly on a media sample.</summary>
    public struct Beginning
    {
        /// <summary>The first frame.</summary>
        public long FrameIndex;

        /// <summary>The sample that it falls on.</summary>
        public long MediaSample;

        /// <summary>The number of the first utterance.</summary>
        public uint Utterance;

        /// <summary>Whether it is not simply at 0.</summary>
        public bool IsSet { get { return FrameIndex > 0 || MediaSample > 0 || Utterance > 0; } }
    }
}
