using System.Collections.Generic;

namespace Voxrig.Core
{
    /// <summary>Encodes what a client says, one packet a call: u32 little-endian length, then a msgpack map.</summary>
    /// <remarks>
    /// Each call overwrites the packet before it. Nothing is allocated once the largest packet was written.
    /// </remarks>
    public sealed class LinkWriter
    {
        /// <summary>The version of the engine link that is spoken here.</summary>
        public const uint Version = 1;

        private readonly MsgPackWriter writer = new MsgPackWriter();

        /// <summary>The packet, with its length: the first <see cref="Length"/> bytes.</summary>
        public byte[] Bytes { get { return writer.Bytes; } }

        /// <summary>Bytes of the packet.</summary>
        public int Length { get { return writer.Length; } }

        /// <summary>
        /// The first packet of a connection; <paramref name="client"/> says who it is, for people, and
        /// <paramref name="token"/> to the server: empty for none.
        /// </summary>
        public void Hello(string client, string token = "")
        {
            BeginAlone("hello");
            writer.Map(string.IsNullOrEmpty(token) ? 2 : 3);
            writer.Text("version");
            writer.Unsigned(Version);
            writer.Text("client");
            writer.Text(client);
            if (!string.IsNullOrEmpty(token))
            {
                writer.Text("token");
                writer.Text(token);
            }
            End();
        }

        /// <summary>Opens a session.</summary>
        public void Open(uint session, OpenSettings settings)
        {
            Begin(session, "open");
            writer.Map(6 + (settings.ResumeWindowMilliseconds > 0 ? 1 : 0) + (settings.Begin.IsSet ? 1 : 0));
            writer.Text("rig");
            writer.Text(settings.Rig);
            writer.Text("frame_rate");
            writer.Map(2);
            writer.Text("numerator");
            writer.Unsigned(settings.FrameRateNumerator);
            writer.Text("denominator");
            writer.Unsigned(settings.FrameRateDenominator);
            writer.Text("audio");
            writer.Map(3);
            writer.Text("encoding");
            writer.Text(settings.Encoding);
            writer.Text("sample_rate");
            writer.Unsigned(settings.SampleRate);
            writer.Text("channels");
            writer.Unsigned(settings.Channels);
            writer.Text("seed");
            writer.Unsigned(settings.Seed);
            writer.Text("look_ahead_ms");
            writer.Unsigned(settings.LookAheadMilliseconds);
            writer.Text("options");
            writer.Map(settings.Options.Count);
            foreach (KeyValuePair<string, string> option in settings.Options)
            {
                writer.Text(option.Key);
                writer.Text(option.Value);
            }
            if (settings.ResumeWindowMilliseconds > 0)
            {
                writer.Text("resume_window_ms");
                writer.Unsigned(settings.ResumeWindowMilliseconds);
            }
            if (settings.Begin.IsSet)
                Begin(settings.Begin);
            End();
        }

        /// <summary>Asks for a session that was lost with its connection.</summary>
        public void Resume(uint session, string id, long received)
        {
            Begin(session, "resume");
            writer.Map(2);
            writer.Text("id");
            writer.Text(id);
            writer.Text("received");
            writer.Integer(received);
            End();
        }

        /// <summary>Nothing more comes from this side: where a half-close cannot say so.</summary>
        public void Done()
        {
            BeginAlone("done");
            writer.Map(0);
            End();
        }

        /// <summary>
        /// Samples in the session's encoding, the first of them media sample <paramref name="firstSample"/>.
        /// </summary>
        public void Audio(uint session, long firstSample, byte[] samples, int offset, int count)
        {
            Begin(session, "audio");
            writer.Map(2);
            writer.Text("first_sample");
            writer.Integer(firstSample);
            writer.Text("samples");
            writer.Binary(samples, offset, count);
            End();
        }

        /// <summary>A timed instruction.</summary>
        public void Cue(uint session, long mediaSample, string name, NamedValues values)
        {
            Begin(session, "cue");
            writer.Map(3);
            writer.Text("media_sample");
            writer.Integer(mediaSample);
            writer.Text("name");
            writer.Text(name);
            writer.Text("values");
            writer.Map(values.Count);
            for (var i = 0; i < values.Count; i++)
            {
                writer.Text(values.Name(i));
                writer.Number(values.Value(i));
            }
            End();
        }

        /// <summary>The utterance ends, with so much silence behind it.</summary>
        public void EndUtterance(uint session, long tailSamples)
        {
            Begin(session, "end_utterance");
            writer.Map(1);
            writer.Text("tail_samples");
            writer.Integer(tailSamples);
            End();
        }

        /// <summary>Stops speaking at <paramref name="atSample"/>; null: as soon as the server can.</summary>
        public void Interrupt(uint session, long? atSample)
        {
            Begin(session, "interrupt");
            writer.Map(atSample.HasValue ? 1 : 0);
            if (atSample.HasValue)
            {
                writer.Text("at_sample");
                writer.Integer(atSample.Value);
            }
            End();
        }

        /// <summary>Ends a session when all before it is done.</summary>
        public void Close(uint session)
        {
            Begin(session, "close");
            writer.Map(0);
            End();
        }

        /// <summary>Asks for the server's clock; <paramref name="sent"/> is seconds on the client's own.</summary>
        public void Ping(ulong id, double sent)
        {
            BeginAlone("ping");
            writer.Map(2);
            writer.Text("id");
            writer.Unsigned(id);
            writer.Text("sent");
            writer.Number(sent);
            End();
        }

        /// <summary>Asks what the server is and has.</summary>
        public void Describe()
        {
            BeginAlone("describe");
            writer.Map(0);
            End();
        }

        private void Begin(Beginning begin)
        {
            writer.Text("begin");
            writer.Map(3);
            writer.Text("frame_index");
            writer.Integer(begin.FrameIndex);
            writer.Text("media_sample");
            writer.Integer(begin.MediaSample);
            writer.Text("utterance");
            writer.Unsigned(begin.Utterance);
        }

        private void Begin(uint session, string kind)
        {
            writer.Clear();
            writer.Reserve(4);
            writer.Map(2);
            writer.Text("session");
            writer.Unsigned(session);
            writer.Text(kind);
        }

        private void BeginAlone(string kind)
        {
            writer.Clear();
            writer.Reserve(4);
            writer.Map(1);
            writer.Text(kind);
        }

        private void End()
        {
            writer.PutLittleEndian(0, (uint)(writer.Length - 4));
        }
    }
}
