namespace Voxrig.Core
{
    /// <summary>
    /// When each stretch of the media timeline was handed over: for how long its frames take to come back.
    /// </summary>
    public sealed class SendTimes
    {
        private const int Capacity = 512; // pictures: some eight seconds

        private readonly long[] ends = new long[Capacity];
        private readonly double[] times = new double[Capacity]; // NaN: sent ahead of its time, says nothing
        private int first;
        private int count;

        /// <summary>
        /// Everything up to <paramref name="end"/> that was not noted before was sent at <paramref name="time"/>.
        /// </summary>
        public void Sent(long end, double time)
        {
            if (count == Capacity)
            {
                first = (first + 1) % Capacity;
                count--;
            }
            ends[(first + count) % Capacity] = end;
            times[(first + count++) % Capacity] = time;
        }

        /// <summary>
        /// When <paramref name="sample"/> was sent; NaN where that says nothing. Samples are asked for in order.
        /// </summary>
        public double Of(long sample)
        {
            while (count > 0 && ends[first] <= sample)
            {
                first = (first + 1) % Capacity;
                count--;
            }
            return count == 0 ? double.NaN : times[first];
        }

        /// <summary>Forgets all.</summary>
        public void Clear()
        {
            count = 0;
        }
    }
}
