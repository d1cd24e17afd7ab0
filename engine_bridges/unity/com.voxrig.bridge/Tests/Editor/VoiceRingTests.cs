using NUnit.Framework;
using Voxrig.Core;

namespace Voxrig.Tests
{
    public class VoiceRingTests
    {
        private readonly float[] block = new float[VoiceRing.Block];
        private VoiceRing ring;
        private float[] clip; // as an engine's, changed only through blocks

        [SetUp]
        public void Begin()
        {
            ring = new VoiceRing(1024, 2.0);
            clip = new float[ring.Length];
        }

        private void Take()
        {
            int place;
            while (ring.TakeChanged(block, out place))
                System.Array.Copy(block, 0, clip, place, block.Length);
        }

        private static float[] Ones(int count)
        {
            var ones = new float[count];
            for (var i = 0; i < count; i++)
                ones[i] = 1f;
            return ones;
        }

        [Test]
        public void WhatIsWrittenLiesAtItsSampleAroundTheEnd()
        {
            ring.Write(2048 - 3, new[] { 1f, 2f, 3f, 4f, 5f }, 0, 5);
            Take();
            Assert.AreEqual(new[] { 1f, 2f, 3f }, new[] { clip[2045], clip[2046], clip[2047] });
            Assert.AreEqual(new[] { 4f, 5f, 0f }, new[] { clip[0], clip[1], clip[2] });
        }

        [Test]
        public void OnlyBlocksThatChangedAreHandedOut()
        {
            int place;
            ring.Write(300, new[] { 1f }, 0, 1);
            Assert.IsTrue(ring.TakeChanged(block, out place));
            Assert.AreEqual(256, place);
            Assert.AreEqual(1f, block[44]);
            Assert.IsFalse(ring.TakeChanged(block, out place));
            ring.Write(300, new[] { 1f }, 0, 1);
            Assert.IsFalse(ring.TakeChanged(block, out place), "the same again is no change");
        }

        [Test]
        public void ACutFadesOut()
        {
            ring.Write(0, Ones(1000), 0, 1000);
            ring.Silence(500, 1000, 4);
            Take();
            Assert.AreEqual(1f, clip[499]);
            Assert.AreEqual(0.8f, clip[500], 1e-6);
            Assert.AreEqual(0.2f, clip[503], 1e-6);
            for (var i = 504; i < 1000; i++)
                Assert.AreEqual(0f, clip[i]);
        }

        [Test]
        public void WhatWasPlayedIsNotHeardAgain()
        {
            for (var lap = 0; lap < 3; lap++)
            {
                for (var at = lap * 2048; at < (lap + 1) * 2048; at += 128)
                {
                    ring.Write(at + 512, Ones(128), 0, 128);
                    ring.Played(at);
                    Take();
                    for (var ahead = 640; ahead < 2048 - 256; ahead++)
                        Assert.AreEqual(0f, clip[(at + ahead) % 2048], "{0} after {1}", ahead, at);
                    Assert.AreEqual(1f, clip[(at + 600) % 2048]);
                }
            }
        }
    }
}
