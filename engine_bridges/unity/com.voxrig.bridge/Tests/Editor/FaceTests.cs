using System;
using NUnit.Framework;
using Voxrig.Core;

namespace Voxrig.Tests
{
    public class FaceTests
    {
        private const double Turn = 0.3;

        /// <summary>Turns a vector as Unity's Quaternion * Vector3 does.</summary>
        private static double[] Rotate(float x, float y, float z, float w, params double[] v)
        {
            double tx = 2 * (y * v[2] - z * v[1]), ty = 2 * (z * v[0] - x * v[2]), tz = 2 * (x * v[1] - y * v[0]);
            return new[] { v[0] + w * tx + y * tz - z * ty, v[1] + w * ty + z * tx - x * tz, v[2] + w * tz
                + x * ty - y * tx };
        }

        private static double[] Turned(double yaw, double pitch, double roll, params double[] v)
        {
            float x, y, z, w;
            FaceAxes.FromAngles(yaw, pitch, roll, out x, out y, out z, out w);
            return Rotate(x, y, z, w, v);
        }

        [Test]
        public void LookingLeftTurnsTheNoseToUnitysMinusX()
        {
            var nose = Turned(Turn, 0, 0, 0, 0, 1); // in Unity a character that faces Z has its left at -X
            Assert.AreEqual(-Math.Sin(Turn), nose[0], 1e-6);
            Assert.AreEqual(0.0, nose[1], 1e-6);
            Assert.AreEqual(Math.Cos(Turn), nose[2], 1e-6);
        }

        [Test]
        public void LookingUpLiftsTheNose()
        {
            var nose = Turned(0, -Turn, 0, 0, 0, 1); // pitch is positive down
            Assert.AreEqual(Math.Sin(Turn), nose[1], 1e-6);
            Assert.AreEqual(Math.Cos(Turn), nose[2], 1e-6);
        }

        [Test]
        public void TiltingBringsTheCrownToTheRightShoulder()
        {
            var crown = Turned(0, 0, Turn, 0, 1, 0); // the character's right is Unity's +X
            Assert.AreEqual(Math.Sin(Turn), crown[0], 1e-6);
            Assert.AreEqual(Math.Cos(Turn), crown[1], 1e-6);
        }

        [Test]
        public void RollComesFirstThenPitchThenYaw()
        {
            var crown = Turned(0, 0, 0.4, 0, 1, 0);
            crown = Turned(0, 0.3, 0, crown);
            crown = Turned(0.2, 0, 0, crown);
            var atOnce = Turned(0.2, 0.3, 0.4, 0, 1, 0);
            for (var i = 0; i < 3; i++)
                Assert.AreEqual(crown[i], atOnce[i], 1e-6);
        }

        [Test]
        public void ABoneIsMirroredAsTheAnglesAre()
        {
            // The quaternion of yaw 0.2, pitch 0.3, roll 0.4 by runtime/voxrig/runtime/core/rotation.py.
            float x, y, z, w, ax, ay, az, aw;
            FaceAxes.FromQuaternion(0.16533877, 0.06720427, 0.18083557, 0.9671841, out x, out y, out z, out w);
            FaceAxes.FromAngles(0.2, 0.3, 0.4, out ax, out ay, out az, out aw);
            Assert.AreEqual(ax, x, 1e-6);
            Assert.AreEqual(ay, y, 1e-6);
            Assert.AreEqual(az, z, 1e-6);
            Assert.AreEqual(aw, w, 1e-6);
        }

        [Test]
        public void APointToTheRightInUnityIsAtMinusX()
        {
            float x, y, z;
            FaceAxes.MirrorPoint(0.5f, 0.1f, 2f, out x, out y, out z);
            Assert.AreEqual(new[] { -0.5f, 0.1f, 2f }, new[] { x, y, z });
        }

        [Test]
        public void NamesAreThoseOfLiveLink()
        {
            Assert.AreEqual(61, ArkitNames.All.Length);
            Assert.AreEqual("TongueOut", ArkitNames.All[ArkitNames.Shapes - 1]);
            Assert.AreEqual("HeadYaw", ArkitNames.All[ArkitNames.HeadYaw]);
            Assert.AreEqual("LeftEyeYaw", ArkitNames.All[ArkitNames.LeftEyeYaw]);
            Assert.AreEqual("RightEyeYaw", ArkitNames.All[ArkitNames.RightEyeYaw]);
            Assert.IsTrue(ArkitNames.IsEyeLook(1));
            Assert.IsFalse(ArkitNames.IsEyeLook(0));
        }

        [TestCase("eyeBlinkLeft")]
        [TestCase("EyeBlinkLeft")]
        [TestCase("eyeBlink_L")]
        [TestCase("Eye_Blink_Left")]
        [TestCase("EyeBlink.L")]
        [TestCase("eye-blink-l")]
        [TestCase("blendShape2.eyeBlinkLeft")]
        [TestCase("blendShape1.eyeBlink_L")]
        [TestCase("Face_ARKit_eyeBlinkLeft")]
        public void ShapesAreFoundHoweverTheyAreSpelt(string shape)
        {
            var places = ShapeMatch.Find(new[] { "EyeBlinkLeft", "EyeBlinkRight" }, new[] { "jawOpen", shape,
                "smile" });
            Assert.AreEqual(new[] { 1, -1 }, places);
        }

        [Test]
        public void TheNearestSpellingWins()
        {
            var shapes = new[] { "corrective_jawOpen", "jawOpen", "mouthLeft", "JawLeft", "viseme_aa", "viseme_E",
                "aa" };
            Assert.AreEqual(new[] { 1, 3, 2 }, ShapeMatch.Find(new[] { "JawOpen", "JawLeft", "MouthLeft" }, shapes));
            var visemes = ShapeMatch.FindVisemes(shapes);
            Assert.AreEqual(4, visemes[Array.IndexOf(ShapeMatch.Visemes, "aa")]);
            Assert.AreEqual(5, visemes[Array.IndexOf(ShapeMatch.Visemes, "E")]);
            Assert.AreEqual(-1, visemes[Array.IndexOf(ShapeMatch.Visemes, "PP")]);
        }

        [Test]
        public void NoArkitNameIsTakenForAnother()
        {
            var places = ShapeMatch.Find(ArkitNames.All, ArkitNames.All);
            for (var i = 0; i < places.Length; i++)
                Assert.AreEqual(i, places[i], ArkitNames.All[i]);
        }

        [Test]
        public void ATakeIsReadByName()
        {
            var take = LiveLinkTake.Read("Timecode,BlendshapeCount,JawOpen,HeadYaw\r\n"
                + "00:00:00:00.000,61,0.5,-0.25\r\n00:00:00:29.000,61,1,0\r\n\r\n");
            Assert.AreEqual(2, take.Count);
            Assert.AreEqual(30, take.FramesPerSecond);
            Assert.AreEqual(0.5f, take.Value(0, "jawopen"));
            Assert.AreEqual(-0.25f, take.Value(0, "HeadYaw"));
            Assert.AreEqual(0f, take.Value(1, "TongueOut"));
            Assert.IsFalse(take.Has("TongueOut"));
        }

        [TestCase("a,b,c\n", "line 1")]
        [TestCase("Timecode,BlendshapeCount,JawOpen\n00:00:00:00.000,61\n", "line 2")]
        [TestCase("Timecode,BlendshapeCount,JawOpen\n00:00:00:00.000,61,x\n", "'x'")]
        [TestCase("Timecode,BlendshapeCount,JawOpen\n00:00:00:00.000,61,1\nnow,61,1\n", "line 3")]
        public void AFileThatIsNoTakeIsRefusedWithItsLine(string text, string named)
        {
            StringAssert.Contains(named, Assert.Throws<FormatException>(() => LiveLinkTake.Read(text)).Message);
        }
    }
}
