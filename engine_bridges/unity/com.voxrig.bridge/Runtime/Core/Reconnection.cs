using System;

namespace Voxrig.Core
{
    /// <summary>
    /// When to try again after a loss, and until when: waits of 0.05 s, doubling up to 2 s, each shortened by up to half
    /// at random, so that the clients of a server that has come back do not all call at once.
    /// </summary>
    internal sealed class Reconnection
    {
        private const double First = 0.05;
        private const double Longest = 2.0;

        private readonly Random random;
        private readonly double window;
        private double until;
        private double next;

        public Reconnection(double windowSeconds, int seed)
        {
            window = windowSeconds;
            random = new Random(seed);
        }

        public bool IsLost { get; private set; }

        /// <summary>When to try next.</summary>
        public double At { get; private set; }

        /// <summary>It is lost, or still is; false where there is no time left.</summary>
        public bool Lose(double now)
        {
            if (!IsLost)
            {
                until = now + window;
                next = First;
            }
            IsLost = true;
            At = Math.Min(until, now + next * (1.0 - 0.5 * random.NextDouble()));
            next = Math.Min(Longest, 2.0 * next);
            return now < until;
        }

        /// <summary>There is a connection again.</summary>
        public void Reset()
        {
            IsLost = false;
        }
    }
}
