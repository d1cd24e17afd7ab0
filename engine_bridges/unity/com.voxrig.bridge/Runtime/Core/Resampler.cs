using System;

namespace Voxrig.Core
{
    /// <summary>
    /// Turns a stream of mono samples into another rate: windowed sinc, exact in time however long it runs.
    /// </summary>
    /// <remarks>Write samples, read what they give, and at the end <see cref="Flush"/> and read the rest.</remarks>
    public sealed class Resampler
    {
        private const int Crossings = 16;
        private const double Beta = 9.0; // Kaiser's; images and aliases are 90 dB down
        private const double Passed = 0.95; // of the lower Nyquist frequency

        private readonly int up; // output samples in ...
        private readonly int down; // ... so many input samples
        private readonly int half; // input samples on either side of an output sample
        private readonly float[] kernels; // [up, 2 * half]
        private float[] held;
        private int count;
        private long heldFrom; // index in the input of held[0]
        private long inputs;
        private long outputs;
        private bool flushed;

        /// <summary>From <paramref name="fromRate"/> to <paramref name="toRate"/>, in Hz.</summary>
        public Resampler(int fromRate, int toRate)
        {
            if (fromRate < 1 || toRate < 1)
                throw new ArgumentOutOfRangeException("fromRate", fromRate + " to " + toRate,
                    "rates are in Hz, above 0");
            var divisor = Divisor(fromRate, toRate);
            up = toRate / divisor;
            down = fromRate / divisor;
            half = (int)Math.Ceiling(Crossings * Math.Max(1.0, down / (double)up));
            kernels = up == down ? new float[0] : Kernels();
            held = new float[4 * half + 1024];
            heldFrom = -half;
            count = half; // silence before the first sample
        }

        /// <summary>Takes input samples.</summary>
        public void Write(float[] samples, int offset, int length)
        {
            Need(length);
            Array.Copy(samples, offset, held, count, length);
            count += length;
            inputs += length;
        }

        /// <summary>No more input: silence follows, and as much output comes as the input is long.</summary>
        public void Flush()
        {
            if (flushed)
                return;
            flushed = true;
            Need(half + 1);
            Array.Clear(held, count, half + 1);
            count += half + 1;
        }

        /// <summary>Writes up to <paramref name="length"/> output samples; returns how many there were.</summary>
        public int Read(float[] samples, int offset, int length)
        {
            var total = flushed ? (inputs * up + down - 1) / down : long.MaxValue;
            var given = 0;
            for (; given < length && outputs < total; given++)
            {
                var centre = outputs * down / up;
                var first = (int)(centre - half + 1 - heldFrom);
                if (first + 2 * half > count)
                    break;
                samples[offset + given] = up == down ? held[first + half - 1] : Sum(first, (int)(outputs * down % up));
                outputs++;
            }
            Forget();
            return given;
        }

        private float Sum(int first, int phase)
        {
            var sum = 0f;
            var kernel = phase * 2 * half;
            for (var k = 0; k < 2 * half; k++)
                sum += held[first + k] * kernels[kernel + k];
            return sum;
        }

        private void Forget()
        {
            var unneeded = (int)(outputs * down / up - half + 1 - heldFrom);
            if (unneeded < half)
                return;
            unneeded = Math.Min(unneeded, count);
            Array.Copy(held, unneeded, held, 0, count - unneeded);
            count -= unneeded;
            heldFrom += unneeded;
        }

        private void Need(int length)
        {
            if (count + length > held.Length)
                Array.Resize(ref held, Math.Max(count + length, 2 * held.Length));
        }

        private float[] Kernels()
        {
            var table = new float[up * 2 * half];
            var cutoff = Passed * Math.Min(1.0, up / (double)down);
            for (var phase = 0; phase < up; phase++)
            {
                var sum = 0.0;
                for (var k = 0; k < 2 * half; k++)
                {
                    var x = k - half + 1 - phase / (double)up;
                    var weight = Sinc(cutoff * x) * Kaiser(x / half);
                    table[phase * 2 * half + k] = (float)weight;
                    sum += weight;
                }
                for (var k = 0; k < 2 * half; k++)
                    table[phase * 2 * half + k] = (float)(table[phase * 2 * half + k] / sum);
            }
            return table;
        }

        private static double Sinc(double x)
        {
            return Math.Abs(x) < 1e-12 ? 1.0 : Math.Sin(Math.PI * x) / (Math.PI * x);
        }

        private static double Kaiser(double x)
        {
            return Math.Abs(x) >= 1.0 ? 0.0 : Bessel(Beta * Math.Sqrt(1.0 - x * x)) / Bessel(Beta);
        }

        private static double Bessel(double x)
        {
            double sum = 1.0, term = 1.0;
            for (var k = 1; term > 1e-12 * sum; k++)
            {
                term *= x / (2.0 * k) * (x / (2.0 * k));
                sum += term;
            }
            return sum;
        }

        private static int Divisor(int a, int b)
        {
            while (b != 0)
            {
                var rest = a % b;
                a = b;
                b = rest;
            }
            return a;
        }
    }
}
