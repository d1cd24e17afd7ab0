namespace Voxrig.Core
{
    /// <summary>A cue that was sent, kept to be sent again.</summary>
    internal sealed class KeptCue
    {
        public readonly string Name;
        public readonly NamedValues Values = new NamedValues();
        public long MediaSample;

        public KeptCue(long mediaSample, string name, NamedValues values)
        {
            MediaSample = mediaSample;
            Name = name;
            if (values != null)
                Values.CopyFrom(values);
        }

        public bool Has(string key)
        {
            return !float.IsNaN(Values.Get(key, float.NaN));
        }
    }
}
