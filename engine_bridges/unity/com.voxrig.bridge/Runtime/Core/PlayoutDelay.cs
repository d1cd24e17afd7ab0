using System;

namespace Voxrig.Core
{
    /// <summary>
    /// How far behind its sending speech should be heard: the longest journey of the last eight seconds, and a margin.
    /// </summary>
    public sealed class PlayoutDelay
    {
        private const int Buckets = 8;

        private readonly double margin;
        private readonly double[] longest = new double[Buckets]; // one a second
        private long second;

        /// <summary><paramref name="margin"/> is in seconds.</summary>
        public PlayoutDelay(double margin = 0.02)
        {
            this.margin = margin;
            for (var i = 0; i < Buckets; i++)
                longest[i] = double.NegativeInfinity;
        }

        /// <summary>
        /// Begin to play a sample so many seconds after it was sent; the margin alone before the first frame.
        /// </summary>
        public double Seconds
        {
            get
            {
                var most = 0.0;
                for (var i = 0; i < Buckets; i++)
                    most = Math.Max(most, longest[i]);
                return most + margin;
            }
        }

        /// <summary>
        /// Notes a frame that came at <paramref name="now"/>, whose sample was sent, or recorded, at <paramref
        /// name="sent"/>.
        /// </summary>
        /// <remarks>Both in seconds of the caller's own clock, which never goes back.</remarks>
        public void Arrived(double now, double sent)
        {
            var second = (long)Math.Floor(now);
            for (long step = 1; step <= Math.Min(second - this.second, Buckets); step++)
                longest[Place(this.second + step)] = double.NegativeInfinity;
            this.second = Math.Max(second, this.second);
            var place = Place(this.second);
            longest[place] = Math.Max(longest[place], now - sent);
        }

        private static int Place(long second)
        {
            return (int)((second % Buckets + Buckets) % Buckets);
        }
    }
}
