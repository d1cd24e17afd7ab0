using System;
using System.Text;

namespace Voxrig.Core
{
    /// <summary>A WAV file's samples: PCM of 8, 16, 24 or 32 bits, or 32-bit floats.</summary>
    public sealed class WavFile
    {
        /// <summary>In Hz.</summary>
        public int SampleRate { get; private set; }

        /// <summary>Channels, interleaved in <see cref="Samples"/>.</summary>
        public int Channels { get; private set; }

        /// <summary>Full scale is 1; the channels' samples of a moment lie side by side.</summary>
        public float[] Samples { get; private set; }

        /// <summary>Reads the bytes of a file.</summary>
        /// <exception cref="FormatException">It is no WAV file, or one of another encoding.</exception>
        public static WavFile Read(byte[] bytes)
        {
            if (bytes.Length < 12 || Name(bytes, 0) != "RIFF" || Name(bytes, 8) != "WAVE")
                throw new FormatException("not a WAV file: it begins with no RIFF header");
            var wav = new WavFile();
            int encoding = 0, bits = 0;
            for (var place = 12; place + 8 <= bytes.Length;)
            {
                var name = Name(bytes, place);
                var size = (int)Math.Min((uint)BitConverter.ToInt32(bytes, place + 4), bytes.Length - place - 8);
                var body = place + 8;
                if (name == "fmt " && size >= 16)
                {
                    encoding = BitConverter.ToUInt16(bytes, body);
                    wav.Channels = BitConverter.ToUInt16(bytes, body + 2);
                    wav.SampleRate = BitConverter.ToInt32(bytes, body + 4);
                    bits = BitConverter.ToUInt16(bytes, body + 14);
                    if (encoding == 0xfffe && size >= 26)
                        encoding = BitConverter.ToUInt16(bytes, body + 24); // the first of the sub-format's bytes
                }
                else if (name == "data")
                {
                    wav.Samples = Decode(bytes, body, size, encoding, bits);
                    break;
                }
                place = body + size + (size & 1);
            }
            if (wav.Samples == null || wav.Channels == 0)
                throw new FormatException("the WAV file has no " + (wav.Channels == 0 ? "format" : "samples"));
            return wav;
        }

        private static float[] Decode(byte[] bytes, int body, int size, int encoding, int bits)
        {
            var isFloat = encoding == 3 && bits == 32;
            if (!isFloat && (encoding != 1 || bits != 8 && bits != 16 && bits != 24 && bits != 32))
                throw new FormatException("a WAV file of encoding " + encoding + " with " + bits
                    + " bits cannot be read; save it as 16-bit PCM");
            var width = bits / 8;
            var samples = new float[size / width];
            for (var i = 0; i < samples.Length; i++)
                samples[i] = isFloat ? BitConverter.ToSingle(bytes, body + 4 * i)
                    : Whole(bytes, body + width * i, width);
            return samples;
        }

        private static float Whole(byte[] bytes, int place, int width)
        {
            if (width == 1)
                return (bytes[place] - 128) / 128f;
            var value = 0;
            for (var k = 0; k < width; k++)
                value |= bytes[place + k] << (8 * (4 - width + k));
            return value / 2147483648f;
        }

        private static string Name(byte[] bytes, int place)
        {
            return Encoding.ASCII.GetString(bytes, place, 4);
        }
    }
}
