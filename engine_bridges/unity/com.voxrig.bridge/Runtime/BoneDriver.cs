using UnityEngine;
using Voxrig.Core;

namespace Voxrig.Bridge
{
    /// <summary>Turns the head and eyes of a character, on top of whatever animates it.</summary>
    [AddComponentMenu("Voxrig/Bone Driver")]
    [DefaultExecutionOrder(101)]
    public sealed class BoneDriver : MonoBehaviour
    {
        [Tooltip("Empty: the one here or above.")]
        [SerializeField] private VoxrigCharacter character;

        [Tooltip("What the face looks along the Z axis of at rest. Empty: the character's own transform.")]
        [SerializeField] private Transform facing;

        [Tooltip("Empty: the Humanoid's.")]
        [SerializeField] private Transform head;

        [Tooltip("Empty: the Humanoid's, if it has one.")]
        [SerializeField] private Transform leftEye;

        [Tooltip("Empty: the Humanoid's, if it has one.")]
        [SerializeField] private Transform rightEye;

        [Tooltip("How much of the head's turning the head bone takes; 1 unless something else turns the neck as well.")]
        [Range(0f, 1f)]
        [SerializeField] private float headShare = 1f;

        [Tooltip("Off where eyes are turned by the blend shapes EyeLook...")]
        [SerializeField] private bool eyesByBones = true;

        private TurnedBone headBone;
        private TurnedBone leftBone;
        private TurnedBone rightBone;

        /// <summary>Whether bones turn the eyes.</summary>
        public bool EyesByBones { get { return eyesByBones; } set { eyesByBones = value; } }

        private void OnEnable()
        {
            if (character == null)
                character = GetComponentInParent<VoxrigCharacter>();
            var root = facing != null ? facing : character != null ? character.transform : transform;
            var animator = GetComponentInChildren<Animator>();
            headBone = Find(head, animator, HumanBodyBones.Head, root);
            leftBone = Find(leftEye, animator, HumanBodyBones.LeftEye, root);
            rightBone = Find(rightEye, animator, HumanBodyBones.RightEye, root);
            if (headBone == null)
                Debug.LogWarning("Voxrig: no head below " + name + ": set it, or make the avatar Humanoid", this);
            var shapes = GetComponentInChildren<BlendShapeDriver>();
            if (shapes != null && eyesByBones && (leftBone != null || rightBone != null))
                shapes.EyesByShapes = false; // not twice
        }

        private void LateUpdate()
        {
            var pose = character == null ? null : character.Pose;
            if (pose == null)
                return;
            Turn(headBone, pose, ArkitNames.HeadYaw, headShare);
            if (!eyesByBones)
                return;
            Turn(leftBone, pose, ArkitNames.LeftEyeYaw, 1f);
            Turn(rightBone, pose, ArkitNames.RightEyeYaw, 1f);
        }

        private static TurnedBone Find(Transform given, Animator animator, HumanBodyBones bone, Transform root)
        {
            var found = given != null ? given : FaceSpace.Bone(animator, bone);
            return found == null ? null : new TurnedBone(found, root);
        }

        private static void Turn(TurnedBone bone, float[] pose, int yaw, float share)
        {
            if (bone == null)
                return;
            float x, y, z, w;
            FaceAxes.FromAngles(share * pose[yaw], share * pose[yaw + 1], share * pose[yaw + 2], out x, out y, out z,
                out w);
            bone.Turn(new Quaternion(x, y, z, w));
        }
    }
}
