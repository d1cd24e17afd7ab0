using System;

namespace Voxrig.Core
{
    /// <summary>
    /// One character who speaks: sound to the server and to the loudspeaker, frames back, the face of what is heard.
    /// </summary>
    /// <remarks>
    /// All lies on one timeline of media samples: that of the <see cref="VoiceRing"/> and, from where it was attached,
    /// of the session. While nobody speaks silence goes in, so that the face lives. The sound goes on where there is no
    /// server. All of it belongs to one thread, but for <see cref="Live"/>. Clocks: that of <see cref="Update"/> is the
    /// connection's.
    /// </remarks>
    public sealed class SpeechPlayer
    {
        private const double FadeSeconds = 0.005;
        private const double MixedAheadSeconds = 0.02; // what the device may have taken beyond its position
        private const double StartPatienceSeconds = 0.75; // without frames the sound begins all the same
        private const double LongestLeadSeconds = 0.5;
        private const double MarginSeconds = 0.03; // a picture, and what journeys differ by

        private readonly int rate;
        private readonly SpeechTimeline timeline;
        private readonly SpeechFeed feed;
        private readonly PlayoutClock clock;
        private readonly PlayoutDelay delay = new PlayoutDelay(MarginSeconds);
        private readonly TimedEvents timed = new TimedEvents();
        private LinkSession session;
        private float[] frame;
        private double waitsSince = -1.0; // since when the sound has something to begin with

        /// <summary>
        /// A player at <paramref name="sampleRate"/> Hz, whose sound lies in a ring of <paramref name="ringSeconds"/>.
        /// </summary>
        public SpeechPlayer(int sampleRate, double ringSeconds = 8.0)
        {
            rate = sampleRate;
            clock = new PlayoutClock(sampleRate);
            timeline = new SpeechTimeline(sampleRate, ringSeconds);
            feed = new SpeechFeed(timeline, sampleRate, ringSeconds);
            LivesInSilence = true;
            AheadSeconds = 1.0;
        }

        /// <summary>A viseme is heard now: its name and how near the mouth comes to it.</summary>
        public event Action<string, float> VisemeHeard;

        /// <summary>The emotion shown now; the numbers are filled anew for the next.</summary>
        public event Action<NamedValues> EmotionShown;

        /// <summary>The last sample of a clip was heard.</summary>
        public event Action SpeechFinished;

        /// <summary>
        /// Whether silence is sent while nobody speaks, so that the face goes on blinking and looking.
        /// </summary>
        public bool LivesInSilence { get; set; }

        /// <summary>
        /// How far ahead of the device clips are written: how long the game may hang without being heard.
        /// </summary>
        public double AheadSeconds { get; set; }

        /// <summary>Seconds between the position of the device and the loudspeaker.</summary>
        public double OutputLatencySeconds { get; set; }

        /// <summary>
        /// A voice as it comes, mono at the player's rate: microphone, net, synthesis. Written by one thread, any.
        /// </summary>
        public AudioRing Live { get { return feed.Live; } }

        /// <summary>The sound, to be played from sample 0 on.</summary>
        public VoiceRing Voice { get { return timeline.Voice; } }

        /// <summary>The face of what is heard now: float [stride]; null until a session has been opened.</summary>
        public float[] Pose { get; private set; }

        /// <summary>The names of the pose's bones; null until a session has been opened.</summary>
        public string[] Bones { get; private set; }

        /// <summary>Where the bones begin in the pose.</summary>
        public int BonesAt { get; private set; }

        /// <summary>Whether the pose has a body, and frames of it have come.</summary>
        public bool HasBody { get; private set; }

        /// <summary>Frames in waiting, and what became of them; null until a session has been opened.</summary>
        public PlayoutBuffer Buffer { get; private set; }

        /// <summary>The clock of what is heard.</summary>
        public PlayoutClock Clock { get { return clock; } }

        /// <summary>The media sample that was heard at the last <see cref="Update"/>.</summary>
        public double Heard { get; private set; }

        /// <summary>The media sample after the last one written.</summary>
        public long Written { get { return timeline.Written; } }

        /// <summary>The session's own number of what is heard now, for cues that are to act now.</summary>
        public long SessionSample { get { return timeline.ToSession((long)Heard); } }

        /// <summary>
        /// How far ahead of the device sound is sent, so that its frames are there: speech is heard so long after it
        /// was given.
        /// </summary>
        public double LeadSeconds
        {
            get
            {
                if (session == null || session.Info == null)
                    return 0.2;
                return Math.Min(LongestLeadSeconds, Math.Max(session.Info.LookAheadSeconds + 0.05, delay.Seconds));
            }
        }

        /// <summary>Whether it has a session; one that does not take what is sent is let go.</summary>
        public bool IsAttached { get { return session != null; } }

        /// <summary>Whether speech is being heard or waiting to be.</summary>
        public bool IsSpeaking { get { return feed.IsSpeaking; } }

        /// <summary>Whether the device should play now; else it waits where it is.</summary>
        public bool ShouldPlay { get; private set; }

        /// <summary>Times that the device ran past the end of what was written: the game stood still.</summary>
        public long Underruns { get { return feed.Underruns; } }

        /// <summary>Speaks a clip, after those that wait.</summary>
        public void Speak(ISpeechSource source)
        {
            feed.Add(source);
        }

        /// <summary>
        /// Takes a session just opened with the player's rate and one channel of S16LE, in the place of any before it.
        /// </summary>
        public void Attach(LinkSession opened)
        {
            if (opened.Settings.SampleRate != rate || opened.Settings.BytesPerSample != 2)
                throw new ArgumentException("the session must be opened with S16LE, 1 channel and " + rate + " Hz",
                    "opened");
            Detach();
            session = opened;
            session.Opened += TakeOpened;
            session.FramesCame += TakeFrames;
            session.Happened += TakeEvent;
            session.Failed += TakeError;
            session.Ended += TakeEnd;
            timeline.Attach(opened);
        }

        /// <summary>Goes on without a session: the sound is heard, the face comes to rest.</summary>
        public void Detach()
        {
            if (session == null)
                return;
            session.Opened -= TakeOpened;
            session.FramesCame -= TakeFrames;
            session.Happened -= TakeEvent;
            session.Failed -= TakeError;
            session.Ended -= TakeEnd;
            session = null;
            timeline.Attach(null);
            timed.Interrupt(long.MinValue);
        }

        /// <summary>Stops speaking at once: what waits is dropped, the mouth eases to rest.</summary>
        /// <param name="device">The position of the device, in media samples.</param>
        public void Interrupt(double device)
        {
            feed.Clear();
            timeline.Cut((long)(Math.Max(0.0, device) + MixedAheadSeconds * rate), (int)(FadeSeconds * rate));
        }

        /// <summary>
        /// Once a picture, after the connection was polled: sends, and brings <see cref="Pose"/> up to date.
        /// </summary>
        /// <param name="now">Seconds of the connection's clock.</param>
        /// <param name="device">The position of the device, in media samples since it began, without laps.</param>
        /// <param name="plays">Whether the device plays.</param>
        public void Update(double now, double device, bool plays)
        {
            if (plays)
            {
                clock.Report(now, Math.Max(0.0, device - OutputLatencySeconds * rate));
                Voice.Played((long)device);
            }
            Heard = clock.At(now);
            var lead = Samples(LeadSeconds);
            if (session == null || session.State != SessionState.Interrupting)
                feed.Fill(now, (long)device, plays, lead, Math.Max(lead, Samples(AheadSeconds)), LivesInSilence);
            if (timeline.Session == null)
                Detach(); // it did not take what was written
            Raise();
            if (Buffer != null)
                Buffer.Sample(Heard, Pose);
            ShouldPlay = plays ? LivesInSilence || device < Written : CanBegin(now, device);
        }

        private long Samples(double seconds)
        {
            return (long)(seconds * rate);
        }

        private bool CanBegin(double now, double device)
        {
            if (Written <= device)
            {
                waitsSince = -1.0;
                return false;
            }
            if (waitsSince < 0.0)
                waitsSince = now;
            var framesAreThere = Buffer != null && Buffer.Count > 0 && Buffer.NewestSample >= device;
            return framesAreThere || now - waitsSince > StartPatienceSeconds;
        }

        private void Raise()
        {
            for (var due = timed.Due(Heard); due != null; due = timed.Due(Heard))
            {
                if (due.Kind == LinkEventKind.Emotion && EmotionShown != null)
                    EmotionShown(due.Values);
                else if (due.Kind == LinkEventKind.Viseme && VisemeHeard != null && due.Values.Count > 0)
                    VisemeHeard(due.Values.Name(0), due.Values.Value(0));
            }
            while (feed.TakeEnd(Heard))
                if (SpeechFinished != null)
                    SpeechFinished();
        }

        private void TakeOpened(SessionOpened opened)
        {
            HasBody = false;
            Bones = opened.Bones;
            BonesAt = opened.Controls.Length;
            if (Buffer != null && Buffer.Stride == opened.Stride)
            {
                Buffer.Interrupt(0); // of the session before; what is on the screen stays until frames come
                return;
            }
            Buffer = new PlayoutBuffer(opened.Controls.Length, opened.Bones.Length, rate,
                eased: BodyBones.First(opened.Bones));
            Pose = new float[opened.Stride];
            frame = new float[opened.Stride];
        }

        private void TakeFrames(FrameBatch frames)
        {
            var now = session.MessageTime;
            HasBody = BodyBones.First(Bones) < Bones.Length;
            for (var i = 0; i < frames.Count; i++)
            {
                var sample = timeline.FromSession(frames.Sample(i));
                frames.CopyTo(i, frame);
                Buffer.Push(frames.FirstIndex + i, sample, frame);
                var sent = timeline.SentAt(sample);
                if (!double.IsNaN(sent))
                    delay.Arrived(now, sent);
            }
        }

        private void TakeEvent(LinkEvent happened)
        {
            if (happened.Kind == LinkEventKind.Viseme || happened.Kind == LinkEventKind.Emotion)
                timed.Add(happened, timeline.FromSession(happened.MediaSample));
            if (happened.Kind != LinkEventKind.Interrupted)
                return;
            if (Buffer != null)
                Buffer.Interrupt(happened.FrameIndex);
            timed.Interrupt(happened.FrameIndex);
            timeline.CutAnswered(happened.MediaSample, happened.NextSample);
        }

        private void TakeError(LinkError error)
        {
            if (!error.SessionClosed)
                timeline.Realign();
        }

        private void TakeEnd(string why)
        {
            Detach();
        }
    }
}
