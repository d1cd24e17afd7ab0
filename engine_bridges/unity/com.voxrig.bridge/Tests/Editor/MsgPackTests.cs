using System;
using NUnit.Framework;
using Voxrig.Core;

namespace Voxrig.Tests
{
    public class MsgPackTests
    {
        private readonly MsgPackWriter writer = new MsgPackWriter();

        [SetUp]
        public void Clear()
        {
            writer.Clear();
        }

        private MsgPackReader Written()
        {
            return new MsgPackReader(writer.Bytes, 0, writer.Length);
        }

        private static MsgPackReader Hex(string hex)
        {
            var bytes = new byte[hex.Length / 2];
            for (var i = 0; i < bytes.Length; i++)
                bytes[i] = Convert.ToByte(hex.Substring(2 * i, 2), 16);
            return new MsgPackReader(bytes, 0, bytes.Length);
        }

        [TestCase(0ul, "00")]
        [TestCase(127ul, "7f")]
        [TestCase(128ul, "cc80")]
        [TestCase(255ul, "ccff")]
        [TestCase(256ul, "cd0100")]
        [TestCase(65536ul, "ce00010000")]
        [TestCase(4294967296ul, "cf0000000100000000")]
        [TestCase(ulong.MaxValue, "cfffffffffffffffff")]
        public void UnsignedNumbersTakeTheFewestBytes(ulong value, string hex)
        {
            writer.Unsigned(value);
            Assert.AreEqual(hex, BitConverter.ToString(writer.Bytes, 0, writer.Length).Replace("-",
                "").ToLowerInvariant());
            Assert.AreEqual(value, Written().Unsigned());
        }

        [TestCase(0L)]
        [TestCase(-1L)]
        [TestCase(-33L)]
        [TestCase(long.MaxValue)]
        [TestCase(long.MinValue)]
        public void IntegersComeBack(long value)
        {
            writer.Integer(value);
            Assert.AreEqual(value, Written().Integer());
        }

        [TestCase("e0", -32L)]
        [TestCase("d0df", -33L)]
        [TestCase("d1ff00", -256L)]
        [TestCase("d2ffff0000", -65536L)]
        public void ShortNegativeFormsAreRead(string hex, long value)
        {
            Assert.AreEqual(value, Hex(hex).Integer());
        }

        [TestCase("ca3f000000", 0.5)]
        [TestCase("cabf800000", -1.0)]
        [TestCase("ca00000001", 1.4012984643248171e-45)]
        [TestCase("ca7f7fffff", 3.4028234663852886e38)]
        [TestCase("cb3fb999999999999a", 0.1)]
        [TestCase("05", 5.0)]
        [TestCase("cfffffffffffffffff", 18446744073709551615.0)]
        public void FloatsDoublesAndIntegersAreNumbers(string hex, double value)
        {
            Assert.AreEqual(value, Hex(hex).Number());
        }

        [Test]
        public void InfinityAndNaNAreRead()
        {
            Assert.AreEqual(double.PositiveInfinity, Hex("ca7f800000").Number());
            Assert.AreEqual(double.NegativeInfinity, Hex("caff800000").Number());
            Assert.IsNaN(Hex("ca7fc00000").Number());
        }

        [TestCase(0)]
        [TestCase(31)]
        [TestCase(32)]
        [TestCase(255)]
        [TestCase(256)]
        [TestCase(70000)]
        public void TextAndBytesOfEveryLengthComeBack(int length)
        {
            var text = new string('ö', length / 2) + new string('x', length % 2);
            var bytes = new byte[length];
            new Random(3).NextBytes(bytes);
            writer.Text(text);
            writer.Binary(bytes, 0, length);
            var reader = Written();
            Assert.AreEqual(text, reader.Text());
            int offset, count;
            reader.BinarySpan(out offset, out count);
            var back = new byte[count];
            Array.Copy(writer.Bytes, offset, back, 0, count);
            Assert.AreEqual(bytes, back);
            Assert.IsTrue(reader.IsAtEnd);
        }

        [TestCase(0)]
        [TestCase(15)]
        [TestCase(16)]
        [TestCase(65536)]
        public void MapsAndArraysOfEveryLengthComeBack(int count)
        {
            writer.Array(count);
            for (var i = 0; i < count; i++)
                writer.Unsigned(1);
            writer.Map(count);
            for (var i = 0; i < 2 * count; i++)
                writer.Unsigned(2);
            var reader = Written();
            var skipping = Written();
            Assert.AreEqual(count, reader.Array());
            skipping.Skip();
            skipping.Skip();
            Assert.IsTrue(skipping.IsAtEnd);
        }

        [TestCase("")]
        [TestCase("dfffffffff")]
        [TestCase("ddffffffff00")]
        [TestCase("c6ffffffff00")]
        [TestCase("dbffffffff")]
        [TestCase("92")]
        [TestCase("c1")]
        [TestCase("a3ab")]
        [TestCase("c7")]
        public void MalformedValuesAreRefused(string hex)
        {
            var reader = Hex(hex);
            Assert.Throws<LinkFormatException>(() => reader.Skip());
        }

        [Test]
        public void DeepNestingIsRefused()
        {
            var reader = Hex(Repeat("91", 5000) + "00");
            Assert.Throws<LinkFormatException>(() => reader.Skip());
        }

        [Test]
        public void AnotherTypeThanAskedForIsRefused()
        {
            var reader = Hex("c3");
            Assert.Throws<LinkFormatException>(() => reader.Integer());
            reader = Hex("a161");
            Assert.Throws<LinkFormatException>(() => reader.Map());
            reader = Hex("ff");
            Assert.Throws<LinkFormatException>(() => reader.Unsigned());
            reader = Hex("cfffffffffffffffff");
            Assert.Throws<LinkFormatException>(() => reader.Integer());
            reader = Hex("cf0000000100000000");
            Assert.Throws<LinkFormatException>(() => reader.Small());
        }

        [Test]
        public void AnyBytesAreReadOrRefusedAndNothingElse()
        {
            var random = new Random(11);
            var link = new LinkReader();
            var sink = new Record();
            var refused = 0;
            for (var round = 0; round < 20000; round++)
            {
                var bytes = new byte[random.Next(1, 60)];
                random.NextBytes(bytes);
                if (round % 2 == 0)
                    bytes[0] = 0x81;
                try
                {
                    link.Read(bytes, 0, bytes.Length, sink);
                }
                catch (LinkFormatException)
                {
                    refused++;
                }
            }
            Assert.Greater(refused, 10000);
        }

        private static string Repeat(string text, int times)
        {
            return new System.Text.StringBuilder().Insert(0, text, times).ToString();
        }
    }
}
