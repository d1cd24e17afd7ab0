using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading;
using NUnit.Framework;
using Voxrig.Core;

namespace Voxrig.Tests
{
    /// <summary>
    /// Against a real server, whose engine-link port the environment variable VOXRIG_LINK_PORT tells.
    /// </summary>
    [Category("Server")]
    public class ServerTests
    {
        private const int Rate = 24000;
        private const double Patience = 60.0; // seconds until a test gives up on something that should have come

        private static readonly Stopwatch Watch = Stopwatch.StartNew();
        private readonly List<LinkClient> clients = new List<LinkClient>();

        private static double Seconds()
        {
            return Watch.Elapsed.TotalSeconds;
        }

        private LinkClient Connect(Func<double> clock)
        {
            var port = Environment.GetEnvironmentVariable("VOXRIG_LINK_PORT");
            if (string.IsNullOrEmpty(port))
                Assert.Ignore("start `voxrig serve` and set VOXRIG_LINK_PORT to its engine-link port, such as 52001");
            var client = new LinkClient("127.0.0.1", int.Parse(port), "Voxrig tests, C#", clock);
            clients.Add(client);
            return client;
        }

        [TearDown]
        public void Drop()
        {
            foreach (var client in clients)
                client.Dispose();
            clients.Clear();
        }

        private static void PollUntil(LinkClient client, Func<bool> isSo, string what)
        {
            for (var until = Seconds() + Patience; !isSo();)
            {
                if (client.HasEnded || Seconds() > until)
                    Assert.Fail("{0} never came{1}", what, client.HasEnded ? ": the connection ended" : "");
                client.Poll();
                Thread.Sleep(1);
            }
        }

        /// <summary>
        /// Something with syllables: pulses at 110 Hz whose loudness comes and goes four times a second.
        /// </summary>
        private static float[] Syllables(double seconds, int rate)
        {
            var sound = new float[(int)(seconds * rate)];
            for (var i = 0; i < sound.Length; i++)
            {
                var time = i / (double)rate;
                var loudness = Math.Max(0.0, Math.Sin(2 * Math.PI * 4 * time));
                for (var harmonic = 1; harmonic <= 20; harmonic++)
                    sound[i] += (float)(0.05 * loudness * Math.Cos(2 * Math.PI * 110 * harmonic * time));
            }
            return sound;
        }

        private static OpenSettings Settings(string options)
        {
            var settings = new OpenSettings { SampleRate = Rate, Seed = 7 };
            foreach (var option in options.Split(new[] { ' ' }, StringSplitOptions.RemoveEmptyEntries))
                settings.Options[option.Split('=')[0]] = option.Split('=')[1];
            return settings;
        }

        [Test]
        public void ASessionStreamsAndEnds()
        {
            var client = Connect(Seconds);
            var session = client.Open(Settings(""));
            var frames = new List<long>();
            var ended = false;
            session.FramesCame += batch => frames.Add(batch.FirstIndex + batch.Count);
            session.Ended += why => ended = why == null;
            var bytes = new byte[2 * Rate];
            Pcm.ToS16(Syllables(1.0, Rate), 0, Rate, bytes, 0);
            Assert.AreEqual(Rate, session.SendAudio(bytes, 0, bytes.Length));
            Assert.AreEqual(Rate, session.NextSample);
            session.Close();
            PollUntil(client, () => ended, "CLOSED");
            Assert.AreEqual(60, frames[frames.Count - 1]);
            Assert.AreEqual(61, session.Info.Stride);
            Assert.AreEqual(ArkitNames.All, session.Info.Controls);
            Assert.AreEqual(SessionState.Closed, session.State);
        }

        [Test]
        public void AnInterruptionHoldsAudioBackUntilItIsAnswered()
        {
            var client = Connect(Seconds);
            var session = client.Open(Settings(""));
            LinkEventKind last = LinkEventKind.Unknown;
            session.Happened += happened => last = happened.Kind;
            var newest = 0L;
            session.FramesCame += batch => newest = batch.Sample(batch.Count - 1);
            var bytes = new byte[Rate];
            session.SendAudio(bytes, 0, bytes.Length);
            PollUntil(client, () => newest > 6000, "the frame to be cut at");
            Assert.IsTrue(session.Interrupt(6000));
            Assert.AreEqual(SessionState.Interrupting, session.State);
            Assert.AreEqual(0, session.SendAudio(bytes, 0, bytes.Length));
            PollUntil(client, () => last == LinkEventKind.Interrupted, "INTERRUPTED");
            Assert.AreEqual(6000 + session.Info.BlendSamples, session.NextSample);
            Assert.AreEqual(Rate / 2, session.SendAudio(bytes, 0, bytes.Length));
            session.Close();
            PollUntil(client, () => last == LinkEventKind.Closed, "CLOSED");
        }

        [Test]
        public void ARefusedOpenSaysWhy()
        {
            var client = Connect(Seconds);
            var settings = Settings("");
            settings.Rig = "rabbit";
            var session = client.Open(settings);
            string why = null;
            session.Ended += said => why = said;
            PollUntil(client, () => why != null, "the refusal");
            StringAssert.Contains("rabbit", why);
            Assert.AreEqual(SessionState.Closed, session.State);
            Assert.IsTrue(client.IsReady, "the connection stands");
        }

        [Test]
        public void PingsAndDescriptionsAreAnswered()
        {
            var client = Connect(Seconds);
            ServerDescription told = null;
            var ponged = false;
            client.Described += description => told = description;
            client.Ponged += (id, seconds) => ponged = true;
            client.Describe();
            client.Ping();
            PollUntil(client, () => told != null && ponged, "the answers");
            CollectionAssert.AreEquivalent(new[] { "arkit", "metahuman" }, told.Rigs);
            StringAssert.StartsWith("live", told.Models[0]);
            Assert.IsTrue(client.Sync.IsKnown);
            Assert.Greater(client.Server.MaxChunkBytes, 0);
        }

        [Test]
        public void AServerThatIsNotThereIsLost()
        {
            var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
            listener.Start();
            var port = ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
            listener.Stop(); // nobody listens there now
            var client = new LinkClient("127.0.0.1", port, "Voxrig tests, C#", Seconds);
            clients.Add(client);
            string why = null;
            client.Lost += said => why = said;
            for (var until = Seconds() + Patience; why == null && Seconds() < until; Thread.Sleep(1))
                client.Poll();
            StringAssert.Contains("127.0.0.1:" + port, why);
            Assert.IsTrue(client.HasEnded);
        }

        /// <summary>
        /// A clip in a living silence, an interruption, a live voice: the clock and the device are the test's.
        /// </summary>
        [Test]
        public void APlayerShowsTheFrameOfWhatIsHeard()
        {
            var now = 100.0;
            var client = Connect(() => now);
            var player = new SpeechPlayer(Rate);
            var session = client.Open(Settings("tell=visemes,emotion"));
            player.Attach(session);
            var visemes = 0;
            var finished = 0;
            player.VisemeHeard += (name, strength) => visemes++;
            player.SpeechFinished += () => finished++;
            var run = new Simulation(player, client, session);
            PollUntil(client, () => session.Info != null, "the session");
            while (!run.Plays)
                run.Picture(ref now);
            for (var i = 0; i < 30; i++)
                run.Picture(ref now);
            Assert.AreEqual(0, player.Underruns);
            player.Speak(new ClipSpeech(Syllables(1.5, 48000), 1, 48000, Rate));
            for (var i = 0; i < 60; i++)
                run.Picture(ref now);
            Assert.IsTrue(player.IsSpeaking);
            Assert.Greater(run.LargestJaw, 0.05, "the mouth moved");
            run.Interrupt();
            Assert.IsFalse(player.IsSpeaking);
            PollUntil(client, () => session.State == SessionState.Open, "INTERRUPTED");
            for (var i = 0; i < 30; i++)
                run.Picture(ref now);
            Assert.AreEqual(0f, run.LoudestHeard(6), "silence after the cut");
            var voice = Syllables(0.5, Rate);
            for (var from = 0; from < voice.Length; from += 400)
            {
                player.Live.Write(voice, from, 400);
                run.Picture(ref now);
            }
            for (var i = 0; i < 40; i++)
                run.Picture(ref now);
            player.Speak(new ClipSpeech(Syllables(0.3, Rate), 1, Rate, Rate));
            for (var i = 0; i < 60; i++)
                run.Picture(ref now);
            Assert.AreEqual(1, finished, "the last clip; the first was cut");
            Assert.Greater(visemes, 3);
            Assert.AreEqual(0, player.Underruns);
            Assert.AreEqual(0, player.Buffer.Counts.Late);
            Assert.AreEqual(0, player.Buffer.Counts.Rested);
            Assert.LessOrEqual(player.Buffer.Counts.Held, 4, "while the lead is being learned");
            run.CompareWithTheSameSoundSentAtOnce(Connect(Seconds), PollUntil);
        }

        [Test]
        public void AnotherSessionGoesOnWhereTheFirstWasLost()
        {
            var now = 100.0;
            var player = new SpeechPlayer(Rate);
            var first = Connect(() => now);
            var session = first.Open(Settings(""));
            player.Attach(session);
            var run = new Simulation(player, first, session);
            PollUntil(first, () => session.Info != null, "the session");
            for (var i = 0; i < 60; i++)
                run.Picture(ref now);
            first.Dispose();
            player.Detach();
            Assert.IsFalse(player.IsAttached);
            var second = Connect(() => now);
            session = second.Open(Settings(""));
            player.Attach(session);
            PollUntil(second, () => session.Info != null, "the next session");
            run.GoOn(second, session);
            player.Speak(new ClipSpeech(Syllables(1.0, Rate), 1, Rate, Rate));
            var before = player.Buffer.Counts.Interpolated;
            for (var i = 0; i < 60; i++)
                run.Picture(ref now);
            Assert.Greater(player.Buffer.Counts.Interpolated - before, 50);
            Assert.Greater(run.LargestJaw, 0.05);
            Assert.AreEqual(0, player.Underruns);
        }

        /// <summary>An audio device of 512 samples a buffer and pictures at 60/s, in the test's own time.</summary>
        private sealed class Simulation
        {
            public bool Plays;
            public double Device;
            public float LargestJaw;

            private readonly SpeechPlayer player;
            private readonly float[] clip;
            private readonly float[] block = new float[VoiceRing.Block];
            private readonly List<float> heard = new List<float>(); // the samples that left the device
            private readonly List<double> shownAt = new List<double>();
            private readonly List<float[]> shown = new List<float[]>();
            private readonly List<KeyValuePair<long, long>> cuts = new List<KeyValuePair<long, long>>();
            private LinkClient client;
            private LinkSession session;
            private float[] sentUntilCut;
            private double time;
            private long newest = -1;

            public Simulation(SpeechPlayer player, LinkClient client, LinkSession session)
            {
                this.player = player;
                clip = new float[player.Voice.Length];
                GoOn(client, session);
            }

            public void GoOn(LinkClient client, LinkSession session)
            {
                this.client = client;
                this.session = session;
                newest = -1;
                session.FramesCame += batch => newest = batch.FirstIndex + batch.Count - 1;
                session.Happened += happened =>
                {
                    if (happened.Kind == LinkEventKind.Interrupted)
                        cuts.Add(new KeyValuePair<long, long>(happened.MediaSample, happened.NextSample));
                };
            }

            public void Picture(ref double now)
            {
                now += 1.0 / 60.0;
                if (Plays)
                    Play(1.0 / 60.0);
                // In this time every frame has come whose samples were sent: the server computes at once.
                var look = session.Info.LookAheadSeconds;
                var due = (long)Math.Floor((session.NextSample / (double)Rate - look) * 60.0) - 1;
                PollUntil(client, () => newest >= due, "frame " + due);
                player.Update(now, Device, Plays);
                int place;
                while (player.Voice.TakeChanged(block, out place))
                    Array.Copy(block, 0, clip, place, block.Length);
                Plays = player.ShouldPlay;
                if (player.Pose == null || !Plays)
                    return;
                LargestJaw = Math.Max(LargestJaw, player.Pose[17]);
                shownAt.Add(player.Heard);
                shown.Add((float[])player.Pose.Clone());
            }

            public void Interrupt()
            {
                sentUntilCut = new float[player.Written];
                for (var i = 0; i < sentUntilCut.Length; i++)
                    sentUntilCut[i] = i < heard.Count ? heard[i] : clip[i % clip.Length];
                player.Interrupt(Device);
            }

            private void Play(double seconds)
            {
                time += seconds;
                for (; Device + 512 <= time * Rate; Device += 512)
                    for (var i = 0; i < 512; i++)
                        heard.Add(clip[(int)((Device + i) % clip.Length)]);
            }

            public float LoudestHeard(int pictures)
            {
                var loudest = 0f;
                for (var i = heard.Count - pictures * Rate / 60; i < heard.Count; i++)
                    loudest = Math.Max(loudest, Math.Abs(heard[i]));
                return loudest;
            }

            /// <summary>
            /// The sound goes, at once and with the same cut, into another session of the same seed. Each pose shown
            /// must be what its frames are at the moment heard.
            /// </summary>
            public void CompareWithTheSameSoundSentAtOnce(LinkClient other, Action<LinkClient, Func<bool>, string> poll)
            {
                var reference = other.Open(Settings(""));
                var frames = new Dictionary<long, float[]>();
                var ended = false;
                var cut = false;
                reference.FramesCame += batch =>
                {
                    for (var i = 0; i < batch.Count; i++)
                    {
                        frames[batch.FirstIndex + i] = new float[61];
                        batch.CopyTo(i, frames[batch.FirstIndex + i]);
                    }
                };
                reference.Happened += happened => cut |= happened.Kind == LinkEventKind.Interrupted;
                reference.Ended += why => ended = true;
                Assert.AreEqual(1, cuts.Count);
                // With what was sent beyond the cut: the frames before it heard their look-ahead of that.
                Send(reference, sentUntilCut);
                poll(other, () => frames.ContainsKey(cuts[0].Key * 60 / Rate + 1), "the frame to be cut at");
                reference.Interrupt(cuts[0].Key);
                poll(other, () => cut, "INTERRUPTED");
                Assert.AreEqual(cuts[0].Value, reference.NextSample);
                Send(reference, heard.GetRange((int)cuts[0].Value, heard.Count - (int)cuts[0].Value).ToArray());
                reference.Close();
                poll(other, () => ended, "CLOSED");
                Compare(frames);
            }

            private static void Send(LinkSession to, float[] samples)
            {
                var bytes = new byte[2 * samples.Length];
                Pcm.ToS16(samples, 0, samples.Length, bytes, 0);
                Assert.AreEqual(samples.Length, to.SendAudio(bytes, 0, bytes.Length));
            }

            private void Compare(Dictionary<long, float[]> frames)
            {
                var compared = 0;
                var wrong = 0;
                for (var k = 0; k < shown.Count; k++)
                {
                    var place = shownAt[k] / 400.0;
                    var index = (long)Math.Floor(place);
                    if (!frames.ContainsKey(index + 1))
                        break;
                    compared++;
                    float[] a = frames[index], b = frames[index + 1];
                    var off = 0.0;
                    for (var i = 0; i < 61; i++)
                        off = Math.Max(off, Math.Abs(a[i] + (place - index) * (b[i] - a[i]) - shown[k][i]));
                    wrong += off > 1e-4 ? 1 : 0;
                }
                Assert.Greater(compared, 200);
                Assert.LessOrEqual(wrong, player.Buffer.Counts.Held + player.Buffer.Counts.Waited, "of {0} pictures",
                    compared);
            }
        }
    }
}
