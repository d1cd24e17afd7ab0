using System.Collections.Generic;
using System.Text;

namespace Voxrig.Core
{
    /// <summary>Strings that come again and again (names of visemes and emotions), made once each.</summary>
    public sealed class TextPool
    {
        private const int Most = 256;

        private readonly List<byte[]> keys = new List<byte[]>();
        private readonly List<string> texts = new List<string>();

        /// <summary>Reads one text; a string that was read before is returned again. Holds at most 256.</summary>
        public string Read(byte[] bytes, ref MsgPackReader reader)
        {
            int offset, count;
            reader.TextSpan(out offset, out count);
            for (var i = 0; i < keys.Count; i++)
                if (Equal(keys[i], bytes, offset, count))
                    return texts[i];
            var text = Encoding.UTF8.GetString(bytes, offset, count);
            if (keys.Count < Most)
            {
                var key = new byte[count];
                System.Buffer.BlockCopy(bytes, offset, key, 0, count);
                keys.Add(key);
                texts.Add(text);
            }
            return text;
        }

        private static bool Equal(byte[] key, byte[] bytes, int offset, int count)
        {
            if (key.Length != count)
                return false;
            for (var i = 0; i < count; i++)
                if (key[i] != bytes[offset + i])
                    return false;
            return true;
        }
    }
}
