using System;

namespace Voxrig.Core
{
    /// <summary>What a client keeps of a session, so that it survives the loss of its connection and its server.</summary>
    internal sealed class SessionMemory
    {
        private readonly uint number;
        private readonly OpenSettings settings;
        private readonly MediaGrid grid;
        private readonly LinkWriter writer = new LinkWriter();
        private readonly Seam seam = new Seam();
        private readonly Action<LoggedMessage> forget;
        private readonly long keepSamples;
        private SessionLog log;
        private StandingCues cues = new StandingCues();
        private SessionOpened opened;
        private long position;      // where the next audio goes
        private long nextFrame;     // before which all frames have come
        private long cutAt = long.MaxValue;
        private long count;         // frames of the utterance `counted`
        private uint counted;
        private uint ended;         // utterances whose end was told
        private uint utterance;     // of what is said next
        private int asked;          // interruptions that are not answered
        private bool runs;          // something was said in the utterance
        private bool hasBegun = true; // an interruption now makes it another
        private bool isRebuilt;
        private bool replays;       // what comes has been there before
        private bool isThin;        // has silence for audio, behind which what was shown does not come by itself
        private bool isExact = true;

        public SessionMemory(uint number, OpenSettings settings, double keepSeconds)
        {
            this.number = number;
            this.settings = settings;
            grid = new MediaGrid(settings.SampleRate, settings.FrameRateNumerator, settings.FrameRateDenominator);
            keepSamples = (long)(Math.Max(keepSeconds, Rebuilding.WarmSeconds) * settings.SampleRate);
            log = new SessionLog(settings.Begin.MediaSample);
            position = settings.Begin.MediaSample;
            forget = Forget;
        }

        public string ResumeId { get; private set; } = "";

        public long Received { get; private set; }

        public bool WasOpen { get { return opened != null; } }

        /// <summary>
        /// Whether frames that were there before are still to come: an interruption now would cut amid them.
        /// </summary>
        public bool CatchesUp { get; private set; }

        public bool HasRoom(int size)
        {
            return log.HasRoom(size);
        }

        /// <summary>A packet that goes out; of audio and ends with the samples that they take up.</summary>
        public void Note(byte[] packet, int offset, int size, Said what, long first = 0, long end = 0, KeptCue cue = null)
        {
            if (what == Said.End)
            {
                end += log.End - first;
                first = log.End;
            }
            else if (what != Said.Audio)
                first = end = log.End;
            var follows = first == log.End;
            log.Add(packet, offset, size, new LoggedMessage
            {
                What = what, First = first, End = end, Utterance = utterance, Cue = cue
            });
            if (!follows || what != Said.Audio && what != Said.End)
                return;
            position = end;
            if (what == Said.Audio && end > first)
                runs = hasBegun = true;
            if (what == Said.End && runs)
            {
                utterance++;
                runs = hasBegun = false;
            }
        }

        /// <summary>Not <paramref name="again"/> where one answer will do for several.</summary>
        public void AskedToCut(long? atSample, bool again)
        {
            if (atSample.HasValue)
                cutAt = Math.Min(cutAt, atSample.Value);
            asked += again ? 0 : 1;
        }

        /// <summary>
        /// Before audio, or the close of a session with frames that are still to come: the silence between where the
        /// session was begun anew and where its audio goes on.
        /// </summary>
        public void Lead(bool closing, Action<byte[], int, int> say)
        {
            if (log.End >= position || asked > 0) // a cut says where it goes on
                return;
            if (closing && (!grid.IsUsable || nextFrame >= grid.FirstFrame(position)))
                return;
            isThin = true;
            Rebuilding.Silence(log.End, position, settings, number, writer, (from, until) =>
            {
                say(writer.Bytes, 0, writer.Length);
                Note(writer.Bytes, 0, writer.Length, Said.Audio, from, until);
            });
        }

        /// <summary>Whether it is the first opening; <paramref name="fits"/> tells whether frames still fit.</summary>
        public bool TakeOpened(SessionOpened news, out bool fits)
        {
            Received++;
            var isFirst = opened == null;
            fits = isFirst || Same(news.Controls, opened.Controls) && Same(news.Bones, opened.Bones);
            opened = news;
            ResumeId = news.ResumeId;
            settings.Seed = news.Seed;
            if (isFirst)
                seam.Reset(news.Controls.Length, news.Stride, settings.FrameRateNumerator, settings.FrameRateDenominator);
            return isFirst;
        }

        /// <summary>Leaves in the batch what is news; false where nothing is.</summary>
        public bool TakeFrames(FrameBatch frames)
        {
            Received++;
            if (frames.Count == 0)
                return true;
            var shown = frames.Sample(frames.Count - 1);
            log.Prove(shown);
            log.ForgetBefore(shown - keepSamples, forget);
            if (frames.FirstIndex + frames.Count >= nextFrame)
                CatchesUp = false;
            if (replays && nextFrame > frames.FirstIndex)
                frames.DropFirst((int)Math.Min(frames.Count, nextFrame - frames.FirstIndex));
            if (frames.Count == 0)
                return false;
            replays = isThin = false;
            nextFrame = frames.FirstIndex + frames.Count;
            if (frames.Utterance != counted)
                count = 0;
            counted = frames.Utterance;
            count += frames.Count;
            if (seam.IsOpen)
                seam.Over(frames);
            seam.Shown(frames);
            return true;
        }

        /// <summary>Whether the event is news.</summary>
        public bool TakeEvent(LinkEvent happened)
        {
            Received++;
            switch (happened.Kind)
            {
                case LinkEventKind.Interrupted:
                    Cut(happened);
                    return true;
                case LinkEventKind.UtteranceEnded:
                    if (replays && happened.Utterance < ended)
                        return false;
                    ended = happened.Utterance + 1;
                    if (isRebuilt && happened.Utterance == counted)
                        happened.FrameCount = count;
                    return true;
                case LinkEventKind.Viseme:
                case LinkEventKind.Emotion:
                    return !replays || happened.FrameIndex >= nextFrame;
                case LinkEventKind.CueIgnored:
                case LinkEventKind.CueLate:
                    return !replays;
                case LinkEventKind.FramesDropped:
                    nextFrame = Math.Max(nextFrame, happened.FrameIndex + happened.FrameCount);
                    return true;
                default:
                    return true;
            }
        }

        /// <summary>Whether the error is news.</summary>
        public bool TakeError(LinkError error)
        {
            Received++;
            if (error.SessionClosed)
                return true;
            if (error.Refused == "interrupt")
                asked = Math.Max(0, asked - 1);
            if (error.Refused == "audio" && log.Refused(error.NextSample))
                position = log.End;
            return !replays || error.Refused != "cue" && error.Refused != "end_utterance";
        }

        /// <summary>The server has the session: what comes after the first messages is said again.</summary>
        public bool Resume(long taken, Action<byte[], int, int> say)
        {
            return log.SayAgain(taken, say);
        }

        /// <summary>
        /// The server was lost before it answered an interruption: the answer that it would have given, as far as
        /// anybody can tell.
        /// </summary>
        public LinkEvent Settle()
        {
            var frame = nextFrame;
            if (cutAt != long.MaxValue && grid.IsUsable)
                frame = Math.Min(frame, grid.FirstFrame(Math.Max(0, cutAt)));
            var cut = grid.IsUsable ? grid.SampleOf(frame) : log.End;
            var answer = new LinkEvent
            {
                Kind = LinkEventKind.Interrupted, KindName = "INTERRUPTED", FrameIndex = frame, MediaSample = cut,
                Utterance = utterance + (hasBegun ? 1u : 0u), NextSample = cut + opened.BlendSamples
            };
            asked = 1;
            Cut(answer);
            log.ForgetInterrupts();
            return answer;
        }

        /// <summary>
        /// Says all that a server needs to go on where this one is: to the bit where all is kept, else from where
        /// enough is. False where that cannot be.
        /// </summary>
        public bool Rebuild(Action<byte[], int, int> say)
        {
            var rebuilding = new Rebuilding(number, settings, grid, log, cues);
            if (!rebuilding.Plan(nextFrame, position, utterance, WasOpen))
                return false;
            log = rebuilding.Log(WasOpen);
            cues = new StandingCues();
            isExact = isExact && rebuilding.IsExact;
            ResumeId = "";
            Received = 0;
            replays = isRebuilt = true;
            isThin = isThin || !rebuilding.ShowsAgain;
            CatchesUp = !isThin && log.End > settings.Begin.MediaSample
                && settings.Begin.FrameIndex < nextFrame;
            if (!isExact)
                seam.Begin();
            return log.SayAgain(0, say);
        }

        /// <summary>Whether the frames after a rebuilding are those of the lost server; told once.</summary>
        public bool TakeExact()
        {
            var was = isExact;
            isExact = true;
            return was;
        }

        private void Cut(LinkEvent happened)
        {
            log.Cut(happened.NextSample, forget);
            position = happened.NextSample;
            nextFrame = happened.FrameIndex;
            utterance = counted = happened.Utterance;
            count = 0;
            runs = replays = CatchesUp = isThin = false;
            asked = Math.Max(0, asked - 1);
            hasBegun = true;
            cutAt = long.MaxValue;
        }

        private void Forget(LoggedMessage message)
        {
            if (message.Cue == null || message.What != Said.Cue)
                return;
            cues.Add(message.Cue);
            cues.Pass(message.End, settings.SampleRate);
        }

        private static bool Same(string[] a, string[] b)
        {
            if (a.Length != b.Length)
                return false;
            for (var i = 0; i < a.Length; i++)
                if (a[i] != b[i])
                    return false;
            return true;
        }
    }
}
