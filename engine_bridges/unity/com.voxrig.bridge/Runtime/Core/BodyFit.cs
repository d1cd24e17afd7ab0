using System;

namespace Voxrig.Core
{
    /// <summary>
    /// A session's body on a character of any proportions, whose bones have any axes, and which rests in a T-pose or
    /// with lower arms.
    /// </summary>
    /// <remarks>
    /// A frame's bone is a turn q from the T-pose (arms to the sides, palms down) in the parent's space. On a bone that
    /// rests with the rotation H in the character's space, below one with P, the local rotation is
    /// P^-1 * A'^-1 * D * A * H: D is q, or the product of q from the next bone above that the character has; A turns
    /// the arm from its rest into the T-pose, A' is that of the bone above. Allocates at the start alone. The formula
    /// and its tests are those of body_fit.h in the native core.
    /// </remarks>
    public sealed class BodyFit
    {
        private readonly string[] names;
        private readonly RestBone[] rest;
        private readonly int[] above; // the next one up that is announced; -1 where there is none
        private readonly Turn[] align;
        private readonly Turn[] left;
        private readonly Turn[] right;
        private readonly Turn[] pending; // what the character has no bone for; those below take it
        private readonly Turn[] local;

        /// <summary>
        /// Of a session's bones, as announced, parents first; <paramref name="rest"/> says for each what it is here.
        /// </summary>
        public BodyFit(string[] bones, RestBone[] rest)
        {
            names = bones;
            this.rest = rest;
            above = new int[bones.Length];
            align = new Turn[bones.Length];
            left = new Turn[bones.Length];
            right = new Turn[bones.Length];
            pending = new Turn[bones.Length];
            local = new Turn[bones.Length];
            for (var k = 0; k < bones.Length; k++)
            {
                above[k] = Above(bones[k]);
                var below = above[k] < 0 ? Turn.None : align[above[k]];
                align[k] = rest[k].IsThere ? Aligned(k, below) : below;
                if (!rest[k].IsThere)
                    continue;
                left[k] = rest[k].Parent.Inverse * below.Inverse;
                right[k] = align[k] * rest[k].Rotation;
                local[k] = rest[k].Parent.Inverse * rest[k].Rotation;
            }
        }

        /// <summary>How many bones.</summary>
        public int Count { get { return names.Length; } }

        /// <summary>Whether the character has a bone.</summary>
        public bool IsThere(int bone)
        {
            return rest[bone].IsThere;
        }

        /// <summary>Takes a frame, whose bones begin at <paramref name="first"/>.</summary>
        public void Update(float[] frame, int first)
        {
            for (var k = 0; k < names.Length; k++)
            {
                var at = first + 4 * k;
                var turn = new Turn(frame[at], frame[at + 1], frame[at + 2], frame[at + 3]).Unit;
                if (above[k] >= 0)
                    turn = pending[above[k]] * turn;
                pending[k] = rest[k].IsThere ? Turn.None : turn;
                if (rest[k].IsThere)
                    local[k] = left[k] * turn * right[k];
            }
        }

        /// <summary>The rotation of a bone in its parent's space, in Voxrig's axes; where it is there.</summary>
        public Turn Local(int bone)
        {
            return local[bone];
        }

        private int Above(string name)
        {
            for (var parent = BodyBones.Parent(name); parent != ""; parent = BodyBones.Parent(parent))
            {
                var found = Array.IndexOf(names, parent);
                if (found >= 0)
                    return found;
            }
            return -1;
        }

        /// <summary>The way from a bone to another at rest, turned; no way where one is not there.</summary>
        private Point Way(int from, string to, Turn turn)
        {
            var end = Array.IndexOf(names, to);
            return end < 0 || !rest[end].IsThere ? new Point() : turn * (rest[end].Place - rest[from].Place);
        }

        private Turn Aligned(int bone, Turn below)
        {
            var name = names[bone];
            var aim = BodyBones.Aim(name);
            if (aim == "")
                return below;
            var side = name.Substring(name.Length - 2);
            var outward = new Point(side == "_l" ? 1.0 : -1.0, 0.0, 0.0);
            var swung = Turn.Arc(Way(bone, aim, below), outward, new Point(0.0, 0.0, 1.0)) * below;
            var index = Array.IndexOf(names, "index_01" + side);
            if (name != "hand" + side || index < 0 || !rest[index].IsThere)
                return swung;
            var knuckles = Way(index, "pinky_01" + side, swung); // from the index finger to the little one
            knuckles = new Point(0.0, knuckles.Y, knuckles.Z);
            return Turn.Arc(knuckles, new Point(0.0, 0.0, -1.0), outward) * swung;
        }
    }
}
