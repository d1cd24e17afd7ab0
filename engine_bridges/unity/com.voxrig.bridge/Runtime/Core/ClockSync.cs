namespace Voxrig.Core
{
    /// <summary>
    /// The server's clock against one's own, from pings and their pongs: that of the shortest round trip of late.
    /// </summary>
    public sealed class ClockSync
    {
        private const int Kept = 16;

        private readonly double[] trips = new double[Kept];
        private readonly double[] offsets = new double[Kept];
        private long taken;

        /// <summary>Whether any pong has come.</summary>
        public bool IsKnown { get { return taken > 0; } }

        /// <summary>Seconds of the last ping on its way, the server's own time left out.</summary>
        public double LastRoundTrip { get; private set; }

        /// <summary>Seconds of the shortest of the last sixteen.</summary>
        public double RoundTrip { get { return IsKnown ? trips[Best()] : 0.0; } }

        /// <summary>
        /// Add it to one's own seconds to have the server's; off by at most half of <see cref="RoundTrip"/>.
        /// </summary>
        public double Offset { get { return IsKnown ? offsets[Best()] : 0.0; } }

        /// <summary>
        /// Takes a pong: sent and back on one's own clock, received and replied on the server's, all in seconds.
        /// </summary>
        public void Add(double sent, double received, double replied, double back)
        {
            LastRoundTrip = back - sent - (replied - received);
            var place = (int)(taken++ % Kept);
            trips[place] = LastRoundTrip;
            offsets[place] = ((received - sent) + (replied - back)) / 2.0;
        }

        private int Best()
        {
            var best = 0;
            var there = taken < Kept ? (int)taken : Kept;
            for (var i = 1; i < there; i++)
                if (trips[i] < trips[best])
                    best = i;
            return best;
        }
    }
}
