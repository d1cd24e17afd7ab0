using System;
using System.Collections.Generic;
using NUnit.Framework;
using Voxrig.Core;

namespace Voxrig.Tests
{
    /// <summary>What a character does where no server is; with one, see <see cref="ServerTests"/>.</summary>
    public class SpeechPlayerTests
    {
        private const int Rate = 24000;
        private const int Picture = Rate / 60;

        private SpeechPlayer player;
        private float[] clip; // as an engine's
        private readonly List<float> heard = new List<float>(); // from the device's sample 0 on
        private double now;
        private long device;
        private bool plays;

        [SetUp]
        public void Begin()
        {
            player = new SpeechPlayer(Rate, 2.0);
            clip = new float[player.Voice.Length];
            heard.Clear();
            now = 50.0;
            device = 0;
            plays = false;
        }

        private void Show(int pictures)
        {
            var block = new float[VoiceRing.Block];
            for (var i = 0; i < pictures; i++)
            {
                now += 1.0 / 60.0;
                for (var left = plays ? Picture : 0; left > 0; left--)
                    heard.Add(clip[(int)(device++ % clip.Length)]);
                player.Update(now, device, plays);
                int place;
                while (player.Voice.TakeChanged(block, out place))
                    Array.Copy(block, 0, clip, place, block.Length);
                plays = player.ShouldPlay;
            }
        }

        private static ClipSpeech Ones(double seconds)
        {
            var samples = new float[(int)(seconds * Rate)];
            for (var i = 0; i < samples.Length; i++)
                samples[i] = 0.5f;
            return new ClipSpeech(samples, 1, Rate, Rate);
        }

        private int Spoken()
        {
            var count = 0;
            foreach (var sample in heard)
                count += sample > 0f ? 1 : 0;
            return count;
        }

        [Test]
        public void TheSoundIsHeardWithoutAServer()
        {
            var finished = 0;
            player.SpeechFinished += () => finished++;
            player.Speak(Ones(0.5));
            Show(40);
            Assert.IsFalse(plays, "it waits for frames a while");
            Show(20);
            Assert.IsTrue(plays);
            Assert.AreEqual(0, finished);
            Show(60);
            Assert.AreEqual(Rate / 2, Spoken());
            Assert.AreEqual(1, finished);
            Assert.IsFalse(player.IsSpeaking);
            Assert.IsNull(player.Pose);
            Assert.AreEqual(0, player.Underruns);
        }

        [Test]
        public void AnInterruptionSilencesTheRest()
        {
            player.Speak(Ones(1.5));
            player.Speak(Ones(1.0));
            Show(60);
            Assert.IsTrue(plays);
            var was = device;
            player.Interrupt(device);
            Show(1);
            Assert.IsFalse(player.IsSpeaking);
            Show(60);
            Assert.Greater(heard[(int)was + 100], 0f, "what is being mixed goes out");
            for (var at = (int)was + Rate / 25; at < heard.Count; at++)
                Assert.AreEqual(0f, heard[at]);
        }

        [Test]
        public void ALiveVoiceIsHeardWhenItsFramesCouldBe()
        {
            Show(60);
            Assert.IsTrue(plays);
            var voice = new float[Picture];
            for (var i = 0; i < voice.Length; i++)
                voice[i] = 0.5f;
            var given = device;
            for (var i = 0; i < 30; i++)
            {
                player.Live.Write(voice, 0, voice.Length);
                Show(1);
            }
            Assert.IsTrue(player.IsSpeaking);
            Show(60);
            Assert.IsFalse(player.IsSpeaking);
            Assert.AreEqual(30 * Picture, Spoken(), "nothing lost");
            var first = heard.FindIndex(sample => sample > 0f);
            Assert.AreEqual(first + 30 * Picture - 1, heard.FindLastIndex(sample => sample > 0f), "no hole");
            Assert.AreEqual((player.LeadSeconds + 0.04) * Rate, first - given, 2.0 * Picture);
        }

        [Test]
        public void WithoutLifeTheDeviceStopsWhereNothingIsSaid()
        {
            player.LivesInSilence = false;
            Show(60);
            Assert.IsFalse(plays);
            player.Speak(Ones(0.5));
            Show(60);
            Assert.IsTrue(plays);
            Show(60);
            Assert.IsFalse(plays);
            Assert.AreEqual((0.5 + 0.3) * Rate, player.Written, 1.0, "the clip and a tail");
            player.Speak(Ones(0.2));
            Show(60);
            Assert.IsTrue(plays);
            Assert.AreEqual(0, player.Underruns);
        }

        [Test]
        public void AGameThatHangsIsHeardToTheEndOfWhatWasWritten()
        {
            player.Speak(Ones(3.0));
            Show(60);
            now += 0.5;
            device += Rate / 2;
            Show(1);
            Assert.AreEqual(0, player.Underruns);
            now += 1.5;
            device += 3 * Rate / 2;
            Show(1);
            Assert.AreEqual(1, player.Underruns);
            Assert.GreaterOrEqual(player.Written, device);
        }
    }
}
