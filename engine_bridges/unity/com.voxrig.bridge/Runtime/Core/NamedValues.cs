using System;

namespace Voxrig.Core
{
    /// <summary>A few numbers by name, kept to be filled again and again.</summary>
    public sealed class NamedValues
    {
        private string[] names = new string[16];
        private float[] values = new float[16];

        /// <summary>How many there are.</summary>
        public int Count { get; private set; }

        /// <summary>The name at <paramref name="index"/>, 0 to <see cref="Count"/> - 1.</summary>
        public string Name(int index)
        {
            return names[Checked(index)];
        }

        /// <summary>The number at <paramref name="index"/>, 0 to <see cref="Count"/> - 1.</summary>
        public float Value(int index)
        {
            return values[Checked(index)];
        }

        /// <summary>
        /// The number called <paramref name="name"/>, or <paramref name="otherwise"/> where there is none.
        /// </summary>
        public float Get(string name, float otherwise)
        {
            for (var i = 0; i < Count; i++)
                if (names[i] == name)
                    return values[i];
            return otherwise;
        }

        /// <summary>Forgets all.</summary>
        public void Clear()
        {
            Count = 0;
        }

        /// <summary>Sets one number; a name that is there already gets the new one.</summary>
        public void Set(string name, float value)
        {
            for (var i = 0; i < Count; i++)
            {
                if (names[i] != name)
                    continue;
                values[i] = value;
                return;
            }
            if (Count == names.Length)
            {
                Array.Resize(ref names, 2 * Count);
                Array.Resize(ref values, 2 * Count);
            }
            names[Count] = name;
            values[Count++] = value;
        }

        /// <summary>Takes over what another has.</summary>
        public void CopyFrom(NamedValues other)
        {
            Clear();
            for (var i = 0; i < other.Count; i++)
                Set(other.names[i], other.values[i]);
        }

        private int Checked(int index)
        {
            if (index < 0 || index >= Count)
                throw new ArgumentOutOfRangeException("index", index, "there are " + Count + " values");
            return index;
        }
    }
}
