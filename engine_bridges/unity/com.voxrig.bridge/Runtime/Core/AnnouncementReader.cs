namespace Voxrig.Core
{
    /// <summary>Decodes what a server says once: hello, the names of a session, the description of itself.</summary>
    internal static class AnnouncementReader
    {
        private static readonly KeyTable HelloKeys = new KeyTable("version", "server", "limits");
        private static readonly KeyTable LimitKeys = new KeyTable(
            "max_chunk_bytes", "max_message_bytes", "interrupt_history_seconds");
        private static readonly KeyTable OpenedKeys = new KeyTable(
            "rig", "controls", "minimum", "maximum", "bones", "stride", "frame_rate", "look_ahead", "blend_samples",
            "sample_rate", "seed", "resume_id");
        private static readonly KeyTable FractionKeys = new KeyTable("numerator", "denominator");
        private static readonly KeyTable DescriptionKeys = new KeyTable("version", "rigs", "models", "metrics");
        private static readonly KeyTable NameKeys = new KeyTable("name", "version");

        /// <summary>The server's answer to hello.</summary>
        public static ServerHello Hello(byte[] bytes, MsgPackReader reader)
        {
            var hello = new ServerHello();
            for (var left = reader.Map(); left > 0; left--)
            {
                switch (HelloKeys.Find(bytes, ref reader))
                {
                    case 0: hello.Version = reader.Small(); break;
                    case 1: hello.Server = reader.Text(); break;
                    case 2: Limits(bytes, ref reader, hello); break;
                    default: reader.Skip(); break;
                }
            }
            return hello;
        }

        /// <summary>The names and numbers of a session.</summary>
        /// <exception cref="LinkFormatException">The stride is not what the names make.</exception>
        public static SessionOpened Opened(byte[] bytes, MsgPackReader reader)
        {
            var opened = new SessionOpened();
            ulong numerator, denominator;
            for (var left = reader.Map(); left > 0; left--)
            {
                switch (OpenedKeys.Find(bytes, ref reader))
                {
                    case 0: opened.Rig = reader.Text(); break;
                    case 1: opened.Controls = Texts(ref reader); break;
                    case 2: opened.Minimum = Numbers(ref reader); break;
                    case 3: opened.Maximum = Numbers(ref reader); break;
                    case 4: opened.Bones = Texts(ref reader); break;
                    case 5: opened.Stride = (int)reader.Small(); break;
                    case 6:
                        Fraction(bytes, ref reader, out numerator, out denominator);
                        opened.FrameRateNumerator = (uint)numerator;
                        opened.FrameRateDenominator = (uint)denominator;
                        break;
                    case 7:
                        Fraction(bytes, ref reader, out opened.LookAheadNumerator, out opened.LookAheadDenominator);
                        break;
                    case 8: opened.BlendSamples = reader.Integer(); break;
                    case 9: opened.SampleRate = reader.Small(); break;
                    case 10: opened.Seed = reader.Unsigned(); break;
                    case 11: opened.ResumeId = reader.Text(); break;
                    default: reader.Skip(); break;
                }
            }
            if (opened.Stride != opened.Controls.Length + 4 * opened.Bones.Length)
                throw new LinkFormatException("a stride of " + opened.Stride + " does not fit " + opened.Controls.Length
                    + " controls and " + opened.Bones.Length + " bones");
            return opened;
        }

        /// <summary>What the server is and has.</summary>
        public static ServerDescription Description(byte[] bytes, MsgPackReader reader)
        {
            var description = new ServerDescription();
            for (var left = reader.Map(); left > 0; left--)
            {
                switch (DescriptionKeys.Find(bytes, ref reader))
                {
                    case 0: description.Version = reader.Text(); break;
                    case 1:
                        for (var rigs = reader.Array(); rigs > 0; rigs--)
                            description.Rigs.Add(Name(bytes, ref reader));
                        break;
                    case 2:
                        for (var models = reader.Array(); models > 0; models--)
                            description.Models.Add(Name(bytes, ref reader));
                        break;
                    case 3:
                        for (var pairs = reader.Map(); pairs > 0; pairs--)
                        {
                            var name = reader.Text();
                            description.Metrics[name] = reader.Number();
                        }
                        break;
                    default: reader.Skip(); break;
                }
            }
            return description;
        }

        private static void Limits(byte[] bytes, ref MsgPackReader reader, ServerHello hello)
        {
            for (var left = reader.Map(); left > 0; left--)
            {
                switch (LimitKeys.Find(bytes, ref reader))
                {
                    case 0: hello.MaxChunkBytes = Size(ref reader); break;
                    case 1: hello.MaxMessageBytes = Size(ref reader); break;
                    case 2: hello.InterruptHistorySeconds = reader.Number(); break;
                    default: reader.Skip(); break;
                }
            }
        }

        private static int Size(ref MsgPackReader reader)
        {
            return (int)System.Math.Min(reader.Small(), int.MaxValue);
        }

        private static string Name(byte[] bytes, ref MsgPackReader reader)
        {
            string name = "", version = "";
            for (var left = reader.Map(); left > 0; left--)
            {
                switch (NameKeys.Find(bytes, ref reader))
                {
                    case 0: name = reader.Text(); break;
                    case 1: version = reader.Text(); break;
                    default: reader.Skip(); break;
                }
            }
            return version.Length == 0 ? name : name + " " + version;
        }

        private static void Fraction(byte[] bytes, ref MsgPackReader reader, out ulong numerator, out ulong denominator)
        {
            numerator = 0;
            denominator = 1;
            for (var left = reader.Map(); left > 0; left--)
            {
                switch (FractionKeys.Find(bytes, ref reader))
                {
                    case 0: numerator = reader.Unsigned(); break;
                    case 1: denominator = reader.Unsigned(); break;
                    default: reader.Skip(); break;
                }
            }
        }

        private static string[] Texts(ref MsgPackReader reader)
        {
            var texts = new string[reader.Array()];
            for (var i = 0; i < texts.Length; i++)
                texts[i] = reader.Text();
            return texts;
        }

        private static float[] Numbers(ref MsgPackReader reader)
        {
            var numbers = new float[reader.Array()];
            for (var i = 0; i < numbers.Length; i++)
                numbers[i] = (float)reader.Number();
            return numbers;
        }
    }
}
