using System;

namespace Voxrig.Core
{
    /// <summary>The media timeline of one character: written for the loudspeaker, and sent on to the session.</summary>
    /// <remarks>
    /// Sound is written well ahead, so that a game that hangs is still heard; it is sent only as far ahead as frames
    /// need, so that cues act soon. Without a session it goes on all the same. Samples are counted from 0.
    /// </remarks>
    public sealed class SpeechTimeline
    {
        /// <summary>Most samples of one <see cref="Write"/>.</summary>
        public const int Piece = 960;

        /// <summary>The sound.</summary>
        public readonly VoiceRing Voice;

        private readonly byte[] bytes = new byte[2 * Piece];
        private readonly float[] silence = new float[Piece];
        private readonly float[] sending = new float[Piece];
        private readonly SendTimes sendTimes = new SendTimes();
        private long start; // of the session's sample 0

        /// <summary>A timeline at <paramref name="sampleRate"/> Hz.</summary>
        public SpeechTimeline(int sampleRate, double ringSeconds)
        {
            Voice = new VoiceRing(sampleRate, ringSeconds);
        }

        /// <summary>The sample after the last one written.</summary>
        public long Written { get; private set; }

        /// <summary>The sample after the last one sent, or that would have been were there a session.</summary>
        public long Sent { get; private set; }

        /// <summary>The session that it goes to, or null.</summary>
        public LinkSession Session { get; private set; }

        /// <summary>The session's sample <paramref name="sessionSample"/> on the timeline.</summary>
        public long FromSession(long sessionSample)
        {
            return start + sessionSample;
        }

        /// <summary>The session's own number of a sample of the timeline; 0 for what lies before it.</summary>
        public long ToSession(long sample)
        {
            return Math.Max(0, sample - start);
        }

        /// <summary>
        /// From here on samples go to <paramref name="session"/>, which expects its first; null: to none.
        /// </summary>
        public void Attach(LinkSession session)
        {
            Session = session;
            sendTimes.Clear();
            Realign();
        }

        /// <summary>The session expects another sample than was thought: later ones lie where they are heard.</summary>
        public void Realign()
        {
            start = Session == null ? Sent : Sent - Session.NextSample;
        }

        /// <summary>Writes samples, at most <see cref="Piece"/>.</summary>
        public void Write(float[] samples, int count)
        {
            Voice.Write(Written, samples, 0, count);
            Written += count;
        }

        /// <summary>Writes silence up to <paramref name="until"/>.</summary>
        public void WriteSilence(long until)
        {
            while (Written < until)
                Write(silence, (int)Math.Min(Piece, until - Written));
        }

        /// <summary>
        /// Sends what is written, up to <paramref name="until"/>. Where the session does not take it, it is let go.
        /// </summary>
        /// <param name="until">On the timeline.</param>
        /// <param name="now">Seconds; NaN where the time says nothing of how long frames take.</param>
        public void Send(long until, double now)
        {
            until = Math.Min(until, Written);
            if (Sent >= until)
                return;
            while (Sent < until)
            {
                var count = (int)Math.Min(Piece, until - Sent);
                if (Session != null)
                {
                    Voice.Read(Sent, sending, count);
                    Pcm.ToS16(sending, 0, count, bytes, 0);
                    if (Session.SendAudio(bytes, 0, 2 * count) < count)
                        Attach(null); // it is over, or the server has read nothing for a minute of speech
                }
                Sent += count;
            }
            sendTimes.Sent(Sent, now);
        }

        /// <summary>When a sample was sent, NaN where that says nothing; samples are asked for in order.</summary>
        public double SentAt(long sample)
        {
            return sendTimes.Of(sample);
        }

        /// <summary>
        /// Silences what lies from <paramref name="cut"/> on, fading over <paramref name="fade"/> samples, and stops
        /// the session there.
        /// </summary>
        public void Cut(long cut, int fade)
        {
            cut = Math.Min(cut, Written);
            Voice.Silence(cut, Written, fade);
            Written = Math.Max(cut, Session == null ? 0 : Sent);
            Sent = Math.Min(Sent, Written);
            if (Session != null && !Session.Interrupt(ToSession(cut)))
                Attach(null);
        }

        /// <summary>
        /// The session has cut at its sample <paramref name="cut"/> and goes on at <paramref name="next"/>.
        /// </summary>
        public void CutAnswered(long cut, long next)
        {
            var from = Math.Max(Written, FromSession(cut)); // before it the cut has silenced what it should
            Written = Sent = FromSession(next);
            Voice.Silence(Math.Min(from, Written), Math.Max(from, Written), 0);
            sendTimes.Clear();
            sendTimes.Sent(Sent, double.NaN);
        }
    }
}
