using System.Text;

namespace Voxrig.Core
{
    /// <summary>
    /// The keys that a message may have, found by their bytes, so that reading a key makes no string.
    /// </summary>
    public sealed class KeyTable
    {
        private readonly byte[][] keys;

        /// <summary>The keys; <see cref="Find"/> answers with their places in this list.</summary>
        public KeyTable(params string[] names)
        {
            keys = new byte[names.Length][];
            for (var i = 0; i < names.Length; i++)
                keys[i] = Encoding.UTF8.GetBytes(names[i]);
        }

        /// <summary>Reads one text and returns the place of that key, -1 where it is none of the table's.</summary>
        public int Find(byte[] bytes, ref MsgPackReader reader)
        {
            int offset, count;
            reader.TextSpan(out offset, out count);
            for (var i = 0; i < keys.Length; i++)
                if (keys[i].Length == count && Equal(keys[i], bytes, offset))
                    return i;
            return -1;
        }

        private static bool Equal(byte[] key, byte[] bytes, int offset)
        {
            for (var i = 0; i < key.Length; i++)
                if (key[i] != bytes[offset + i])
                    return false;
            return true;
        }
    }
}
