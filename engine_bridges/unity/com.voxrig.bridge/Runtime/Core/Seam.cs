using System;

namespace Voxrig.Core
{
    /// <summary>
    /// Goes over from the last pose before a seam to the frames after it: controls linearly, bones along the shorter
    /// arc, within 0.2 s, so that nothing pops.
    /// </summary>
    internal sealed class Seam
    {
        private const double Seconds = 0.2;

        private float[] pose = new float[0];
        private float[] values = new float[0];
        private bool hasPose;
        private int controls;
        private int frames = 12;
        private int left;

        public void Reset(int controlCount, int stride, uint numerator, uint denominator)
        {
            controls = controlCount;
            frames = Math.Max(1, (int)Math.Ceiling(Seconds * numerator / Math.Max(1u, denominator)));
            pose = new float[stride];
            values = new float[stride];
            hasPose = false;
            left = 0;
        }

        public bool IsOpen { get { return left > 0; } }

        public void Begin()
        {
            left = hasPose ? frames : 0;
        }

        /// <summary>What is given out, to go over from.</summary>
        public void Shown(FrameBatch batch)
        {
            if (left > 0 || batch.Count == 0 || batch.FrameBytes != 4 * pose.Length)
                return;
            batch.CopyTo(batch.Count - 1, pose);
            hasPose = true;
        }

        /// <summary>Eases the frames, in bytes of the batch's own.</summary>
        public void Over(FrameBatch batch)
        {
            if (batch.FrameBytes != 4 * pose.Length)
                return;
            for (var i = 0; i < batch.Count && left > 0; i++, left--)
            {
                var part = 1f - left / (frames + 1f);
                batch.CopyTo(i, values);
                Ease(part * part * (3f - 2f * part));
                batch.Replace(i, values);
            }
        }

        private void Ease(float part)
        {
            for (var k = 0; k < controls; k++)
                values[k] = pose[k] + (values[k] - pose[k]) * part;
            for (var k = controls; k + 4 <= pose.Length; k += 4)
            {
                var along = 0f;
                for (var axis = k; axis < k + 4; axis++)
                    along += pose[axis] * values[axis];
                var square = 0f;
                for (var axis = k; axis < k + 4; axis++)
                {
                    values[axis] = pose[axis] * (1f - part) + (along < 0f ? -part : part) * values[axis];
                    square += values[axis] * values[axis];
                }
                var scale = square > 0f ? 1f / (float)Math.Sqrt(square) : 0f;
                for (var axis = k; axis < k + 4; axis++)
                    values[axis] *= scale;
            }
        }
    }
}
