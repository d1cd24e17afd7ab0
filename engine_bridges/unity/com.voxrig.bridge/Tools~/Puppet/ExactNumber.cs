using System;
using System.Globalization;

namespace Voxrig.Puppet
{
    /// <summary>Reads doubles to the bit. Older runtimes' own reading is now and then off by the last bit.</summary>
    internal static class ExactNumber
    {
        /// <summary>The double nearest to <paramref name="text"/>, for sizes that a sample or a time can have.</summary>
        public static double Parse(string text)
        {
            var near = double.Parse(text, CultureInfo.InvariantCulture);
            decimal wanted;
            var isCommon = Math.Abs(near) > 1e-6 && Math.Abs(near) < 1e15;
            if (!isCommon || !decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out wanted))
                return near;
            var bits = BitConverter.DoubleToInt64Bits(Math.Abs(near));
            var best = bits;
            for (var other = bits - 1; other <= bits + 1; other++)
                if (Math.Abs(Exact(other) - Math.Abs(wanted)) < Math.Abs(Exact(best) - Math.Abs(wanted)))
                    best = other;
            return Math.Sign(near) * BitConverter.Int64BitsToDouble(best);
        }

        private static decimal Exact(long bits)
        {
            decimal value = bits & 0xfffffffffffffL | 0x10000000000000L;
            var exponent = (int)(bits >> 52) - 1075; // -72 to -2 in this range
            for (; exponent < -30; exponent += 30)
                value /= 1L << 30;
            return value / (1L << -exponent);
        }
    }
}
