using UnityEngine;
using Voxrig.Core;

namespace Voxrig.Bridge
{
    /// <summary>A bone of the body: as it rests, and as others have it where Voxrig has it only in part.</summary>
    internal sealed class BodyBone
    {
        private readonly Transform bone;
        private Quaternion below; // the bone as others have it
        private Quaternion written;

        /// <summary>A bone of a character that stands at rest now.</summary>
        public BodyBone(Transform bone, Transform character)
        {
            this.bone = bone;
            var toCharacter = Quaternion.Inverse(character.rotation);
            var place = toCharacter * (bone.position - character.position);
            Rest = new RestBone
            {
                IsThere = true,
                Rotation = FromUnity(toCharacter * bone.rotation),
                Parent = FromUnity(bone.parent == null ? toCharacter : toCharacter * bone.parent.rotation),
                Place = new Point(-place.x, place.y, place.z)
            };
            below = written = bone.localRotation;
        }

        /// <summary>As it rests, in the character's space and Voxrig's axes.</summary>
        public RestBone Rest { get; private set; }

        /// <summary>What moves.</summary>
        public Transform Transform { get { return bone; } }

        /// <summary>
        /// Gives it <paramref name="weight"/> of a rotation in its parent's space; call it in LateUpdate, after
        /// animations.
        /// </summary>
        public void Put(Turn local, float weight)
        {
            var now = bone.localRotation;
            // An Animator writes the bone anew each picture; without one it still is as this class left it.
            if (now.x != written.x || now.y != written.y || now.z != written.z || now.w != written.w)
                below = now;
            float x, y, z, w;
            FaceAxes.FromQuaternion(local.X, local.Y, local.Z, local.W, out x, out y, out z, out w);
            var wanted = new Quaternion(x, y, z, w);
            bone.localRotation = weight < 1f ? Quaternion.Slerp(below, wanted, weight) : wanted;
            written = bone.localRotation;
        }

        private static Turn FromUnity(Quaternion turn)
        {
            return new Turn(turn.x, -turn.y, -turn.z, turn.w); // the mirror of FaceAxes: the same both ways
        }
    }
}
