using System.Collections.Generic;

namespace Voxrig.Core
{
    /// <summary>What a <see cref="LinkClient"/> can say of a session by its number, as it is.</summary>
    public abstract class LinkSpeech : LinkNews
    {
        internal readonly LinkSender Sender = new LinkSender();

        internal readonly Dictionary<uint, LinkSession> Sessions = new Dictionary<uint, LinkSession>();

        internal LinkSpeech()
        {
        }

        /// <summary>The session of that number, null where none is open or opening.</summary>
        public LinkSession Session(uint number)
        {
            LinkSession session;
            return Sessions.TryGetValue(number, out session) ? session : null;
        }

        /// <summary>Sends an open as it is, whether or not the number is free.</summary>
        public bool SendOpen(uint session, OpenSettings settings)
        {
            return Sender.Open(session, Session(session), settings, Said.Other);
        }

        /// <summary>Sends audio as it is; <see cref="LinkSession.SendAudio"/> counts samples besides.</summary>
        public bool SendAudio(uint session, long firstSample, byte[] samples, int offset, int count)
        {
            return Sender.Audio(session, Session(session), firstSample, samples, offset, count);
        }

        /// <summary>Sends a cue as it is.</summary>
        public bool SendCue(uint session, long mediaSample, string name, NamedValues values)
        {
            return Sender.Cue(session, Session(session), mediaSample, name, values);
        }

        /// <summary>Sends an end of the utterance as it is.</summary>
        public bool SendEndUtterance(uint session, long tailSamples)
        {
            return Sender.EndUtterance(session, Session(session), tailSamples);
        }

        /// <summary>Sends an interruption as it is.</summary>
        public bool SendInterrupt(uint session, long? atSample)
        {
            return Sender.Interrupt(session, Session(session), atSample, false);
        }

        /// <summary>Sends a close as it is.</summary>
        public bool SendClose(uint session)
        {
            return Sender.Close(session, Session(session));
        }
    }
}
