using System;

namespace Voxrig.Core
{
    /// <summary>
    /// Brings a live voice of any channels and rate to mono at the player's rate. Belongs to the thread that pushes.
    /// </summary>
    public sealed class LiveInput
    {
        private const int Piece = 1024;

        private readonly AudioRing ring;
        private readonly int rate;
        private readonly float[] mono = new float[Piece];
        private readonly float[] resampled = new float[Piece];
        private Resampler resampler;
        private int fromRate;

        /// <summary>Into <paramref name="ring"/>, whose samples are at <paramref name="rate"/> Hz.</summary>
        public LiveInput(AudioRing ring, int rate)
        {
            this.ring = ring;
            this.rate = rate;
        }

        /// <summary>
        /// Takes <paramref name="frames"/> interleaved samples of all channels; what does not fit the ring it counts.
        /// </summary>
        public void Push(float[] interleaved, int offset, int frames, int channels, int sampleRate)
        {
            if (sampleRate != fromRate)
            {
                fromRate = sampleRate;
                resampler = fromRate == rate ? null : new Resampler(fromRate, rate);
            }
            for (var done = 0; done < frames; done += Piece)
            {
                var count = Math.Min(Piece, frames - done);
                Pcm.ToMono(interleaved, offset + done * channels, channels, count, mono, 0);
                if (resampler == null)
                    ring.Write(mono, 0, count);
                else
                    Resample(count);
            }
        }

        private void Resample(int count)
        {
            resampler.Write(mono, 0, count);
            for (var given = resampler.Read(resampled, 0, Piece); given > 0; given = resampler.Read(resampled, 0,
                Piece))
                ring.Write(resampled, 0, given);
        }
    }
}
