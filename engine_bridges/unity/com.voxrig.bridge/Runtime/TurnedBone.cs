using UnityEngine;

namespace Voxrig.Bridge
{
    /// <summary>
    /// A bone with any axes, turned in those of the character, relative to where it rests or an animation has it.
    /// </summary>
    public sealed class TurnedBone
    {
        private readonly Transform bone;
        private readonly Quaternion parentAtRest; // in the character's axes
        private Quaternion below; // the bone as others have it, in its parent's space
        private Quaternion written;

        /// <summary>A bone of a character that stands at rest now.</summary>
        public TurnedBone(Transform bone, Transform character)
        {
            this.bone = bone;
            var parent = bone.parent == null ? Quaternion.identity : bone.parent.rotation;
            parentAtRest = Quaternion.Inverse(character.rotation) * parent;
            below = written = bone.localRotation;
        }

        /// <summary>
        /// What is to be written for a turn in the character's axes (Unity's: X right, Y up, Z forward).
        /// </summary>
        public Quaternion Local(Quaternion turn, Quaternion from)
        {
            return Quaternion.Inverse(parentAtRest) * turn * parentAtRest * from;
        }

        /// <summary>Turns the bone; call it in LateUpdate, after animations.</summary>
        public void Turn(Quaternion turn)
        {
            var now = bone.localRotation;
            // An Animator writes the bone anew each picture; without one it still is as this class left it.
            if (now.x != written.x || now.y != written.y || now.z != written.z || now.w != written.w)
                below = now;
            bone.localRotation = Local(turn, below);
            written = bone.localRotation;
        }
    }
}
