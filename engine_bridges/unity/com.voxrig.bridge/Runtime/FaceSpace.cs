using UnityEngine;

namespace Voxrig.Bridge
{
    /// <summary>
    /// How a face lies in the world when Voxrig does not turn it: carried by the body, facing as the character does.
    /// </summary>
    public sealed class FaceSpace
    {
        private static readonly Vector3 EyesAboveHeadBone = new Vector3(0f, 0.09f, 0.09f); // metres, in an adult

        private readonly Transform parent;
        private readonly Transform head;
        private readonly Quaternion facing; // of the character, in the parent's space
        private readonly Vector3 eyes; // from the head bone, in the character's axes

        /// <summary>
        /// Of a character as it stands now: facing its own Z. Bones come from <paramref name="animator"/> if it is
        /// Humanoid.
        /// </summary>
        public FaceSpace(Transform character, Animator animator)
        {
            head = Bone(animator, HumanBodyBones.Head);
            parent = head == null ? character : head.parent;
            facing = Quaternion.Inverse(parent.rotation) * character.rotation;
            var left = Bone(animator, HumanBodyBones.LeftEye);
            var right = Bone(animator, HumanBodyBones.RightEye);
            eyes = EyesAboveHeadBone;
            if (head != null && left != null && right != null)
                eyes = Quaternion.Inverse(character.rotation) * (0.5f * (left.position
                    + right.position) - head.position);
        }

        /// <summary>
        /// A point of the world from between the eyes, in metres: X to the character's right, Y up, Z out of the face.
        /// </summary>
        public Vector3 FromWorld(Vector3 point)
        {
            var rotation = parent.rotation * facing;
            var origin = (head == null ? parent.position + rotation * new Vector3(0f, 1.5f, 0f) : head.position)
                + rotation * eyes;
            return Quaternion.Inverse(rotation) * (point - origin);
        }

        /// <summary>The bone of a Humanoid; null where there is none.</summary>
        public static Transform Bone(Animator animator, HumanBodyBones bone)
        {
            return animator != null && animator.isHuman ? animator.GetBoneTransform(bone) : null;
        }
    }
}
