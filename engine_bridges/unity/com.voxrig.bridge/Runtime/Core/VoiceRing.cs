using System;

namespace Voxrig.Core
{
    /// <summary>The sound of a character on its media timeline, as an engine's looping clip holds it.</summary>
    /// <remarks>
    /// Media sample m lies at m modulo the length. What was played is silenced, so that a game that hangs for long does
    /// not hear it again. Changes are handed out in blocks, whole and aligned: that is how engines take samples.
    /// </remarks>
    public sealed class VoiceRing
    {
        /// <summary>Samples of a block.</summary>
        public const int Block = 256;

        private readonly float[] data;
        private readonly bool[] dirty;
        private long silencedTo;
        private int changed; // blocks that are dirty
        private int next; // where the search for one goes on

        /// <summary>A ring of <paramref name="seconds"/>, rounded up to whole blocks.</summary>
        public VoiceRing(int sampleRate, double seconds)
        {
            var blocks = (int)Math.Ceiling(seconds * sampleRate / Block);
            data = new float[blocks * Block];
            dirty = new bool[blocks];
            silencedTo = data.Length;
        }

        /// <summary>Samples that it holds.</summary>
        public int Length { get { return data.Length; } }

        /// <summary>Puts samples at <paramref name="media"/> on the timeline.</summary>
        public void Write(long media, float[] samples, int offset, int count)
        {
            for (var i = 0; i < count; i++)
                Put(media + i, samples[offset + i]);
        }

        /// <summary>Copies what lies from <paramref name="media"/> on.</summary>
        public void Read(long media, float[] samples, int count)
        {
            for (var i = 0; i < count; i++)
                samples[i] = data[Place(media + i)];
        }

        /// <summary>
        /// Silences the timeline from <paramref name="from"/> to <paramref name="to"/>; the first samples fade out.
        /// </summary>
        public void Silence(long from, long to, int fade)
        {
            for (var media = from; media < to; media++)
            {
                var left = 1f - (media - from + 1) / (fade + 1f);
                Put(media, left > 0f ? left * data[Place(media)] : 0f);
            }
        }

        /// <summary>
        /// Everything before <paramref name="media"/> was played: its room, now ahead of what is written, falls silent.
        /// </summary>
        public void Played(long media)
        {
            var to = media + data.Length - Block;
            for (silencedTo = Math.Max(silencedTo, to - data.Length); silencedTo < to; silencedTo++)
                Put(silencedTo, 0f);
        }

        /// <summary>Copies one block that has changed and tells where it begins; false where none has.</summary>
        public bool TakeChanged(float[] block, out int place)
        {
            for (var looked = 0; changed > 0 && looked < dirty.Length; looked++)
            {
                next = (next + 1) % dirty.Length;
                if (!dirty[next])
                    continue;
                dirty[next] = false;
                place = next * Block;
                Array.Copy(data, place, block, 0, Block);
                changed--;
                return true;
            }
            place = 0;
            return false;
        }

        private int Place(long media)
        {
            return (int)(media % data.Length);
        }

        private void Put(long media, float value)
        {
            var place = Place(media);
            if (data[place] == value)
                return;
            data[place] = value;
            if (dirty[place / Block])
                return;
            dirty[place / Block] = true;
            changed++;
        }
    }
}
