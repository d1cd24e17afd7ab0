using System;
using System.Threading;
using NUnit.Framework;
using Voxrig.Core;

namespace Voxrig.Tests
{
    public class AudioTests
    {
        [Test]
        public void TheRingKeepsOrderAndCountsWhatDoesNotFit()
        {
            var ring = new AudioRing(10);
            var samples = new[] { 1f, 2f, 3f, 4f, 5f, 6f, 7f };
            var out7 = new float[7];
            Assert.AreEqual(7, ring.Write(samples, 0, 7));
            Assert.AreEqual(5, ring.Read(out7, 0, 5));
            Assert.AreEqual(7, ring.Write(samples, 0, 7));
            Assert.AreEqual(1, ring.Write(samples, 0, 3), "9 of 10 are taken");
            Assert.AreEqual(2, ring.Overflowed);
            Assert.AreEqual(10, ring.Count);
            Assert.AreEqual(7, ring.Read(out7, 0, 7));
            Assert.AreEqual(new[] { 6f, 7f, 1f, 2f, 3f, 4f, 5f }, out7);
            ring.Clear();
            Assert.AreEqual(0, ring.Read(out7, 0, 7));
        }

        [Test]
        public void TheRingLosesNothingBetweenTwoThreads()
        {
            const int total = 200000;
            var ring = new AudioRing(777);
            var writer = new Thread(() =>
            {
                var piece = new float[100];
                for (var next = 0; next < total;)
                {
                    var count = Math.Min(Math.Min(100, total - next), 777 - ring.Count);
                    for (var i = 0; i < count; i++)
                        piece[i] = next + i;
                    next += ring.Write(piece, 0, count);
                }
            });
            writer.Start();
            var got = new float[64];
            var wrong = 0;
            for (var read = 0; read < total;)
            {
                var count = ring.Read(got, 0, 64);
                for (var i = 0; i < count; i++)
                    wrong += got[i] == read + i ? 0 : 1;
                read += count;
            }
            writer.Join();
            Assert.AreEqual(0, wrong);
            Assert.AreEqual(0, ring.Overflowed);
        }

        [Test]
        public void SamplesBecomeSixteenBits()
        {
            var samples = new[] { 0f, 1f, -1f, 2f, -3f, float.NaN, 0.5f, -1f / 32768f, float.PositiveInfinity };
            var bytes = new byte[2 * samples.Length];
            Pcm.ToS16(samples, 0, samples.Length, bytes, 0);
            var back = new float[samples.Length];
            Pcm.FromS16(bytes, 0, samples.Length, back, 0);
            const float most = 32767f / 32768f;
            Assert.AreEqual(new[] { 0f, most, -1f, most, -1f, 0f, 0.5f, -1f / 32768f, most }, back);
        }

        [Test]
        public void ChannelsAreMixedToTheirMean()
        {
            var mono = new float[2];
            Pcm.ToMono(new[] { 9f, 1f, 0f, -1f, 0.5f }, 1, 2, 2, mono, 0);
            Assert.AreEqual(new[] { 0.5f, -0.25f }, mono);
        }

        [TestCase(44100, 48000)]
        [TestCase(48000, 24000)]
        [TestCase(22050, 48000)]
        [TestCase(16000, 16000)]
        [TestCase(11025, 44100)]
        public void ASineStaysThatSineAtAnotherRate(int from, int to)
        {
            const double hertz = 1000.0;
            var samples = new float[from / 2];
            for (var i = 0; i < samples.Length; i++)
                samples[i] = (float)Math.Sin(2 * Math.PI * hertz * i / from);
            var clip = new ClipSpeech(samples, 1, from, to);
            var got = new float[to];
            var count = 0;
            for (var size = 1; !clip.HasEnded; size = size * 7 % 1013 + 1)
                count += clip.Read(got, count, size);
            Assert.AreEqual(Math.Ceiling(samples.Length * (double)to / from), count);
            for (var i = 200; i < count - 200; i++)
                Assert.AreEqual(Math.Sin(2 * Math.PI * hertz * i / to), got[i], 1e-3, "sample {0}", i);
        }

        [Test]
        public void WhatTheLowerRateCannotHoldIsGone()
        {
            var samples = new float[48000];
            for (var i = 0; i < samples.Length; i++)
                samples[i] = (float)Math.Sin(2 * Math.PI * 15000.0 * i / 48000);
            var clip = new ClipSpeech(samples, 1, 48000, 16000);
            var got = new float[16000];
            clip.Read(got, 0, got.Length);
            for (var i = 200; i < got.Length - 200; i++)
                Assert.AreEqual(0.0, got[i], 1e-3);
        }

        [Test]
        public void WavFilesAreRead()
        {
            Assert.AreEqual(new[] { 0.5f, -1f }, WavFile.Read(Wav(1, 16, 1, 0x00, 0x40, 0x00, 0x80)).Samples);
            Assert.AreEqual(new[] { 0f, 0.5f }, WavFile.Read(Wav(1, 8, 2, 128, 192)).Samples);
            Assert.AreEqual(new[] { -0.5f }, WavFile.Read(Wav(1, 24, 1, 0, 0, 0xc0)).Samples);
            Assert.AreEqual(new[] { 0.25f }, WavFile.Read(Wav(1, 32, 1, 0, 0, 0, 0x20)).Samples);
            Assert.AreEqual(new[] { 0.75f }, WavFile.Read(Wav(3, 32, 1, BitConverter.GetBytes(0.75f))).Samples);
            var wav = WavFile.Read(Wav(1, 16, 2, 0, 0, 0, 0));
            Assert.AreEqual(2, wav.Channels);
            Assert.AreEqual(22050, wav.SampleRate);
        }

        [Test]
        public void OtherFilesAreRefusedInWords()
        {
            StringAssert.Contains("RIFF", Assert.Throws<FormatException>(() => WavFile.Read(new byte[40])).Message);
            StringAssert.Contains("encoding 85", Assert.Throws<FormatException>(() =>
                WavFile.Read(Wav(85, 0, 1, 1, 2))).Message);
            Assert.Throws<FormatException>(() => WavFile.Read(System.Text.Encoding.ASCII.GetBytes("RIFF....WAVE")));
        }

        private static byte[] Wav(int encoding, int bits, int channels, params byte[] data)
        {
            var file = new System.IO.MemoryStream();
            var writer = new System.IO.BinaryWriter(file);
            writer.Write(System.Text.Encoding.ASCII.GetBytes("RIFF----WAVEjunk"));
            writer.Write(3);
            writer.Write(new byte[4]); // a chunk of odd length and the byte that evens it
            writer.Write(System.Text.Encoding.ASCII.GetBytes("fmt "));
            writer.Write(16);
            writer.Write((short)encoding);
            writer.Write((short)channels);
            writer.Write(22050);
            writer.Write(22050 * channels * bits / 8);
            writer.Write((short)(channels * bits / 8));
            writer.Write((short)bits);
            writer.Write(System.Text.Encoding.ASCII.GetBytes("data"));
            writer.Write(data.Length);
            writer.Write(data);
            return file.ToArray();
        }
    }
}
