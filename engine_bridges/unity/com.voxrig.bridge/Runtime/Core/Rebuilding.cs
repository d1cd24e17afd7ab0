using System;

namespace Voxrig.Core
{
    /// <summary>What a server is told that has to go on with a session it never had.</summary>
    internal sealed class Rebuilding
    {
        /// <summary>Audio before the first frame that is wanted, so that the model is warm there.</summary>
        public const double WarmSeconds = 5.0;

        private const double SilentSeconds = 10.0; // the most in the place of audio that is not kept
        private const int MostBytes = SessionLog.MostBytes / 2; // of silence
        private static readonly byte[] Zeros = new byte[4096];

        private readonly uint number;
        private readonly OpenSettings settings;
        private readonly MediaGrid grid;
        private readonly SessionLog old;
        private readonly StandingCues cues;
        private readonly LinkWriter writer = new LinkWriter();
        private long position;
        private uint utterance;
        private bool lacks; // frames before the position

        public Rebuilding(uint number, OpenSettings settings, MediaGrid grid, SessionLog old, StandingCues cues)
        {
            this.number = number;
            this.settings = settings;
            this.grid = grid;
            this.old = old;
            this.cues = cues;
        }

        public Beginning Begin { get; private set; }

        public bool IsExact { get; private set; }

        /// <summary>
        /// Whether the new session shows again all that was shown of it: not behind silence, which stands for what is
        /// not kept, and comes to an end with what is said next alone.
        /// </summary>
        public bool ShowsAgain { get; private set; } = true;

        /// <summary>
        /// For who has all frames before <paramref name="nextFrame"/>, and whose next audio is at
        /// <paramref name="nextSample"/>. False where no frame falls on a sample near enough.
        /// </summary>
        public bool Plan(long nextFrame, long nextSample, uint nextUtterance, bool wasOpen)
        {
            Begin = settings.Begin;
            position = nextSample;
            utterance = nextUtterance;
            lacks = grid.IsUsable && nextFrame < grid.FirstFrame(nextSample);
            IsExact = old.IsComplete || !wasOpen;
            if (IsExact)
                return true;
            if (!grid.IsUsable)
                return false;
            var kept = nextSample; // the first sample of audio that is kept
            for (var i = 0; i < old.Count; i++)
                if (old.Message(i).What == Said.Audio)
                    kept = Math.Min(kept, old.Message(i).First);
            var wanted = grid.SampleOf(nextFrame);
            var begin = grid.ExactlyAfter(Math.Max(kept, Math.Max(0, wanted - (long)(WarmSeconds * settings.SampleRate))));
            if (begin.MediaSample > Math.Min(wanted, nextSample))
                begin = grid.ExactlyBefore(Math.Min(wanted, kept));
            var from = nextSample;
            begin.Utterance = nextUtterance;
            for (var i = 0; i < old.Count; i++)
            {
                var message = old.Message(i);
                if (message.What != Said.Audio || message.End <= begin.MediaSample)
                    continue;
                begin.Utterance = message.Utterance;
                from = Math.Max(message.First, begin.MediaSample);
                break;
            }
            Begin = begin;
            var gap = from - begin.MediaSample;
            return gap <= MostBytes / settings.BytesPerSample && gap <= SilentSeconds * settings.SampleRate;
        }

        /// <summary>The log of the new session, which begins with its open.</summary>
        public SessionLog Log(bool wasOpen)
        {
            var log = new SessionLog(Begin.MediaSample);
            settings.Begin = Begin;
            writer.Open(number, settings);
            Add(log, new LoggedMessage { What = Said.Open });
            if (!IsExact)
                Stand(log);
            for (var i = 0; i < old.Count; i++)
            {
                var message = old.Message(i);
                var isVoid = message.What == Said.Open || message.What == Said.Other
                    || message.What == Said.Interrupt && wasOpen; // was answered, or refused
                if (!isVoid)
                    Again(log, message);
            }
            return log;
        }

        /// <summary>Silence in the place of audio, as messages that <paramref name="add"/> takes.</summary>
        public static void Silence(long from, long until, OpenSettings settings, uint number, LinkWriter writer,
            Action<long, long> add)
        {
            if (until - from > MostBytes / settings.BytesPerSample)
                return; // of rates that make no sense
            var most = Zeros.Length / settings.BytesPerSample;
            while (from < until)
            {
                var count = (int)Math.Min(most, until - from);
                writer.Audio(number, from, Zeros, 0, count * settings.BytesPerSample);
                add(from, from + count);
                from += count;
            }
        }

        // Cues whose time was before the beginning stand there.
        private void Stand(SessionLog log)
        {
            for (var i = 0; i < old.Count; i++)
            {
                var cue = old.Message(i).Cue;
                if (cue != null && cue.MediaSample <= Begin.MediaSample)
                    cues.Add(cue);
            }
            cues.Pass(Begin.MediaSample, settings.SampleRate);
            cues.Each(Begin.MediaSample, cue =>
            {
                writer.Cue(number, cue.MediaSample, cue.Name, cue.Values);
                Add(log, new LoggedMessage { What = Said.Cue, Cue = cue });
            });
        }

        private void Again(SessionLog log, LoggedMessage message)
        {
            var start = Begin.MediaSample;
            if (IsExact)
                Copy(log, message);
            else if (message.What == Said.Audio)
            {
                if (message.End > start)
                    Audio(log, message);
            }
            else if (message.What == Said.End)
            {
                if (log.End > start && log.End == message.First)
                    Copy(log, message);
            }
            else if (message.What != Said.Cue || message.Cue.MediaSample > start)
            {
                if (message.What == Said.Close && lacks)
                    Quiet(log, position, utterance); // what comes of a cut
                message.First = message.End = log.End;
                Copy(log, message);
            }
        }

        // From the beginning on, with silence before it where something is missing.
        private void Audio(SessionLog log, LoggedMessage message)
        {
            var first = Math.Max(message.First, Begin.MediaSample);
            Quiet(log, first, message.Utterance);
            var size = (int)(message.End - first) * settings.BytesPerSample; // samples are a packet's end
            writer.Audio(number, first, old.Bytes, old.Place(message) + message.Size - size, size);
            message.First = first;
            Add(log, message);
        }

        private void Quiet(SessionLog log, long until, uint of)
        {
            ShowsAgain = ShowsAgain && log.End >= until;
            Silence(log.End, until, settings, number, writer, (from, to) =>
                Add(log, new LoggedMessage { What = Said.Audio, First = from, End = to, Utterance = of }));
        }

        private void Copy(SessionLog log, LoggedMessage message)
        {
            log.Add(old.Bytes, old.Place(message), message.Size, message);
        }

        private void Add(SessionLog log, LoggedMessage message)
        {
            if (message.What != Said.Audio)
                message.First = message.End = log.End;
            log.Add(writer.Bytes, 0, writer.Length, message);
        }
    }
}
