namespace Voxrig.Core
{
    /// <summary>Pings that wait for their pongs; a pong that nobody asked for says nothing.</summary>
    public sealed class PingLog
    {
        private const int Capacity = 64;

        private readonly ulong[] ids = new ulong[Capacity];
        private readonly double[] times = new double[Capacity]; // NaN: answered
        private int next;

        /// <summary>An empty log.</summary>
        public PingLog()
        {
            for (var i = 0; i < Capacity; i++)
                times[i] = double.NaN;
        }

        /// <summary>Notes a ping sent at <paramref name="time"/>, in the place of the oldest.</summary>
        public void Sent(ulong id, double time)
        {
            ids[next] = id;
            times[next] = time;
            next = (next + 1) % Capacity;
        }

        /// <summary>When ping <paramref name="id"/> was sent, once; NaN where none waits.</summary>
        public double Answered(ulong id)
        {
            for (var i = 0; i < Capacity; i++)
            {
                if (ids[i] != id || double.IsNaN(times[i]))
                    continue;
                var time = times[i];
                times[i] = double.NaN;
                return time;
            }
            return double.NaN;
        }
    }
}
