using System;
using System.Collections.Generic;

namespace Voxrig.Core
{
    /// <summary>
    /// What a character says, put on its timeline at the right time: clips ahead, a live voice at once, else silence.
    /// </summary>
    public sealed class SpeechFeed
    {
        private const double TailSeconds = 0.3; // of silence before the timeline stands still: the mouth closes
        private const double LiveCushionSeconds = 0.04; // of silence before a live voice: its chunks come unevenly

        /// <summary>A voice as it comes, mono at the timeline's rate; written by one thread, any.</summary>
        public readonly AudioRing Live;

        private readonly SpeechTimeline timeline;
        private readonly int rate;
        private readonly Queue<ISpeechSource> sources = new Queue<ISpeechSource>();
        private readonly Queue<long> ends = new Queue<long>();
        private readonly float[] piece = new float[SpeechTimeline.Piece];
        private bool liveWasHere;
        private bool tailIsDue;
        private bool endIsDue;

        /// <summary>A feed for a timeline at <paramref name="sampleRate"/> Hz.</summary>
        public SpeechFeed(SpeechTimeline timeline, int sampleRate, double liveSeconds)
        {
            this.timeline = timeline;
            rate = sampleRate;
            Live = new AudioRing((int)(liveSeconds * sampleRate));
        }

        /// <summary>Times that the device ran past the end of what was written: the game stood still.</summary>
        public long Underruns { get; private set; }

        /// <summary>Whether something is being said, or will be.</summary>
        public bool IsSpeaking { get { return sources.Count > 0 || ends.Count > 0 || liveWasHere; } }

        /// <summary>Says this after what waits.</summary>
        public void Add(ISpeechSource source)
        {
            sources.Enqueue(source);
        }

        /// <summary>Says nothing more of what waits.</summary>
        public void Clear()
        {
            sources.Clear();
            ends.Clear();
            Live.Clear();
            liveWasHere = false;
        }

        /// <summary>
        /// Whether a clip's last sample lies before <paramref name="heard"/>; true once for each clip.
        /// </summary>
        public bool TakeEnd(double heard)
        {
            if (ends.Count == 0 || ends.Peek() > heard)
                return false;
            ends.Dequeue();
            return true;
        }

        /// <summary>Writes and sends what is due.</summary>
        /// <param name="now">Seconds.</param>
        /// <param name="device">Where the device is.</param>
        /// <param name="plays">Whether it plays.</param>
        /// <param name="lead">Samples before the device up to which the timeline is kept filled, and sent.</param>
        /// <param name="ahead">Samples before the device up to which speech is written.</param>
        /// <param name="livesInSilence">Whether silence follows where nothing is said.</param>
        public void Fill(double now, long device, bool plays, long lead, long ahead, bool livesInSilence)
        {
            if (plays && device > timeline.Written)
            {
                Underruns++;
                timeline.WriteSilence(device);
            }
            FillFromSources(device + ahead);
            FillFromLive(plays ? device + lead : timeline.Written, device + ahead);
            if (livesInSilence)
                timeline.WriteSilence(device + lead);
            else if (tailIsDue && sources.Count == 0 && Live.Count == 0)
                WriteTail();
            // before the start a journey begins with the connecting
            timeline.Send(device + lead, plays ? now : double.NaN);
            if (endIsDue && timeline.Sent == timeline.Written)
                EndUtterance();
        }

        private void FillFromSources(long until)
        {
            while (sources.Count > 0 && timeline.Written < until)
            {
                var source = sources.Peek();
                var count = source.Read(piece, 0, (int)Math.Min(piece.Length, until - timeline.Written));
                Put(count);
                if (source.HasEnded)
                {
                    sources.Dequeue();
                    ends.Enqueue(timeline.Written);
                }
                else if (count == 0)
                {
                    return; // more comes later, silence fills the gap
                }
            }
        }

        private void FillFromLive(long begin, long until)
        {
            if (sources.Count > 0)
                return;
            var isHere = Live.Count > 0;
            if (isHere && !liveWasHere)
                timeline.WriteSilence(Math.Max(timeline.Written, begin) + (long)(LiveCushionSeconds * rate));
            while (Live.Count > 0 && timeline.Written < until)
                Put(Live.Read(piece, 0, (int)Math.Min(piece.Length, until - timeline.Written)));
            liveWasHere = isHere || liveWasHere && timeline.Written > begin;
        }

        private void Put(int count)
        {
            if (count == 0)
                return;
            tailIsDue = true;
            timeline.Write(piece, count);
        }

        private void WriteTail()
        {
            tailIsDue = false;
            endIsDue = true;
            timeline.WriteSilence(timeline.Written + (long)(TailSeconds * rate));
        }

        private void EndUtterance()
        {
            endIsDue = false;
            if (timeline.Session != null)
                timeline.Session.EndUtterance();
        }
    }
}
