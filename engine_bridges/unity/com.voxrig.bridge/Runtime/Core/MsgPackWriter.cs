using System;
using System.Text;

namespace Voxrig.Core
{
    /// <summary>Writes the part of MessagePack that the engine link needs into one array that it keeps.</summary>
    /// <remarks>
    /// The array grows as needed and is never given up, so writing messages of a known size allocates nothing.
    /// </remarks>
    public sealed class MsgPackWriter
    {
        private byte[] bytes = new byte[1024];
        private int length;

        /// <summary>
        /// What was written: the first <see cref="Length"/> bytes. Another array after a write that needed more room.
        /// </summary>
        public byte[] Bytes { get { return bytes; } }

        /// <summary>Bytes written since <see cref="Clear"/>.</summary>
        public int Length { get { return length; } }

        /// <summary>Forgets what was written.</summary>
        public void Clear()
        {
            length = 0;
        }

        /// <summary>Leaves room for <paramref name="count"/> bytes and returns where it begins.</summary>
        public int Reserve(int count)
        {
            Need(count);
            var place = length;
            length += count;
            return place;
        }

        /// <summary>Puts a little-endian 32-bit number at <paramref name="place"/>.</summary>
        public void PutLittleEndian(int place, uint value)
        {
            for (var i = 0; i < 4; i++)
                bytes[place + i] = (byte)(value >> (8 * i));
        }

        /// <summary>Begins a map: this many keys, each followed by its value.</summary>
        public void Map(int pairs)
        {
            Header(pairs, 0x80, 0xde);
        }

        /// <summary>Begins an array of so many elements.</summary>
        public void Array(int count)
        {
            Header(count, 0x90, 0xdc);
        }

        /// <summary>Writes text as UTF-8; null is written as empty.</summary>
        public void Text(string text)
        {
            text = text ?? "";
            var size = Encoding.UTF8.GetByteCount(text);
            if (size < 32)
                Put((byte)(0xa0 | size));
            else if (size <= 0xff)
                PutBigEndian(0xd9, (ulong)size, 1);
            else if (size <= 0xffff)
                PutBigEndian(0xda, (ulong)size, 2);
            else
                PutBigEndian(0xdb, (ulong)size, 4);
            Need(size);
            Encoding.UTF8.GetBytes(text, 0, text.Length, bytes, length);
            length += size;
        }

        /// <summary>Writes <paramref name="count"/> bytes of <paramref name="source"/> as they are.</summary>
        public void Binary(byte[] source, int offset, int count)
        {
            if (count <= 0xff)
                PutBigEndian(0xc4, (ulong)count, 1);
            else if (count <= 0xffff)
                PutBigEndian(0xc5, (ulong)count, 2);
            else
                PutBigEndian(0xc6, (ulong)count, 4);
            Need(count);
            Buffer.BlockCopy(source, offset, bytes, length, count);
            length += count;
        }

        /// <summary>Writes an unsigned integer in the fewest bytes.</summary>
        public void Unsigned(ulong value)
        {
            if (value < 0x80)
                Put((byte)value);
            else if (value <= 0xff)
                PutBigEndian(0xcc, value, 1);
            else if (value <= 0xffff)
                PutBigEndian(0xcd, value, 2);
            else if (value <= 0xffffffff)
                PutBigEndian(0xce, value, 4);
            else
                PutBigEndian(0xcf, value, 8);
        }

        /// <summary>Writes an integer; one below zero takes nine bytes.</summary>
        public void Integer(long value)
        {
            if (value >= 0)
                Unsigned((ulong)value);
            else
                PutBigEndian(0xd3, (ulong)value, 8);
        }

        /// <summary>Writes a double; nothing is rounded.</summary>
        public void Number(double value)
        {
            PutBigEndian(0xcb, (ulong)BitConverter.DoubleToInt64Bits(value), 8);
        }

        private void Header(int count, byte small, byte large)
        {
            if (count < 0)
                throw new ArgumentOutOfRangeException("count", count, "a map or array has 0 or more elements");
            if (count < 16)
                Put((byte)(small | count));
            else if (count <= 0xffff)
                PutBigEndian(large, (ulong)count, 2);
            else
                PutBigEndian((byte)(large + 1), (ulong)count, 4);
        }

        private void Put(byte value)
        {
            Need(1);
            bytes[length++] = value;
        }

        private void PutBigEndian(byte marker, ulong value, int size)
        {
            Need(size + 1);
            bytes[length++] = marker;
            for (var shift = 8 * (size - 1); shift >= 0; shift -= 8)
                bytes[length++] = (byte)(value >> shift);
        }

        private void Need(int count)
        {
            if (length + count > bytes.Length)
                System.Array.Resize(ref bytes, Math.Max(length + count, 2 * bytes.Length));
        }
    }
}
