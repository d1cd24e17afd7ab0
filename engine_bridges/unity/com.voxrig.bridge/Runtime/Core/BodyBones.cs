using System.Collections.Generic;

namespace Voxrig.Core
{
    /// <summary>
    /// The body's bones by the protocol's names, which are those of Unreal's skeletons: what hangs from what, and what
    /// Unity's Humanoid calls it.
    /// </summary>
    public static class BodyBones
    {
        private static readonly string[] Torso =
        {
            "pelvis", "spine_01", "spine_02", "spine_03", "spine_04", "spine_05", "neck_01", "neck_02", "head"
        };

        // Spines of two, three and five bones: the Humanoid's three are put where the chest turns most.
        private static readonly string[] TorsoHuman =
        {
            "Hips", "Spine", null, "Chest", null, "UpperChest", "Neck", null, "Head"
        };

        private static readonly string[] Arm = { "clavicle", "upperarm", "lowerarm", "hand" };
        private static readonly string[] ArmHuman = { "Shoulder", "UpperArm", "LowerArm", "Hand" };
        private static readonly string[] Leg = { "thigh", "calf", "foot" };
        private static readonly string[] LegHuman = { "UpperLeg", "LowerLeg", "Foot" };
        private static readonly string[] Fingers = { "thumb", "index", "middle", "ring", "pinky" };
        private static readonly string[] FingersHuman = { "Thumb", "Index", "Middle", "Ring", "Little" };
        private static readonly string[] Joints = { "Proximal", "Intermediate", "Distal" };
        private static readonly Dictionary<string, string> Parents = new Dictionary<string, string>();
        private static readonly Dictionary<string, string> Aims = new Dictionary<string, string>();
        private static readonly Dictionary<string, string> Human = new Dictionary<string, string>();
        private static readonly Dictionary<string, BodyPart> Parts = new Dictionary<string, BodyPart>();

        static BodyBones()
        {
            for (var k = 0; k < Torso.Length; k++)
                Add(Torso[k], k == 0 ? "" : Torso[k - 1], TorsoHuman[k], k == 8 ? BodyPart.None : BodyPart.Torso);
            foreach (var side in new[] { "_l", "_r" })
            {
                var of = side == "_l" ? "Left" : "Right";
                for (var k = 0; k < Arm.Length; k++)
                    Add(Arm[k] + side, k == 0 ? "spine_05" : Arm[k - 1] + side, of + ArmHuman[k], BodyPart.Arms);
                for (var k = 0; k < Leg.Length; k++)
                    Add(Leg[k] + side, k == 0 ? "pelvis" : Leg[k - 1] + side, of + LegHuman[k], BodyPart.Legs);
                for (var k = 0; k < Fingers.Length; k++)
                    AddFinger(Fingers[k], side, of + FingersHuman[k]);
                Aims["upperarm" + side] = "lowerarm" + side;
                Aims["lowerarm" + side] = "hand" + side;
                Aims["hand" + side] = "middle_01" + side;
            }
        }

        /// <summary>All of them and the head, parents first.</summary>
        public static IEnumerable<string> Names { get { return Parents.Keys; } }

        /// <summary>The bone that another hangs from; "" for the pelvis and what is not the body's.</summary>
        public static string Parent(string name)
        {
            string parent;
            return Parents.TryGetValue(name, out parent) ? parent : "";
        }

        /// <summary>The part that a bone belongs to.</summary>
        public static BodyPart Part(string name)
        {
            BodyPart part;
            return Parts.TryGetValue(name, out part) ? part : BodyPart.None;
        }

        /// <summary>
        /// The bone at whose joint a bone of the arm or of a finger ends, by which its direction at rest is known; ""
        /// for all others, and for the thumb, which rests as anybody's does.
        /// </summary>
        public static string Aim(string name)
        {
            string aim;
            return Aims.TryGetValue(name, out aim) ? aim : "";
        }

        /// <summary>The name in HumanBodyBones; "" where a Humanoid has none.</summary>
        public static string HumanName(string name)
        {
            string human;
            return Human.TryGetValue(name, out human) ? human : "";
        }

        /// <summary>How many of a session's bones are before the body's: head and eyes, if it has them.</summary>
        public static int First(string[] bones)
        {
            var first = 0;
            while (first < bones.Length && Part(bones[first]) == BodyPart.None)
                first++;
            return first;
        }

        private static void AddFinger(string finger, string side, string human)
        {
            for (var joint = 1; joint <= 3; joint++)
            {
                var name = finger + "_0" + joint + side;
                var above = joint == 1 ? "hand" + side : finger + "_0" + (joint - 1) + side;
                Add(name, above, human + Joints[joint - 1], BodyPart.Fingers);
                if (joint < 3 && finger != "thumb")
                    Aims[name] = finger + "_0" + (joint + 1) + side;
            }
        }

        private static void Add(string name, string parent, string human, BodyPart part)
        {
            Parents[name] = parent;
            Parts[name] = part;
            if (human != null)
                Human[name] = human;
        }
    }
}
