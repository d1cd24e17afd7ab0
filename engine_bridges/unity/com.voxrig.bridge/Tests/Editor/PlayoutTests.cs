using System;
using NUnit.Framework;
using Voxrig.Core;

namespace Voxrig.Tests
{
    /// <summary>
    /// What can be said in a few lines; that it decides as the Python reference does is tested over thousands.
    /// </summary>
    public class PlayoutTests
    {
        private const int Rate = 6000; // 60 frames a second, 100 samples apart
        private readonly float[] shown = new float[1];
        private PlayoutBuffer buffer;

        [SetUp]
        public void Begin()
        {
            buffer = new PlayoutBuffer(1, 0, Rate);
        }

        private void Push(int first, int last)
        {
            for (var i = first; i < last; i++)
                Assert.IsTrue(buffer.Push(i, 100 * i, new float[] { i }));
        }

        private float At(double sample)
        {
            buffer.Sample(sample, shown);
            return shown[0];
        }

        [Test]
        public void ItShowsInterpolatesHoldsAndRests()
        {
            Push(0, 4);
            Assert.AreEqual(1f, At(100));
            Assert.AreEqual(2.5f, At(250), 1e-6);
            Assert.AreEqual(3f, At(350));
            Assert.AreEqual(3f, At(900));
            Assert.AreEqual(0f, At(900 + 1200 + 1200));
            Assert.AreEqual(1, buffer.Counts.Exact);
            Assert.AreEqual(1, buffer.Counts.Interpolated);
            Assert.AreEqual(2, buffer.Counts.Held);
            Assert.AreEqual(1, buffer.Counts.Rested);
        }

        [Test]
        public void AFrameOutOfOrderIsRefused()
        {
            Push(0, 4);
            Assert.IsFalse(buffer.Push(3, 300, new[] { 9f }));
            Assert.AreEqual(4, buffer.Counts.Pushed);
        }

        [Test]
        public void AnInterruptionReplacesWhatWasAhead()
        {
            Push(0, 6);
            At(150);
            buffer.Interrupt(3);
            Assert.IsTrue(buffer.Push(3, 300, new[] { 7f }));
            Assert.AreEqual(7f, At(300));
            Assert.AreEqual(3, buffer.Counts.Superseded);
        }

        [Test]
        public void BonesTakeTheShorterArc()
        {
            var bones = new PlayoutBuffer(0, 1, Rate);
            bones.Push(0, 0, new[] { 0f, 0f, 0f, 1f });
            bones.Push(1, 100, new[] { 0f, -(float)Math.Sin(0.2), 0f, -(float)Math.Cos(0.2) });
            var half = new float[4];
            bones.Sample(50, half);
            Assert.AreEqual(Math.Sin(0.1), half[1], 1e-6);
            Assert.AreEqual(Math.Cos(0.1), half[3], 1e-6);
        }

        [Test]
        public void TheClockRunsOnBetweenReportsAndStopsWithTheDevice()
        {
            var clock = new PlayoutClock(48000);
            Assert.AreEqual(0.0, clock.At(5.0));
            for (var i = 0; i <= 100; i++)
                clock.Report(10.0 + i * 0.02, 960.0 * i);
            Assert.IsTrue(clock.IsMoving);
            Assert.AreEqual(960.0 * 100.5, clock.At(12.01), 100.0);
            for (var i = 1; i <= 10; i++)
                clock.Report(12.0 + i * 0.02, 96000.0);
            Assert.IsFalse(clock.IsMoving);
            Assert.AreEqual(1, clock.Pauses);
            Assert.AreEqual(clock.At(12.2), clock.At(20.0));
        }

        [Test]
        public void TheDelayIsTheLongestJourneyOfLate()
        {
            var delay = new PlayoutDelay(0.02);
            Assert.AreEqual(0.02, delay.Seconds, 1e-12);
            delay.Arrived(1.15, 1.0);
            delay.Arrived(2.1, 2.0);
            Assert.AreEqual(0.17, delay.Seconds, 1e-12);
            delay.Arrived(9.6, 9.5);
            Assert.AreEqual(0.12, delay.Seconds, 1e-12);
        }

        [Test]
        public void TheServersClockIsThatOfTheShortestTrip()
        {
            var sync = new ClockSync();
            Assert.IsFalse(sync.IsKnown);
            sync.Add(1.0, 101.05, 101.05, 1.1); // fair: offset 100
            sync.Add(2.0, 102.5, 102.5, 2.52); // slow on its way there
            Assert.AreEqual(100.0, sync.Offset, 1e-9);
            Assert.AreEqual(0.1, sync.RoundTrip, 1e-9);
            Assert.AreEqual(0.52, sync.LastRoundTrip, 1e-9);
        }
    }
}
