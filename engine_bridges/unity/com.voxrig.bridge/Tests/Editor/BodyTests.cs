using System;
using System.Collections.Generic;
using NUnit.Framework;

namespace Voxrig.Core.Tests
{
    /// <summary>The body on a character of other axes and another rest, its option and its cues.</summary>
    public sealed class BodyTests
    {
        private static readonly string[] Bones =
        {
            "pelvis", "spine_01", "spine_03", "spine_05", "clavicle_l", "upperarm_l", "lowerarm_l", "hand_l",
            "index_01_l", "middle_01_l", "pinky_01_l"
        };

        private static readonly string[] Skipped = { "spine_01", "spine_03" }; // not on the character

        private readonly Random chance = new Random(3);

        [TestCase(0.0)]
        [TestCase(45.0)]
        [TestCase(80.0)]
        public void ArmsPointTheSameWayWhateverTheRest(double degrees)
        {
            var rest = Character(degrees);
            var frame = Frame(0.6);
            var fit = new BodyFit(Bones, rest);
            fit.Update(frame, 2);
            foreach (var bone in new[] { "upperarm_l", "lowerarm_l", "hand_l" })
            {
                var at = Array.IndexOf(Bones, bone);
                var end = Array.IndexOf(Bones, BodyBones.Aim(bone));
                var along = rest[end].Place - rest[at].Place;
                var now = World(fit, rest, bone) * (rest[at].Rotation.Inverse * along);
                var wanted = Wanted(frame, bone) * new Point(Math.Sqrt(along.Dot(along)), 0.0, 0.0);
                Assert.That(Math.Sqrt((now - wanted).Dot(now - wanted)), Is.LessThan(1e-6), bone);
            }
        }

        [Test]
        public void AShorterSpineTurnsTheChestAllTheSame()
        {
            var rest = Character(30.0);
            var frame = Frame(0.4);
            var fit = new BodyFit(Bones, rest);
            fit.Update(frame, 2);
            var at = Array.IndexOf(Bones, "spine_05");
            var off = World(fit, rest, "spine_05") * rest[at].Rotation.Inverse * Wanted(frame, "spine_05").Inverse;
            Assert.That(Math.Abs(off.W), Is.EqualTo(1.0).Within(1e-6));
            Assert.IsFalse(fit.IsThere(1));
        }

        [Test]
        public void BonesHaveTheirPlaces()
        {
            Assert.AreEqual("", BodyBones.Parent("pelvis"));
            Assert.AreEqual("spine_05", BodyBones.Parent("clavicle_r"));
            Assert.AreEqual("pinky_02_r", BodyBones.Parent("pinky_03_r"));
            Assert.AreEqual("neck_02", BodyBones.Parent("head"));
            Assert.AreEqual("", BodyBones.Parent("eye_l"));
            Assert.AreEqual("LeftLittleDistal", BodyBones.HumanName("pinky_03_l"));
            Assert.AreEqual("UpperChest", BodyBones.HumanName("spine_05"));
            Assert.AreEqual("", BodyBones.HumanName("spine_04"));
            Assert.AreEqual(BodyPart.Fingers, BodyBones.Part("thumb_01_l"));
            Assert.AreEqual(3, BodyBones.First(new[] { "head", "eye_l", "eye_r", "pelvis" }));
            Assert.AreEqual(1, BodyBones.First(new[] { "head" }));
            Assert.AreEqual(53, new List<string>(BodyBones.Names).Count);
        }

        [Test]
        public void OptionsAreWrittenAsTheServerReadsThem()
        {
            var option = new BodyOption();
            Assert.AreEqual("on", option.Text);
            option.Style.Set("energy", 0.5f);
            option.Style.Set("space", 0f);
            option.Sits = true;
            Assert.AreEqual("on,energy=0.5,sitting", option.Text);
            option.Parts.Add(BodyPart.Torso);
            option.Parts.Add(BodyPart.Arms);
            option.Mirrors = true;
            Assert.AreEqual("torso,arms,energy=0.5,sitting,mirror", option.Text);
        }

        [Test]
        public void CuesHaveTheProtocolsKeys()
        {
            var values = new NamedValues();
            BodyCues.Gesture(values, "offer", 0.8f, Hands.Any, -1f, 1f);
            Assert.AreEqual(1, values.Count);
            Assert.AreEqual(0.8f, values.Get("offer", 0f));
            BodyCues.Gesture(values, "wave", 1f, Hands.Left, 0f, 1.5f);
            Assert.AreEqual(5, values.Count);
            Assert.AreEqual(1f, values.Get("left", 9f));
            Assert.AreEqual(0f, values.Get("right", 9f));
            Assert.AreEqual(0f, values.Get("hold", 9f));
            BodyCues.PointAt(values, 1f, 0f, 2f, Hands.Both, 1.2f, false);
            Assert.AreEqual(0f, values.Get("look", 9f));
            Assert.AreEqual(1f, values.Get("right", 9f));
            BodyCues.Busy(values, true, false);
            Assert.AreEqual(2, values.Count);
            BodyCues.Freeze(values, 3f);
            Assert.AreEqual(3f, values.Get("hold", 0f));
            Assert.AreEqual(1, values.Count);
        }

        [Test]
        public void AStarvedBodyStaysWhileTheHeadGoesToRest()
        {
            var buffer = new PlayoutBuffer(1, 2, 1000, 8, 0.1, 0.2, 1);
            var shown = new float[9];
            buffer.Push(0, 0, new[] { 1f, 0.6f, 0f, 0f, 0.8f, 0.6f, 0f, 0f, 0.8f });
            for (var sample = 0; sample < 2000; sample += 10)
                buffer.Sample(sample, shown);
            Assert.AreEqual(0f, shown[0]);
            Assert.AreEqual(0f, shown[1]);
            Assert.That(shown[5], Is.EqualTo(0.6f).Within(1e-6f));
        }

        /// <summary>A character whose left arm hangs by so many degrees from a T-pose; all bones' axes differ.</summary>
        private RestBone[] Character(double degrees)
        {
            var rest = new RestBone[Bones.Length];
            double down = Math.Sin(degrees * Math.PI / 180.0), aside = Math.Cos(degrees * Math.PI / 180.0);
            double[] ways = { 0, 0, 0, 0, -0.1, 0, 0.28, 0.53, 0.62, 0.62, 0.61 };
            double[] front = { 0, 0, 0, 0, 0, 0, 0, 0, 0.026, 0.0, -0.03 };
            for (var k = 0; k < Bones.Length; k++)
            {
                rest[k].IsThere = Array.IndexOf(Skipped, Bones[k]) < 0;
                rest[k].Rotation = Some(2.0);
                rest[k].Place = new Point(0.16 + aside * ways[k], 1.4 - down * ways[k], front[k]);
            }
            for (var k = 1; k < Bones.Length; k++)
                rest[k].Parent = rest[Above(Bones[k])].Rotation;
            rest[0].Parent = Turn.None;
            return rest;
        }

        private static int Above(string bone)
        {
            var parent = BodyBones.Parent(bone);
            while (Array.IndexOf(Bones, parent) < 0 || Array.IndexOf(Skipped, parent) >= 0)
                parent = BodyBones.Parent(parent);
            return Array.IndexOf(Bones, parent);
        }

        private Turn Some(double most)
        {
            Func<double> number = () => most * (2.0 * chance.NextDouble() - 1.0);
            return new Turn(number(), number(), number(), 1.0).Unit;
        }

        /// <summary>Two numbers of something else, then the bones.</summary>
        private float[] Frame(double most)
        {
            var frame = new float[2 + 4 * Bones.Length];
            for (var k = 0; k < Bones.Length; k++)
            {
                var turn = Some(most);
                frame[2 + 4 * k] = (float)turn.X;
                frame[3 + 4 * k] = (float)turn.Y;
                frame[4 + 4 * k] = (float)turn.Z;
                frame[5 + 4 * k] = (float)turn.W;
            }
            return frame;
        }

        private static Turn World(BodyFit fit, RestBone[] rest, string bone)
        {
            var at = Array.IndexOf(Bones, bone);
            return bone == "pelvis" ? fit.Local(at) : World(fit, rest, Bones[Above(bone)]) * fit.Local(at);
        }

        private static Turn Wanted(float[] frame, string bone)
        {
            var all = Turn.None;
            for (; bone != ""; bone = BodyBones.Parent(bone))
            {
                var at = 2 + 4 * Array.IndexOf(Bones, bone);
                if (at >= 2)
                    all = new Turn(frame[at], frame[at + 1], frame[at + 2], frame[at + 3]) * all;
            }
            return all;
        }
    }
}
