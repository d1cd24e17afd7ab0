using System;
using NUnit.Framework;
using Voxrig.Core;

namespace Voxrig.Tests
{
    public class LinkCodecTests
    {
        private readonly MsgPackWriter packer = new MsgPackWriter();
        private readonly LinkReader reader = new LinkReader();
        private Record record;

        [SetUp]
        public void Begin()
        {
            packer.Clear();
            record = new Record();
        }

        private void Read()
        {
            reader.Read(packer.Bytes, 0, packer.Length, record);
        }

        private void PackFrames(int count, int stride)
        {
            packer.Map(2);
            packer.Text("session");
            packer.Unsigned(3);
            packer.Text("frames");
            packer.Map(4);
            packer.Text("first_index");
            packer.Unsigned(120);
            packer.Text("utterance");
            packer.Unsigned(1);
            packer.Text("media_samples");
            packer.Array(count);
            for (var i = 0; i < count; i++)
                packer.Unsigned((ulong)(48000 + 400 * i));
            packer.Text("values");
            var bytes = new byte[4 * count * stride];
            for (var i = 0; i < count * stride; i++)
                Buffer.BlockCopy(BitConverter.GetBytes(i + 0.5f), 0, bytes, 4 * i, 4);
            packer.Binary(bytes, 0, bytes.Length);
        }

        [Test]
        public void AnAudioPacketIsTheseBytes()
        {
            var writer = new LinkWriter();
            writer.Audio(2, 480, new byte[] { 9, 1, 2, 3, 4, 9 }, 1, 4);
            var hex = BitConverter.ToString(writer.Bytes, 0, writer.Length).Replace("-", "").ToLowerInvariant();
            // {"session": 2, "audio": {"first_sample": 480, "samples": 01 02 03 04}}
            Assert.AreEqual("2f000000" + "82" + "a773657373696f6e" + "02" + "a5617564696f" + "82"
                + "ac66697273745f73616d706c65" + "cd01e0" + "a773616d706c6573" + "c40401020304", hex);
        }

        [Test]
        public void FramesAreRead()
        {
            PackFrames(2, 3);
            Read();
            var values = new float[3];
            record.Frames.CopyTo(1, values);
            Assert.AreEqual(new[] { 3.5f, 4.5f, 5.5f }, values);
            Assert.AreEqual(120, record.Frames.FirstIndex);
            Assert.AreEqual(1, record.Frames.Utterance);
            Assert.AreEqual(48400, record.Frames.Sample(1));
            Assert.AreEqual(12, record.Frames.FrameBytes);
            Assert.Throws<ArgumentOutOfRangeException>(() => record.Frames.Sample(2));
        }

        [Test]
        public void TheHashIsFnv1a()
        {
            packer.Map(2);
            packer.Text("frames");
            packer.Map(2);
            packer.Text("media_samples");
            packer.Array(1);
            packer.Unsigned(0);
            packer.Text("values");
            packer.Binary(new byte[] { 0x66, 0x6f, 0x6f, 0x62 }, 0, 4); // "foob"
            packer.Text("session");
            packer.Unsigned(1);
            Read();
            Assert.AreEqual(0x3f5076efu, record.Frames.Hash(0));
        }

        [Test]
        public void UnknownKeysAndKindsArePassedOver()
        {
            packer.Map(3);
            packer.Text("newer");
            packer.Array(2);
            packer.Number(1.5);
            packer.Text("x");
            packer.Text("event");
            packer.Map(3);
            packer.Text("kind");
            packer.Text("SOMETHING_NEW");
            packer.Text("mood");
            packer.Map(1);
            packer.Text("a");
            packer.Unsigned(1);
            packer.Text("next_sample");
            packer.Unsigned(77);
            packer.Text("session");
            packer.Unsigned(4);
            Read();
            Assert.AreEqual(new[] { "event 4" }, record.Said.ToArray());
            Assert.AreEqual(LinkEventKind.Unknown, record.Event.Kind);
            Assert.AreEqual("SOMETHING_NEW", record.Event.KindName);
            Assert.AreEqual(77, record.Event.NextSample);
            packer.Clear();
            packer.Map(1);
            packer.Text("weather");
            packer.Text("fine");
            Read();
            Assert.AreEqual(1, record.Said.Count);
        }

        [Test]
        public void AnErrorSaysWhetherItIsASessions()
        {
            foreach (var isSessions in new[] { true, false })
            {
                packer.Clear();
                packer.Map(isSessions ? 2 : 1);
                if (isSessions)
                {
                    packer.Text("session");
                    packer.Unsigned(0);
                }
                packer.Text("error");
                packer.Map(3);
                packer.Text("code");
                packer.Unsigned(11);
                packer.Text("message");
                packer.Text("a gap");
                packer.Text("refused");
                packer.Text("audio");
                Read();
                Assert.AreEqual(isSessions, record.Error.HasSession);
                Assert.AreEqual(11, record.Error.Code);
                Assert.AreEqual("a gap", record.Error.Message);
                Assert.AreEqual("audio", record.Error.Refused);
            }
        }

        [Test]
        public void AStrideThatDoesNotFitTheNamesIsRefused()
        {
            packer.Map(2);
            packer.Text("session");
            packer.Unsigned(1);
            packer.Text("opened");
            packer.Map(2);
            packer.Text("controls");
            packer.Array(1);
            packer.Text("JawOpen");
            packer.Text("stride");
            packer.Unsigned(2);
            Assert.Throws<LinkFormatException>(Read);
        }

        [Test]
        public void EveryTruncationIsRefused()
        {
            PackFrames(3, 5);
            for (var length = 0; length < packer.Length; length++)
                Assert.Throws<LinkFormatException>(() => reader.Read(packer.Bytes, 0, length, record), "cut at {0}",
                    length);
        }

        [Test]
        public void PacketsComeOutOfPiecesOfAnySize()
        {
            var writer = new LinkWriter();
            var stream = new byte[0];
            for (uint i = 1; i <= 5; i++)
            {
                writer.Audio(i, 0, new byte[70 * i], 0, (int)(70 * i));
                Array.Resize(ref stream, stream.Length + writer.Length);
                Array.Copy(writer.Bytes, 0, stream, stream.Length - writer.Length, writer.Length);
            }
            foreach (var size in new[] { 1, 2, 3, 7, 64, stream.Length })
            {
                var splitter = new PacketSplitter();
                var queue = new PacketQueue();
                for (var from = 0; from < stream.Length; from += size)
                {
                    var piece = new byte[Math.Min(size, stream.Length - from)];
                    Array.Copy(stream, from, piece, 0, piece.Length);
                    splitter.Add(piece, piece.Length, from, queue);
                }
                Assert.AreEqual(5, queue.Count);
                Assert.IsFalse(splitter.IsInside);
                writer.Audio(5, 0, new byte[350], 0, 350);
                Assert.AreEqual(writer.Length - 4, queue.Length(4));
            }
        }

        [Test]
        public void AHugePacketIsRefused()
        {
            var hello = System.Text.Encoding.ASCII.GetBytes("HTTP/1.1 400 Bad Request");
            var splitter = new PacketSplitter();
            Assert.Throws<LinkFormatException>(() => splitter.Add(hello, hello.Length, 0.0, new PacketQueue()));
        }

#if !UNITY_5_3_OR_NEWER // an editor's other threads make the collector run
        [Test]
        public void FramesAllocateNothing()
        {
            PackFrames(1, 61);
            var values = new float[61];
            var buffer = new PlayoutBuffer(61, 0, 24000, 8);
            var before = 0;
            for (var round = 0; round < 600000; round++)
            {
                if (round == 1000) // everything is compiled and has its size
                    before = GC.CollectionCount(0);
                Read();
                record.Frames.CopyTo(0, values);
                buffer.Push(round, 400L * round, values);
                buffer.Sample(400.0 * round - 100.0, values);
            }
            // The smallest object each time, 16 bytes, would have filled mono's first generation (4 MiB) twice.
            Assert.AreEqual(before, GC.CollectionCount(0));
        }
#endif
    }
}
