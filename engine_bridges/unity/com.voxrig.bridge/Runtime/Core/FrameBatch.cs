using System;

namespace Voxrig.Core
{
    /// <summary>
    /// Consecutive frames of one utterance, as they lie in the packet: read them before the call returns.
    /// </summary>
    public sealed class FrameBatch
    {
        private long[] samples = new long[64];
        private byte[] bytes = new byte[0];
        private int offset;

        /// <summary>Index of the first frame in its session.</summary>
        public long FirstIndex { get; private set; }

        /// <summary>0 for the first utterance of a session.</summary>
        public uint Utterance { get; private set; }

        /// <summary>How many frames there are.</summary>
        public int Count { get; private set; }

        /// <summary>Bytes of one frame.</summary>
        public int FrameBytes { get; private set; }

        /// <summary>The media sample on which frame <paramref name="i"/> of the batch falls.</summary>
        public long Sample(int i)
        {
            return samples[Checked(i)];
        }

        /// <summary>
        /// Copies frame <paramref name="i"/> to <paramref name="values"/>, which holds a whole frame or more.
        /// </summary>
        public void CopyTo(int i, float[] values)
        {
            // Every machine that Unity runs on is little-endian, as the wire is.
            Buffer.BlockCopy(bytes, offset + Checked(i) * FrameBytes, values, 0, FrameBytes);
        }

        /// <summary>
        /// FNV-1a of 32 bits over the bytes of frame <paramref name="i"/>: to compare clients bit for bit.
        /// </summary>
        public uint Hash(int i)
        {
            var hash = 2166136261u;
            var from = offset + Checked(i) * FrameBytes;
            for (var k = from; k < from + FrameBytes; k++)
                hash = unchecked((hash ^ bytes[k]) * 16777619u);
            return hash;
        }

        internal void Begin(long firstIndex, uint utterance, int count)
        {
            FirstIndex = firstIndex;
            Utterance = utterance;
            Count = count;
            if (samples.Length < count)
                samples = new long[Math.Max(count, 2 * samples.Length)];
        }

        internal void SetSample(int i, long sample)
        {
            samples[i] = sample;
        }

        /// <exception cref="LinkFormatException">The bytes are no whole number of floats a frame.</exception>
        internal void SetValues(byte[] source, int from, int count)
        {
            if (Count == 0 ? count != 0 : count % (4 * Count) != 0)
                throw new LinkFormatException(count + " bytes of values cannot be " + Count + " frames of floats");
            bytes = source;
            offset = from;
            FrameBytes = Count == 0 ? 0 : count / Count;
        }

        // Frames that nobody is to be told of.
        internal void DropFirst(int count)
        {
            Array.Copy(samples, count, samples, 0, Count - count);
            offset += count * FrameBytes;
            FirstIndex += count;
            Count -= count;
        }

        internal void Replace(int i, float[] values)
        {
            Buffer.BlockCopy(values, 0, bytes, offset + Checked(i) * FrameBytes, FrameBytes);
        }

        private int Checked(int i)
        {
            if (i < 0 || i >= Count)
                throw new ArgumentOutOfRangeException("i", i, "there are " + Count + " frames");
            return i;
        }
    }
}
