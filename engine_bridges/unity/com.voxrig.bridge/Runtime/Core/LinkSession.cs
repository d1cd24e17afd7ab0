using System;

namespace Voxrig.Core
{
    /// <summary>How far a <see cref="LinkSession"/> has come.</summary>
    public enum SessionState
    {
        /// <summary>The server has not answered; audio and cues may be sent already.</summary>
        Opening,

        /// <summary>Open.</summary>
        Open,

        /// <summary>Waits for the server's answer to an interruption: no audio until then.</summary>
        Interrupting,

        /// <summary>Nothing more is sent; the last frames come.</summary>
        Closing,

        /// <summary>There is no such session any more.</summary>
        Closed
    }

    /// <summary>
    /// One character's stream: counts its samples, so that each chunk starts where the server expects it.
    /// </summary>
    public sealed class LinkSession
    {
        /// <summary>With what it was opened.</summary>
        public readonly OpenSettings Settings;

        private readonly LinkClient client;
        private SessionState afterInterrupt;
        private int interrupts; // asked for and not answered

        internal LinkSession(LinkClient client, uint number, OpenSettings settings, double keepSeconds)
        {
            this.client = client;
            Number = number;
            Settings = settings;
            NextSample = settings.Begin.MediaSample;
            if (keepSeconds > 0.0)
                Survival = new SessionSurvival(this, client.Sender, settings, keepSeconds);
        }

        /// <summary>
        /// It goes on after a loss. False: the server had lost it too, and it was begun anew; then frames that are not
        /// to the bit those that would have come are eased over from the last one.
        /// </summary>
        public event Action<bool> Restored;

        /// <summary>The server has opened it: its names and numbers.</summary>
        public event Action<SessionOpened> Opened;

        /// <summary>Frames came.</summary>
        public event Action<FrameBatch> FramesCame;

        /// <summary>An event came. Of Interrupted: frames from its FrameIndex on are void.</summary>
        public event Action<LinkEvent> Happened;

        /// <summary>
        /// A message was refused; <see cref="NextSample"/> is right again. The session goes on unless closed.
        /// </summary>
        public event Action<LinkError> Failed;

        /// <summary>It is over: null, or the reason where the connection was lost.</summary>
        public event Action<string> Ended;

        /// <summary>Its number on this connection.</summary>
        public uint Number { get; private set; }

        /// <summary>How far it has come.</summary>
        public SessionState State { get; private set; }

        /// <summary>Its names and numbers; null until <see cref="Opened"/>.</summary>
        public SessionOpened Info { get; private set; }

        /// <summary>The media sample that the next audio starts with.</summary>
        public long NextSample { get; private set; }

        /// <summary>Null for one that ends with its connection.</summary>
        internal SessionSurvival Survival { get; private set; }

        internal SessionMemory Memory { get { return Survival == null ? null : Survival.Memory; } }

        /// <summary>Whether there is no connection for it now: what is said waits.</summary>
        public bool IsWaiting { get { return Survival != null && Survival.Waits; } }

        /// <summary>Whether audio may be sent now.</summary>
        public bool CanSendAudio { get { return State == SessionState.Opening || State == SessionState.Open; } }

        /// <summary>
        /// When the message being handled came, in seconds of the connection's clock; only within a handler.
        /// </summary>
        public double MessageTime { get { return client.PacketTime; } }

        /// <summary>Sends whole samples in the session's encoding, cut into chunks that the server takes.</summary>
        /// <returns>
        /// Samples that were sent: less than given where the session can't take them now, or too much waits.
        /// </returns>
        public int SendAudio(byte[] samples, int offset, int count)
        {
            if (!CanSendAudio)
                return 0;
            var size = Settings.BytesPerSample;
            var most = Math.Max(1, client.MaxChunkBytes / size) * size;
            var sent = 0;
            while (sent < count)
            {
                var part = Math.Min(most, count - sent);
                if (!client.SendAudio(Number, NextSample, samples, offset + sent, part))
                    break;
                NextSample += part / size;
                sent += part;
            }
            return sent / size;
        }

        /// <summary>Sends a timed instruction, obeyed at <paramref name="mediaSample"/>.</summary>
        public bool Cue(long mediaSample, string name, NamedValues values)
        {
            return State < SessionState.Closing && client.SendCue(Number, mediaSample, name, values);
        }

        /// <summary>The utterance ends, with so much silence behind it; the next audio may follow at once.</summary>
        public bool EndUtterance(long tailSamples = 0)
        {
            if (!CanSendAudio || !client.SendEndUtterance(Number, tailSamples))
                return false;
            NextSample += tailSamples;
            return true;
        }

        /// <summary>
        /// Stops speaking at <paramref name="atSample"/>, or as soon as the server can. No audio until it has answered.
        /// </summary>
        public bool Interrupt(long? atSample)
        {
            if (State >= SessionState.Closing)
                return false;
            if (Survival != null && Survival.PutsOff)
                interrupts += Survival.PutOff(atSample) ? 1 : 0;
            else if (!client.SendInterrupt(Number, atSample))
                return false;
            else
                interrupts++;
            if (State != SessionState.Interrupting)
                afterInterrupt = State;
            State = SessionState.Interrupting;
            return true;
        }

        /// <summary>Ends the session when all that was sent is done.</summary>
        public void Close()
        {
            if (State >= SessionState.Closing)
                return;
            if (Survival == null || !Survival.PutOffClose())
                client.SendClose(Number);
            State = SessionState.Closing;
        }

        internal void TakeRestored(bool exact)
        {
            if (Restored != null)
                Restored(exact);
        }

        internal void TakeOpenedAgain(SessionOpened opened)
        {
            Info = opened;
        }

        internal void TakeOpened(SessionOpened opened)
        {
            Info = opened;
            if (State == SessionState.Opening)
                State = SessionState.Open;
            afterInterrupt = SessionState.Open;
            if (Opened != null)
                Opened(opened);
        }

        internal bool TakeFrames(FrameBatch frames)
        {
            if (Info == null || frames.Count > 0 && frames.FrameBytes != 4 * Info.Stride)
                throw new LinkFormatException("frames of " + frames.FrameBytes + " bytes in session " + Number
                    + ", which has "
                    + (Info == null ? "not been opened" : "a stride of " + Info.Stride));
            if (Memory != null && !IsWaiting)
            {
                var isNews = Memory.TakeFrames(frames);
                Survival.GoOn();
                if (!isNews)
                    return false;
            }
            if (FramesCame != null)
                FramesCame(frames);
            return true;
        }

        // Whether it is news; `isTold` where the client says it for a server that was lost.
        internal bool TakeEvent(LinkEvent happened, bool isTold = false)
        {
            if (Memory != null && !isTold && !IsWaiting && !Memory.TakeEvent(happened))
                return false;
            if (happened.Kind == LinkEventKind.Interrupted)
            {
                NextSample = happened.NextSample;
                InterruptAnswered();
            }
            if (happened.Kind == LinkEventKind.Closed)
                State = SessionState.Closed;
            if (Happened != null)
                Happened(happened);
            if (happened.Kind == LinkEventKind.Closed)
                End(null);
            return true;
        }

        // Whether it is news.
        internal bool TakeError(LinkError error)
        {
            if (Memory != null && !IsWaiting && !Memory.TakeError(error))
                return false;
            if (error.SessionClosed)
                State = SessionState.Closed;
            else if (error.Refused == "audio" || error.Refused == "end_utterance" || error.Refused == "interrupt")
                NextSample = error.NextSample;
            if (error.Refused == "interrupt" && !error.SessionClosed)
                InterruptAnswered();
            if (Failed != null)
                Failed(error);
            if (error.SessionClosed)
                End(error.Message);
            return true;
        }

        internal void ConnectionEnded(string why)
        {
            State = SessionState.Closed;
            End(why);
        }

        // Whether an interruption waits for its answer; one answer is for all of them from now on.
        internal bool SettleInterrupts()
        {
            interrupts = Math.Min(1, interrupts);
            return interrupts > 0;
        }

        private void InterruptAnswered()
        {
            interrupts = Math.Max(0, interrupts - 1);
            if (interrupts == 0 && State == SessionState.Interrupting)
                State = afterInterrupt;
        }

        private void End(string why)
        {
            if (Ended != null)
                Ended(why);
        }
    }
}
