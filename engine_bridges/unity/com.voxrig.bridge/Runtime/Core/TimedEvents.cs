namespace Voxrig.Core
{
    /// <summary>Visemes and emotions that came with their frames, kept until their moment is heard.</summary>
    public sealed class TimedEvents
    {
        private const int Capacity = 256; // some ten seconds ahead

        private readonly Entry[] entries = new Entry[Capacity];
        private int first;
        private int count;

        /// <summary>One that waits.</summary>
        public sealed class Entry
        {
            /// <summary>Viseme or Emotion.</summary>
            public LinkEventKind Kind;

            /// <summary>The frame that it came with.</summary>
            public long FrameIndex;

            /// <summary>The moment, on the caller's timeline.</summary>
            public long MediaSample;

            /// <summary>Its numbers by name.</summary>
            public readonly NamedValues Values = new NamedValues();
        }

        /// <summary>Room for 256; beyond that the oldest are dropped.</summary>
        public TimedEvents()
        {
            for (var i = 0; i < Capacity; i++)
                entries[i] = new Entry();
        }

        /// <summary>Keeps an event until <paramref name="mediaSample"/>.</summary>
        public void Add(LinkEvent happened, long mediaSample)
        {
            if (count == Capacity)
            {
                first = (first + 1) % Capacity;
                count--;
            }
            var entry = entries[(first + count++) % Capacity];
            entry.Kind = happened.Kind;
            entry.FrameIndex = happened.FrameIndex;
            entry.MediaSample = mediaSample;
            entry.Values.CopyFrom(happened.Values);
        }

        /// <summary>Forgets those of frames from <paramref name="frameIndex"/> on.</summary>
        public void Interrupt(long frameIndex)
        {
            while (count > 0 && entries[(first + count - 1) % Capacity].FrameIndex >= frameIndex)
                count--;
        }

        /// <summary>
        /// The next whose moment has come, null where there is none; read it before the next call of Add.
        /// </summary>
        public Entry Due(double mediaSample)
        {
            if (count == 0 || entries[first].MediaSample > mediaSample)
                return null;
            var entry = entries[first];
            first = (first + 1) % Capacity;
            count--;
            return entry;
        }
    }
}
