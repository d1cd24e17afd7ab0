using System;

namespace Voxrig.Core
{
    /// <summary>Where the sound is, between the coarse reports of an audio device.</summary>
    /// <remarks>
    /// Media samples against seconds of the caller's own clock, which never goes back. An alpha-beta filter on position
    /// and speed, that stops where the device stops and jumps where it jumps. A few doubles, no clock of its own.
    /// </remarks>
    public sealed class PlayoutClock
    {
        private const double Alpha = 0.1;
        private const double Beta = Alpha * Alpha / (2.0 - Alpha); // critically damped
        private const double Slowest = 0.9;
        private const double Fastest = 1.1;
        private const double Jump = 0.08; // seconds; beyond it the sound was moved, and is not merely uneven
        private const double ShortestStep = 0.005;
        private const double LongestStep = 0.1;
        private const double Growth = 1.1; // by how much the grain may grow with a report
        private const double Patience = 1.5; // steps of the device after which a position that stays is a pause

        private readonly double rate;
        private double speed = 1.0;
        private double time; // of the last new position
        private double position; // filtered, at `time`
        private double reported; // as told
        private double looked; // when it was told last, new or not
        private double grain; // least of late by which the position moved, samples: the sound is somewhere within it
        private double step = LongestStep; // longest of late between two new positions, seconds
        private bool started;
        private bool moving;

        /// <summary>A clock for media samples of <paramref name="sampleRate"/> Hz.</summary>
        public PlayoutClock(int sampleRate)
        {
            rate = sampleRate;
        }

        /// <summary>Reports with a new position.</summary>
        public long Reports { get; private set; }

        /// <summary>
        /// Reports so far from what was expected that the clock jumped there, the first one left out.
        /// </summary>
        public long Resyncs { get; private set; }

        /// <summary>Times that the position stayed for longer than the device's steps.</summary>
        public long Pauses { get; private set; }

        /// <summary>Seconds of sound in a second of the caller's clock, 0.9 to 1.1.</summary>
        public double Speed { get { return speed; } }

        /// <summary>Whether the device plays, as far as is known.</summary>
        public bool IsMoving { get { return moving; } }

        /// <summary>
        /// Takes the device's word that <paramref name="sample"/> is audible at <paramref name="now"/> seconds.
        /// </summary>
        /// <remarks>
        /// Report at every picture, also the same position as before: that is how a pause is noticed.
        /// </remarks>
        public void Report(double now, double sample)
        {
            looked = now;
            if (started && sample == reported)
            {
                if (moving && now - time > Patience * step)
                {
                    moving = false;
                    position = sample + 0.5 * grain;
                    Pauses++;
                }
                return;
            }
            Reports++;
            var passed = now - time;
            var expected = position;
            if (moving) // however long nobody looked
                expected += passed * speed * rate;
            var error = sample - expected;
            var moved = sample - reported;
            if (!started || Math.Abs(error) > Jump * rate)
            {
                if (started)
                    Resyncs++;
                position = sample + 0.5 * grain;
            }
            else if (!moving || passed <= 0.0) // on from a pause: how long the step took is not known
            {
                position = Math.Max(sample, expected);
            }
            else
            {
                position = expected + Alpha * error;
                speed = Math.Min(Fastest, Math.Max(Slowest, speed + Beta * error / (passed * rate)));
                if (passed < LongestStep)
                    step = Math.Max(ShortestStep, Math.Max(passed, 0.95 * step));
                if (moved > 0.0)
                    grain = grain == 0.0 ? moved : Math.Min(moved, Growth * grain);
            }
            started = moving = true;
            time = now;
            reported = sample;
        }

        /// <summary>
        /// The media sample that is audible at <paramref name="now"/> seconds; 0 before the first report.
        /// </summary>
        /// <remarks>It may go back a little where a pause is noticed or a report corrects it.</remarks>
        public double At(double now)
        {
            if (!moving)
                return position;
            var ahead = Math.Max(0.0, Math.Min(now - time, Patience * step));
            var here = position + ahead * speed * rate;
            if (grain == 0.0)
                return here;
            // A device that has not told of the next grain has not come to it: so much less is taken back in a pause.
            var since = Math.Max(0.0, now - looked);
            return Math.Min(here, reported + grain + since * speed * rate);
        }
    }
}
