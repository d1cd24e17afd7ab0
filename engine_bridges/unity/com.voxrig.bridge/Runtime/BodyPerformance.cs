using UnityEngine;
using Voxrig.Core;

namespace Voxrig.Bridge
{
    /// <summary>What a character may be asked to do with its body: cues, from now on.</summary>
    /// <remarks>
    /// All are false where there is no session to take them. A session without a body answers that it ignores them.
    /// </remarks>
    public static class BodyPerformance
    {
        /// <summary>
        /// Makes a gesture by name: "beat", "offer", "shrug", "wave", ...; its stroke comes about 0.4 s later.
        /// </summary>
        /// <param name="character">Who.</param>
        /// <param name="gesture">One of the vocabulary in proto/README.md.</param>
        /// <param name="size">0 to 1.</param>
        /// <param name="hand">Any: as it likes.</param>
        /// <param name="hold">Seconds that the stroke stays; below 0: as the gesture has it.</param>
        /// <param name="rate">Times its usual speed.</param>
        public static bool Gesture(this VoxrigCharacter character, string gesture, float size = 1f,
            Hands hand = Hands.Any, float hold = -1f, float rate = 1f)
        {
            var values = new NamedValues();
            BodyCues.Gesture(values, gesture, size, hand, hold, rate);
            return character.Cue("gesture", values);
        }

        /// <summary>Points at a place of the world, and looks there unless told otherwise.</summary>
        public static bool PointAt(this VoxrigCharacter character, Vector3 place, Hands hand = Hands.Any,
            float hold = 1.2f, bool looks = true)
        {
            var values = new NamedValues();
            float x, y, z;
            var seen = character.FromEyes(place);
            FaceAxes.MirrorPoint(seen.x, seen.y, seen.z, out x, out y, out z);
            BodyCues.PointAt(values, x, y, z, hand, hold, looks);
            return character.Cue("point", values);
        }

        /// <summary>Says which hands something else has: they rest, and gestures of both become one-handed.</summary>
        public static bool SetHandsBusy(this VoxrigCharacter character, bool left, bool right)
        {
            var values = new NamedValues();
            BodyCues.Busy(values, left, right);
            return character.Cue("hands", values);
        }

        /// <summary>Keeps the hands where they are for some seconds.</summary>
        public static bool HoldHands(this VoxrigCharacter character, float seconds)
        {
            var values = new NamedValues();
            BodyCues.Freeze(values, seconds);
            return character.Cue("hands", values);
        }

        /// <summary>
        /// How it moves and stands: "energy", "space", "rate", "openness", "handedness" (-1 to 1), "mirror",
        /// "sitting" (0, 1), "lean", "side", "turn" (degrees), "transition" (seconds).
        /// </summary>
        public static bool SetBody(this VoxrigCharacter character, NamedValues values)
        {
            return character.Cue("body", values);
        }
    }
}
