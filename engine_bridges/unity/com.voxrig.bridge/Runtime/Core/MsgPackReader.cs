using System;
using System.Text;

namespace Voxrig.Core
{
    /// <summary>
    /// A cursor over MessagePack bytes that it does not own. Reads nothing beyond <c>end</c> and allocates nothing.
    /// </summary>
    /// <remarks>
    /// Whatever is malformed, truncated or of another type than asked for throws a <see cref="LinkFormatException"/>.
    /// </remarks>
    public struct MsgPackReader
    {
        private const int Deepest = 32;

        private readonly byte[] bytes;
        private readonly int end;
        private int place;

        /// <summary>Reads <paramref name="count"/> bytes from <paramref name="offset"/> on.</summary>
        public MsgPackReader(byte[] bytes, int offset, int count)
        {
            if (bytes == null || offset < 0 || count < 0 || count > bytes.Length - offset)
                throw new ArgumentOutOfRangeException("count", "the bytes to read lie outside the array");
            this.bytes = bytes;
            place = offset;
            end = offset + count;
        }

        /// <summary>Where the next value begins, as an index of the array.</summary>
        public int Place { get { return place; } }

        /// <summary>Whether everything was read.</summary>
        public bool IsAtEnd { get { return place == end; } }

        /// <summary>Reads a map's header and returns its number of keys.</summary>
        public int Map()
        {
            return Header(0x80, 0xde, 2, "a map");
        }

        /// <summary>Reads an array's header and returns its number of elements.</summary>
        public int Array()
        {
            return Header(0x90, 0xdc, 1, "an array");
        }

        /// <summary>
        /// Reads text without making a string: its UTF-8 bytes lie from <paramref name="offset"/> on.
        /// </summary>
        public void TextSpan(out int offset, out int count)
        {
            var marker = Next();
            if ((marker & 0xe0) == 0xa0)
                count = marker & 0x1f;
            else if (marker >= 0xd9 && marker <= 0xdb)
                count = Size(1 << (marker - 0xd9));
            else
                throw Unexpected(marker, "text");
            offset = Take(count);
        }

        /// <summary>Reads text as a new string.</summary>
        public string Text()
        {
            int offset, count;
            TextSpan(out offset, out count);
            return Encoding.UTF8.GetString(bytes, offset, count);
        }

        /// <summary>Reads bytes where they lie: from <paramref name="offset"/> on.</summary>
        public void BinarySpan(out int offset, out int count)
        {
            var marker = Next();
            if (marker < 0xc4 || marker > 0xc6)
                throw Unexpected(marker, "bytes");
            count = Size(1 << (marker - 0xc4));
            offset = Take(count);
        }

        /// <summary>Reads an integer of 0 or more.</summary>
        public ulong Unsigned()
        {
            var marker = Next();
            if (marker < 0x80)
                return marker;
            if (marker >= 0xcc && marker <= 0xcf)
                return BigEndian(1 << (marker - 0xcc));
            place--;
            var value = Integer();
            if (value < 0)
                throw new LinkFormatException("the number " + value + " is below 0");
            return (ulong)value;
        }

        /// <summary>Reads an integer.</summary>
        public long Integer()
        {
            var marker = Next();
            if (marker < 0x80)
                return marker;
            if (marker >= 0xe0)
                return (sbyte)marker;
            switch (marker)
            {
                case 0xcc: case 0xcd: case 0xce: case 0xcf:
                    var value = BigEndian(1 << (marker - 0xcc));
                    if (value > long.MaxValue)
                        throw new LinkFormatException("the number " + value + " is too large");
                    return (long)value;
                case 0xd0: return (sbyte)BigEndian(1);
                case 0xd1: return (short)BigEndian(2);
                case 0xd2: return (int)BigEndian(4);
                case 0xd3: return (long)BigEndian(8);
                default: throw Unexpected(marker, "an integer");
            }
        }

        /// <summary>Reads an integer that fits 32 bits without a sign.</summary>
        public uint Small()
        {
            var value = Unsigned();
            if (value > uint.MaxValue)
                throw new LinkFormatException("the number " + value + " does not fit 32 bits");
            return (uint)value;
        }

        /// <summary>Reads a float, a double or an integer.</summary>
        public double Number()
        {
            var marker = Next();
            if (marker == 0xcb)
                return BitConverter.Int64BitsToDouble((long)BigEndian(8));
            if (marker == 0xca)
                return SingleBits((uint)BigEndian(4));
            place--;
            return marker == 0xcf ? Unsigned() : (double)Integer();
        }

        /// <summary>Reads true or false.</summary>
        public bool Boolean()
        {
            var marker = Next();
            if (marker != 0xc2 && marker != 0xc3)
                throw Unexpected(marker, "true or false");
            return marker == 0xc3;
        }

        /// <summary>Passes over one value with all that it holds.</summary>
        public void Skip()
        {
            Skip(0);
        }

        private void Skip(int depth)
        {
            if (depth > Deepest)
                throw new LinkFormatException("values are nested deeper than " + Deepest);
            var marker = Next();
            if (marker < 0x80 || marker >= 0xe0 || marker == 0xc0 || marker == 0xc2 || marker == 0xc3)
                return;
            if ((marker & 0xe0) == 0xa0)
                Take(marker & 0x1f);
            else if (marker >= 0xc4 && marker <= 0xc6)
                Take(Size(1 << (marker - 0xc4)));
            else if (marker >= 0xd9 && marker <= 0xdb)
                Take(Size(1 << (marker - 0xd9)));
            else if (marker == 0xca || marker == 0xcb)
                Take(marker == 0xca ? 4 : 8);
            else if (marker >= 0xcc && marker <= 0xcf)
                Take(1 << (marker - 0xcc));
            else if (marker >= 0xd0 && marker <= 0xd3)
                Take(1 << (marker - 0xd0));
            else if (marker >= 0xd4 && marker <= 0xd8)
                Take(1 + (1 << (marker - 0xd4)));
            else if (marker >= 0xc7 && marker <= 0xc9)
                Take(1 + Size(1 << (marker - 0xc7)));
            else
                SkipInside(marker, depth);
        }

        private void SkipInside(byte marker, int depth)
        {
            place--;
            var isMap = (marker & 0xf0) == 0x80 || marker == 0xde || marker == 0xdf;
            var count = isMap ? 2 * Map() : Array();
            for (var i = 0; i < count; i++)
                Skip(depth + 1);
        }

        private int Header(byte small, byte large, int least, string wanted)
        {
            var marker = Next();
            int count;
            if ((marker & 0xf0) == small)
                count = marker & 0x0f;
            else if (marker == large || marker == large + 1)
                count = Size(marker == large ? 2 : 4);
            else
                throw Unexpected(marker, wanted);
            if (count > (end - place) / least)
                throw new LinkFormatException(wanted + " of " + count + " elements does not fit the " + (end - place)
                    + " bytes left");
            return count;
        }

        private int Size(int bytesOfSize)
        {
            var size = BigEndian(bytesOfSize);
            if (size > (ulong)(end - place))
                throw new LinkFormatException("a value of " + size + " bytes does not fit the " + (end - place)
                    + " bytes left");
            return (int)size;
        }

        private ulong BigEndian(int count)
        {
            var from = Take(count);
            ulong value = 0;
            for (var i = 0; i < count; i++)
                value = value << 8 | bytes[from + i];
            return value;
        }

        private byte Next()
        {
            return bytes[Take(1)];
        }

        private int Take(int count)
        {
            if (bytes == null || count > end - place)
                throw new LinkFormatException("the message ends " + count + " byte(s) too early");
            var from = place;
            place += count;
            return from;
        }

        private LinkFormatException Unexpected(byte marker, string wanted)
        {
            return new LinkFormatException("byte " + (place - 1) + " is 0x" + marker.ToString("x2") + " where "
                + wanted + " should begin");
        }

        private static float SingleBits(uint bits)
        {
            // BitConverter has no Int32BitsToSingle before .NET Core, and no pointer is used here.
            var sign = bits >> 31 == 0 ? 1.0 : -1.0;
            var exponent = (int)(bits >> 23 & 0xff);
            double fraction = bits & 0x7fffff;
            if (exponent == 0xff)
                return fraction > 0 ? float.NaN : (float)(sign / 0.0);
            return (float)(exponent == 0 ? sign * fraction * Math.Pow(2, -149)
                : sign * (1 + fraction / 0x800000) * Math.Pow(2, exponent - 127));
        }
    }
}
