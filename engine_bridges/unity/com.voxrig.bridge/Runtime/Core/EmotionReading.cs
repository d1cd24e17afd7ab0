namespace Voxrig.Core
{
    /// <summary>Reads what an EMOTION event says.</summary>
    public static class EmotionReading
    {
        /// <summary>The strongest category and how strong it is; "neutral" and 0 where there is none.</summary>
        public static string Strongest(NamedValues shown, out float strength)
        {
            var strongest = "neutral";
            strength = 0f;
            for (var i = 0; i < shown.Count; i++)
            {
                var name = shown.Name(i);
                var isCategory = name != "valence" && name != "arousal" && name != "dominance";
                if (!isCategory || shown.Value(i) <= strength)
                    continue;
                strongest = name;
                strength = shown.Value(i);
            }
            return strongest;
        }
    }
}
