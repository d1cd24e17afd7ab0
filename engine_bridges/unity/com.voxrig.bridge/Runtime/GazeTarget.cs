using UnityEngine;
using Voxrig.Core;

namespace Voxrig.Bridge
{
    /// <summary>
    /// What a character looks at, as cues: sent again when it has moved, at most thirty times a second.
    /// </summary>
    internal sealed class GazeTarget
    {
        private const double ShortestSeconds = 1.0 / 30.0;
        private const float LeastMetres = 0.005f;

        private readonly FaceSpace face;
        private Transform target;
        private Vector3 point;
        private Vector3 sent;
        private bool looks;
        private bool isDue;
        private double next;

        public GazeTarget(Transform character, Animator animator)
        {
            face = new FaceSpace(character, animator);
        }

        public void Follow(Transform followed)
        {
            target = followed;
            looks = followed != null;
            isDue = true;
        }

        public void Hold(Vector3 held)
        {
            target = null;
            point = held;
            looks = true;
            isDue = true;
        }

        public Vector3 FromEyes(Vector3 seen)
        {
            return face.FromWorld(seen);
        }

        /// <summary>Says it once more: to a session that does not know.</summary>
        public void Repeat()
        {
            isDue = looks;
        }

        /// <summary>Fills the cue's values; false where nothing is to be sent now.</summary>
        public bool Write(double now, NamedValues values)
        {
            if (now < next || !looks && !isDue)
                return false;
            values.Clear();
            if (!looks)
            {
                values.Set("release", 1f);
                isDue = false;
                return true;
            }
            var seen = face.FromWorld(target == null ? point : target.position);
            if (!isDue && (seen - sent).sqrMagnitude < LeastMetres * LeastMetres)
                return false;
            float x, y, z;
            FaceAxes.MirrorPoint(seen.x, seen.y, seen.z, out x, out y, out z);
            values.Set("x", x);
            values.Set("y", y);
            values.Set("z", z);
            sent = seen;
            isDue = false;
            next = now + ShortestSeconds;
            return true;
        }
    }
}
