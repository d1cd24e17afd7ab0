using System;

namespace Voxrig.Core
{
    /// <summary>
    /// Cuts a stream of bytes, which comes in pieces of any size, into packets: u32 little-endian length, payload.
    /// </summary>
    public sealed class PacketSplitter
    {
        /// <summary>The largest payload taken, in bytes; servers send at most about 1 MiB.</summary>
        public const int Largest = 16 << 20;

        private byte[] held = new byte[16384];
        private int count;

        /// <summary>Whether part of a packet is waiting for the rest.</summary>
        public bool IsInside { get { return count > 0; } }

        /// <summary>
        /// Takes a piece that came at <paramref name="time"/> and adds what it completes to <paramref name="whole"/>.
        /// </summary>
        /// <exception cref="LinkFormatException">A packet would be larger than <see cref="Largest"/>.</exception>
        public void Add(byte[] piece, int length, double time, PacketQueue whole)
        {
            if (count + length > held.Length)
                Array.Resize(ref held, Math.Max(count + length, 2 * held.Length));
            Buffer.BlockCopy(piece, 0, held, count, length);
            count += length;
            var from = 0;
            while (count - from >= 4)
            {
                var size = (uint)(held[from] | held[from + 1] << 8 | held[from + 2] << 16 | held[from + 3] << 24);
                if (size > Largest)
                    throw new LinkFormatException("a packet of " + size
                        + " bytes; is this the engine-link port of a Voxrig server?");
                if (count - from - 4 < size)
                    break;
                whole.Add(held, from + 4, (int)size, time);
                from += 4 + (int)size;
            }
            count -= from;
            if (from > 0 && count > 0)
                Buffer.BlockCopy(held, from, held, 0, count);
        }
    }
}
