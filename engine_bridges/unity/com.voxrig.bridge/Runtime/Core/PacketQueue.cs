using System;

namespace Voxrig.Core
{
    /// <summary>Whole payloads with the time each came at, in one array that is kept.</summary>
    public sealed class PacketQueue
    {
        private byte[] bytes = new byte[16384];
        private int[] ends = new int[64];
        private double[] times = new double[64];

        /// <summary>Payloads held.</summary>
        public int Count { get; private set; }

        /// <summary>The array that they lie in.</summary>
        public byte[] Bytes { get { return bytes; } }

        /// <summary>Bytes held.</summary>
        public int Size { get { return Count == 0 ? 0 : ends[Count - 1]; } }

        /// <summary>Where payload <paramref name="i"/> begins.</summary>
        public int Begin(int i)
        {
            return i == 0 ? 0 : ends[i - 1];
        }

        /// <summary>Bytes of payload <paramref name="i"/>.</summary>
        public int Length(int i)
        {
            return ends[i] - Begin(i);
        }

        /// <summary>When payload <paramref name="i"/> came, in seconds.</summary>
        public double Time(int i)
        {
            return times[i];
        }

        /// <summary>Takes one more.</summary>
        public void Add(byte[] source, int offset, int count, double time)
        {
            var size = Size;
            if (size + count > bytes.Length)
                Array.Resize(ref bytes, Math.Max(size + count, 2 * bytes.Length));
            if (Count == ends.Length)
            {
                Array.Resize(ref ends, 2 * Count);
                Array.Resize(ref times, 2 * Count);
            }
            Buffer.BlockCopy(source, offset, bytes, size, count);
            ends[Count] = size + count;
            times[Count++] = time;
        }

        /// <summary>Forgets all.</summary>
        public void Clear()
        {
            Count = 0;
        }
    }
}
