using System;

namespace Voxrig.Core
{
    /// <summary>
    /// Samples as Unity has them (float, full scale 1) and as they travel (16-bit, full scale 32768).
    /// </summary>
    public static class Pcm
    {
        /// <summary>
        /// Writes samples as 16-bit little-endian; beyond full scale they are clipped, NaN becomes 0.
        /// </summary>
        public static void ToS16(float[] samples, int offset, int count, byte[] bytes, int place)
        {
            for (var i = 0; i < count; i++)
            {
                var scaled = Math.Round(samples[offset + i] * 32768.0);
                var value = double.IsNaN(scaled) ? 0 : (int)Math.Max(-32768.0, Math.Min(32767.0, scaled));
                bytes[place + 2 * i] = (byte)value;
                bytes[place + 2 * i + 1] = (byte)(value >> 8);
            }
        }

        /// <summary>Reads 16-bit little-endian samples.</summary>
        public static void FromS16(byte[] bytes, int place, int count, float[] samples, int offset)
        {
            for (var i = 0; i < count; i++)
                samples[offset + i] = (short)(bytes[place + 2 * i] | bytes[place + 2 * i + 1] << 8) / 32768f;
        }

        /// <summary>Mixes <paramref name="frames"/> interleaved samples of all channels to their mean.</summary>
        /// <remarks>
        /// <paramref name="mono"/> may be the same array as <paramref name="interleaved"/> at the same offset.
        /// </remarks>
        public static void ToMono(float[] interleaved, int offset, int channels, int frames, float[] mono, int place)
        {
            for (var i = 0; i < frames; i++)
            {
                var sum = 0f;
                for (var c = 0; c < channels; c++)
                    sum += interleaved[offset + i * channels + c];
                mono[place + i] = sum / channels;
            }
        }
    }
}
