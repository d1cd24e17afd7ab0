namespace Voxrig.Core
{
    /// <summary>The cues of the body, as numbers: what each means is said in proto/README.md of Voxrig.</summary>
    public static class BodyCues
    {
        /// <summary>Fills <paramref name="values"/> with the cue "gesture".</summary>
        /// <param name="values">Cleared first.</param>
        /// <param name="name">One of the vocabulary: "beat", "offer", "shrug", "wave", ...</param>
        /// <param name="size">0 to 1.</param>
        /// <param name="hand">Which; Any leaves it to the character.</param>
        /// <param name="hold">Seconds that its stroke stays; below 0: as the gesture has it.</param>
        /// <param name="rate">Times its usual speed.</param>
        public static void Gesture(NamedValues values, string name, float size, Hands hand, float hold, float rate)
        {
            values.Clear();
            values.Set(name, size);
            Which(values, hand);
            if (hold >= 0f)
                values.Set("hold", hold);
            if (rate != 1f)
                values.Set("rate", rate);
        }

        /// <summary>Fills <paramref name="values"/> with the cue "point" at a place in the world.</summary>
        /// <param name="values">Cleared first.</param>
        /// <param name="x">Metres to the character's left, from between the eyes of the head at rest.</param>
        /// <param name="y">Metres up.</param>
        /// <param name="z">Metres out of the face.</param>
        /// <param name="hand">Which; Any leaves it to the character.</param>
        /// <param name="hold">Seconds.</param>
        /// <param name="looks">Whether the eyes go there too.</param>
        public static void PointAt(NamedValues values, float x, float y, float z, Hands hand, float hold, bool looks)
        {
            values.Clear();
            values.Set("x", x);
            values.Set("y", y);
            values.Set("z", z);
            Which(values, hand);
            values.Set("hold", hold);
            values.Set("look", looks ? 1f : 0f);
        }

        /// <summary>Fills <paramref name="values"/> with the cue "hands": which of them something else has.</summary>
        public static void Busy(NamedValues values, bool left, bool right)
        {
            values.Clear();
            values.Set("left", left ? 1f : 0f);
            values.Set("right", right ? 1f : 0f);
        }

        /// <summary>Fills <paramref name="values"/> with the cue "hands": they stay where they are.</summary>
        public static void Freeze(NamedValues values, float seconds)
        {
            values.Clear();
            values.Set("hold", seconds);
        }

        private static void Which(NamedValues values, Hands hand)
        {
            if (hand == Hands.Any)
                return;
            values.Set("left", hand == Hands.Right ? 0f : 1f);
            values.Set("right", hand == Hands.Left ? 0f : 1f);
        }
    }
}
