using System;

namespace Voxrig.Core
{
    /// <summary>Frames in, values at any media sample out: against the caller's own audio clock.</summary>
    /// <remarks>
    /// It interpolates between the two frames around the moment asked for, holds the last where the next has not come,
    /// eases to rest where none comes for long, and drops what came too late. No clock, no thread; all storage is made
    /// at the start.
    /// </remarks>
    public sealed class PlayoutBuffer
    {
        /// <summary>What happened since the start.</summary>
        public readonly PlayoutCounts Counts = new PlayoutCounts();

        private readonly int controls;
        private readonly int stride;
        private readonly int staying; // place of the first value that does not ease to rest
        private readonly int capacity;
        private readonly double hold;
        private readonly double ease;
        private readonly float[] rest;
        private readonly float[] values;
        private readonly long[] samples;
        private readonly long[] indices;
        private readonly bool[] seen;
        private int first; // ring position of the oldest frame kept
        private int count;
        private bool hasNow;
        private double now;
        private double restedness; // 0: the frames, 1: rest; moves at most 1 / ease a sample, so nothing pops

        /// <summary>
        /// A buffer for frames of <paramref name="controls"/> controls and <paramref name="bones"/> quaternions.
        /// </summary>
        /// <param name="controls">Number of controls.</param>
        /// <param name="bones">Number of bones.</param>
        /// <param name="sampleRate">Of the session, in Hz.</param>
        /// <param name="capacity">Frames kept; more that come ahead of what is shown push out the oldest.</param>
        /// <param name="hold">Seconds that the last frame stays where the next does not come.</param>
        /// <param name="ease">Seconds in which the face then goes to rest, and back when frames come again.</param>
        /// <param name="eased">
        /// Bones that go to rest then; those behind stay as they are: a body's, of which rest would be a T-pose.
        /// </param>
        public PlayoutBuffer(int controls, int bones, int sampleRate, int capacity = 2048, double hold = 0.1,
            double ease = 0.2, int eased = int.MaxValue)
        {
            if (capacity < 2)
                throw new ArgumentOutOfRangeException("capacity", capacity, "cannot interpolate: give 2 or more");
            this.controls = controls;
            this.capacity = capacity;
            stride = controls + 4 * bones;
            staying = controls + 4 * Math.Min(eased, bones);
            this.hold = hold * sampleRate;
            this.ease = Math.Max(1.0, ease * sampleRate);
            rest = new float[stride];
            for (var w = controls + 3; w < stride; w += 4)
                rest[w] = 1f;
            values = new float[capacity * stride];
            samples = new long[capacity];
            indices = new long[capacity];
            seen = new bool[capacity];
        }

        /// <summary>Frames held, the one being shown included.</summary>
        public int Count { get { return count; } }

        /// <summary>Floats in a frame.</summary>
        public int Stride { get { return stride; } }

        /// <summary>Media sample of the newest frame held; only where <see cref="Count"/> is above 0.</summary>
        public long NewestSample { get { return samples[At(count - 1)]; } }

        /// <summary>Takes a frame, in the order of their indices. The values are copied.</summary>
        /// <returns>False where it does not follow the one before it: call <see cref="Interrupt"/> first.</returns>
        public bool Push(long index, long sample, float[] frame)
        {
            if (count > 0 && index <= indices[At(count - 1)])
                return false;
            Counts.Pushed++;
            if (count == capacity)
            {
                DropOldest();
                Counts.Overflowed++;
            }
            var due = hasNow && sample <= now;
            // What is older than a frame already due is never shown again; what Interrupt left may share its sample.
            while (count > 0 && (due || samples[At(count - 1)] >= sample))
                RetireOldest(true);
            var place = At(count);
            Array.Copy(frame, 0, values, place * stride, stride);
            Array.Copy(frame, staying, rest, staying, stride - staying);
            samples[place] = sample;
            indices[place] = index;
            seen[place] = false;
            count++;
            return true;
        }

        /// <summary>Discards the frames from <paramref name="frameIndex"/> on; their successors come next.</summary>
        public void Interrupt(long frameIndex)
        {
            while (count > 0 && indices[At(count - 1)] >= frameIndex)
            {
                if (count == 1 && seen[first])
                {
                    indices[first] = frameIndex - 1; // on the screen already: stays until a successor is due
                    return;
                }
                count--;
                Counts.Superseded++;
            }
        }

        /// <summary>
        /// Writes the values at <paramref name="mediaSample"/> of the caller's audio clock, and notes it as now.
        /// </summary>
        /// <remarks>
        /// The clock may stand still or jump ahead; where it goes back, the oldest frame kept is shown.
        /// </remarks>
        public void Sample(double mediaSample, float[] result)
        {
            var elapsed = hasNow ? Math.Max(0.0, mediaSample - now) : 0.0;
            now = mediaSample;
            hasNow = true;
            while (count > 1 && samples[At(1)] <= mediaSample)
                RetireOldest(false);
            if (count == 0)
            {
                Counts.Waited++;
                Array.Copy(rest, result, stride);
                return;
            }
            Show(mediaSample, result);
            var starved = count == 1 && mediaSample > samples[first] + hold;
            var step = elapsed / ease;
            restedness = starved ? Math.Min(1.0, restedness + step) : Math.Max(0.0, restedness - step);
            if (restedness > 0.0)
                Mix(result, 0, rest, 0, restedness * restedness * (3.0 - 2.0 * restedness), result);
        }

        private void Show(double mediaSample, float[] result)
        {
            var ahead = mediaSample - samples[first];
            seen[first] = true;
            if (ahead < 0.0)
                Counts.Waited++;
            else if (ahead == 0.0)
                Counts.Exact++;
            else if (count == 1)
            {
                if (ahead > hold)
                    Counts.Rested++;
                else
                    Counts.Held++;
            }
            else
            {
                Counts.Interpolated++;
                var second = At(1);
                seen[second] = true;
                var weight = ahead / (samples[second] - samples[first]);
                Mix(values, first * stride, values, second * stride, weight, result);
                return;
            }
            Array.Copy(values, first * stride, result, 0, stride);
        }

        /// <summary>
        /// Blends a to b: controls linearly, bones along the shorter arc, unit length kept (normalised lerp).
        /// </summary>
        private void Mix(float[] a, int p, float[] b, int q, double weight, float[] result)
        {
            // Each product and sum is cast, so that it is a float on every runtime, also where one computes in doubles.
            var near = (float)(1.0 - weight);
            var far = (float)weight;
            for (var i = 0; i < controls; i++)
                result[i] = (float)((float)(near * a[p + i]) + (float)(far * b[q + i]));
            for (var i = controls; i < stride; i += 4)
            {
                var dot = 0f;
                for (var k = i; k < i + 4; k++)
                    dot = (float)(dot + (float)(a[p + k] * b[q + k]));
                var signed = dot < 0f ? -far : far;
                var square = 0f;
                for (var k = i; k < i + 4; k++)
                {
                    var turned = (float)((float)(near * a[p + k]) + (float)(signed * b[q + k]));
                    square = (float)(square + (float)(turned * turned));
                    result[k] = turned;
                }
                var length = (float)Math.Sqrt(square);
                for (var k = i; k < i + 4; k++)
                    result[k] = (float)(result[k] / length);
            }
        }

        private int At(int offset)
        {
            return (first + offset) % capacity;
        }

        private void RetireOldest(bool late)
        {
            if (!seen[first])
            {
                if (late)
                    Counts.Late++;
                else
                    Counts.Skipped++;
            }
            DropOldest();
        }

        private void DropOldest()
        {
            first = (first + 1) % capacity;
            count--;
        }
    }
}
