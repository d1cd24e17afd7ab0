using System.Collections.Generic;

namespace Voxrig.Core
{
    /// <summary>Decodes what the server says, one payload a call, into objects that it keeps.</summary>
    /// <remarks>
    /// Keys and kinds that it does not know are passed over. Frames, visemes and pongs allocate nothing.
    /// </remarks>
    public sealed class LinkReader
    {
        private static readonly KeyTable Kinds = new KeyTable(
            "session", "frames", "event", "pong", "error", "opened", "hello", "describe", "resumed");
        private static readonly KeyTable ResumedKeys = new KeyTable("taken", "next_sample");
        private static readonly KeyTable FrameKeys = new KeyTable("first_index", "utterance", "media_samples",
            "values");
        private static readonly KeyTable EventKeys = new KeyTable(
            "kind", "utterance", "frame_count", "frame_index", "media_sample", "next_sample", "message", "values");
        private static readonly KeyTable ErrorKeys = new KeyTable(
            "code", "message", "session_closed", "next_sample", "refused");
        private static readonly KeyTable PongKeys = new KeyTable("id", "sent", "received", "replied");
        private static readonly Dictionary<string, LinkEventKind> EventKinds = new Dictionary<string, LinkEventKind>
        {
            { "UTTERANCE_ENDED", LinkEventKind.UtteranceEnded },
            { "INTERRUPTED", LinkEventKind.Interrupted },
            { "CLOSED", LinkEventKind.Closed },
            { "CUE_IGNORED", LinkEventKind.CueIgnored },
            { "CUE_LATE", LinkEventKind.CueLate },
            { "VISEME", LinkEventKind.Viseme },
            { "EMOTION", LinkEventKind.Emotion },
            { "FRAMES_DROPPED", LinkEventKind.FramesDropped }
        };

        private readonly FrameBatch frames = new FrameBatch();
        private readonly LinkEvent happened = new LinkEvent();
        private readonly LinkError error = new LinkError();
        private readonly TextPool pool = new TextPool();

        /// <summary>Reads one payload and hands what it says to <paramref name="sink"/>.</summary>
        /// <exception cref="LinkFormatException">It is no message of the engine link.</exception>
        public void Read(byte[] bytes, int offset, int count, ILinkSink sink)
        {
            var reader = new MsgPackReader(bytes, offset, count);
            var body = reader;
            int kind = -1;
            uint session = 0;
            var hasSession = false;
            for (var left = reader.Map(); left > 0; left--)
            {
                var key = Kinds.Find(bytes, ref reader);
                if (key == 0)
                {
                    session = reader.Small();
                    hasSession = true;
                    continue;
                }
                if (key > 0)
                {
                    kind = key;
                    body = reader;
                }
                reader.Skip();
            }
            if (!reader.IsAtEnd)
                throw new LinkFormatException("a payload of " + count + " bytes has more behind its map");
            switch (kind)
            {
                case 1: ReadFrames(bytes, body); sink.OnFrames(session, frames); break;
                case 2: ReadEvent(bytes, body); sink.OnEvent(session, happened); break;
                case 3: ReadPong(bytes, body, sink); break;
                case 4: ReadError(bytes, body, hasSession); sink.OnError(session, error); break;
                case 5: sink.OnOpened(session, AnnouncementReader.Opened(bytes, body)); break;
                case 6: sink.OnHello(AnnouncementReader.Hello(bytes, body)); break;
                case 7: sink.OnDescribe(AnnouncementReader.Description(bytes, body)); break;
                case 8: ReadResumed(bytes, body, session, sink); break;
            }
        }

        private void ReadFrames(byte[] bytes, MsgPackReader reader)
        {
            var samples = default(MsgPackReader);
            long first = 0;
            uint utterance = 0;
            int count = 0, from = 0, size = 0;
            for (var left = reader.Map(); left > 0; left--)
            {
                switch (FrameKeys.Find(bytes, ref reader))
                {
                    case 0: first = reader.Integer(); break;
                    case 1: utterance = reader.Small(); break;
                    case 2:
                        samples = reader;
                        count = samples.Array();
                        reader.Skip();
                        break;
                    case 3: reader.BinarySpan(out from, out size); break;
                    default: reader.Skip(); break;
                }
            }
            frames.Begin(first, utterance, count);
            for (var i = 0; i < count; i++)
                frames.SetSample(i, samples.Integer());
            frames.SetValues(bytes, from, size);
        }

        private void ReadEvent(byte[] bytes, MsgPackReader reader)
        {
            happened.Kind = LinkEventKind.Unknown;
            happened.KindName = happened.Message = "";
            happened.Utterance = 0;
            happened.FrameCount = happened.FrameIndex = happened.MediaSample = happened.NextSample = 0;
            happened.Values.Clear();
            for (var left = reader.Map(); left > 0; left--)
            {
                switch (EventKeys.Find(bytes, ref reader))
                {
                    case 0:
                        happened.KindName = pool.Read(bytes, ref reader);
                        if (!EventKinds.TryGetValue(happened.KindName, out happened.Kind))
                            happened.Kind = LinkEventKind.Unknown;
                        break;
                    case 1: happened.Utterance = reader.Small(); break;
                    case 2: happened.FrameCount = reader.Integer(); break;
                    case 3: happened.FrameIndex = reader.Integer(); break;
                    case 4: happened.MediaSample = reader.Integer(); break;
                    case 5: happened.NextSample = reader.Integer(); break;
                    case 6: happened.Message = reader.Text(); break;
                    case 7:
                        for (var pairs = reader.Map(); pairs > 0; pairs--)
                        {
                            var name = pool.Read(bytes, ref reader);
                            happened.Values.Set(name, (float)reader.Number());
                        }
                        break;
                    default: reader.Skip(); break;
                }
            }
        }

        private void ReadError(byte[] bytes, MsgPackReader reader, bool hasSession)
        {
            error.HasSession = hasSession;
            error.Code = 0;
            error.Message = error.Refused = "";
            error.SessionClosed = false;
            error.NextSample = 0;
            for (var left = reader.Map(); left > 0; left--)
            {
                switch (ErrorKeys.Find(bytes, ref reader))
                {
                    case 0: error.Code = (int)reader.Integer(); break;
                    case 1: error.Message = reader.Text(); break;
                    case 2: error.SessionClosed = reader.Boolean(); break;
                    case 3: error.NextSample = reader.Integer(); break;
                    case 4: error.Refused = pool.Read(bytes, ref reader); break;
                    default: reader.Skip(); break;
                }
            }
        }

        private static void ReadResumed(byte[] bytes, MsgPackReader reader, uint session, ILinkSink sink)
        {
            long taken = 0, nextSample = 0;
            for (var left = reader.Map(); left > 0; left--)
            {
                switch (ResumedKeys.Find(bytes, ref reader))
                {
                    case 0: taken = reader.Integer(); break;
                    case 1: nextSample = reader.Integer(); break;
                    default: reader.Skip(); break;
                }
            }
            sink.OnResumed(session, taken, nextSample);
        }

        private static void ReadPong(byte[] bytes, MsgPackReader reader, ILinkSink sink)
        {
            ulong id = 0;
            double sent = 0, received = 0, replied = 0;
            for (var left = reader.Map(); left > 0; left--)
            {
                switch (PongKeys.Find(bytes, ref reader))
                {
                    case 0: id = reader.Unsigned(); break;
                    case 1: sent = reader.Number(); break;
                    case 2: received = reader.Number(); break;
                    case 3: replied = reader.Number(); break;
                    default: reader.Skip(); break;
                }
            }
            sink.OnPong(id, sent, received, replied);
        }
    }
}
