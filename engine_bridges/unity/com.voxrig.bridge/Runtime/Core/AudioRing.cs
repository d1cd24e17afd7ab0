using System;
using System.Threading;

namespace Voxrig.Core
{
    /// <summary>
    /// Samples from one thread to another without a lock: one writes, one reads. What does not fit is dropped and
    /// counted.
    /// </summary>
    public sealed class AudioRing
    {
        private readonly float[] data;
        private long written;
        private long read;
        private long overflowed;

        /// <summary>Room for <paramref name="capacity"/> samples.</summary>
        public AudioRing(int capacity)
        {
            if (capacity < 1)
                throw new ArgumentOutOfRangeException("capacity", capacity, "give 1 sample or more");
            data = new float[capacity];
        }

        /// <summary>Samples that can be read.</summary>
        public int Count { get { return (int)(Volatile.Read(ref written) - Volatile.Read(ref read)); } }

        /// <summary>Samples dropped because there was no room, since the start.</summary>
        public long Overflowed { get { return Volatile.Read(ref overflowed); } }

        /// <summary>
        /// Takes samples; the last of them are dropped where there is no room. Returns how many were taken.
        /// </summary>
        public int Write(float[] samples, int offset, int count)
        {
            var at = written; // only this thread writes it
            var taken = (int)Math.Min(count, data.Length - (at - Volatile.Read(ref read)));
            Copy(samples, offset, data, (int)(at % data.Length), taken);
            Volatile.Write(ref written, at + taken);
            if (taken < count)
                Volatile.Write(ref overflowed, overflowed + count - taken);
            return taken;
        }

        /// <summary>Moves up to <paramref name="count"/> samples out; returns how many there were.</summary>
        public int Read(float[] samples, int offset, int count)
        {
            var at = read; // only this thread writes it
            var given = (int)Math.Min(count, Volatile.Read(ref written) - at);
            var place = (int)(at % data.Length);
            var straight = Math.Min(given, data.Length - place);
            Array.Copy(data, place, samples, offset, straight);
            Array.Copy(data, 0, samples, offset + straight, given - straight);
            Volatile.Write(ref read, at + given);
            return given;
        }

        /// <summary>Forgets what could be read; for the reading thread.</summary>
        public void Clear()
        {
            Volatile.Write(ref read, Volatile.Read(ref written));
        }

        private static void Copy(float[] samples, int offset, float[] ring, int place, int count)
        {
            var straight = Math.Min(count, ring.Length - place);
            Array.Copy(samples, offset, ring, place, straight);
            Array.Copy(samples, offset + straight, ring, 0, count - straight);
        }
    }
}
