using System;
using System.Collections.Generic;

namespace Voxrig.Core
{
    /// <summary>
    /// Cues in the order of their messages, for a session that is begun anew: those whose time has come are merged, the
    /// others wait. One-shots (a blink, a gesture, a nod, an event, pointing) are forgotten when they are over.
    /// </summary>
    internal sealed class StandingCues
    {
        private const int MostWaiting = 1024;
        private const int MostEmotions = 8;

        private static readonly string[] Whole = { "gaze", "place", "activity" };
        private static readonly string[] Merged = { "style", "blink", "hands", "body" };
        private static readonly string[] Passing = { "force", "strength", "seconds", "hold", "transition" };

        private readonly List<KeptCue> standing = new List<KeptCue>();
        private readonly List<KeptCue> waiting = new List<KeptCue>();

        public void Add(KeptCue cue)
        {
            if (waiting.Count == MostWaiting)
                waiting.RemoveAt(0);
            waiting.Add(cue);
        }

        /// <summary>The timeline is as far as <paramref name="sample"/>, at <paramref name="rate"/> Hz.</summary>
        public void Pass(long sample, uint rate)
        {
            foreach (var cue in waiting)
                if (cue.MediaSample <= sample)
                    Merge(cue);
            waiting.RemoveAll(cue => cue.MediaSample <= sample);
            standing.RemoveAll(cue => cue.Values.Get("hold", 0f) > 0f
                && sample - cue.MediaSample > (double)cue.Values.Get("hold", 0f) * rate);
        }

        /// <summary>What stands, to be obeyed at <paramref name="sample"/>, and what waits.</summary>
        public void Each(long sample, Action<KeptCue> each)
        {
            foreach (var cue in standing)
                each(new KeptCue(sample, cue.Name, cue.Values));
            foreach (var cue in waiting)
                each(cue);
        }

        private void Merge(KeptCue cue)
        {
            if (cue.Name == "emotion")
                AddEmotion(cue);
            else if (Array.IndexOf(Whole, cue.Name) >= 0)
            {
                Drop(cue.Name);
                if (!cue.Has("release"))
                    standing.Add(cue);
            }
            else if (Array.IndexOf(Merged, cue.Name) >= 0)
                Set(cue);
        }

        // One that names regions leaves the other regions as they are; any other is the whole face's.
        private void AddEmotion(KeptCue cue)
        {
            for (var i = 0; i < cue.Values.Count; i++)
            {
                var key = cue.Values.Name(i);
                if (key.IndexOf('.') < 0 && key != "transition" && key != "hold")
                    Drop(cue.Name);
            }
            if (standing.FindAll(other => other.Name == cue.Name).Count >= MostEmotions)
                standing.Remove(standing.Find(other => other.Name == cue.Name));
            standing.Add(cue);
        }

        // Number by number.
        private void Set(KeptCue cue)
        {
            var there = standing.Find(other => other.Name == cue.Name);
            for (var i = 0; i < cue.Values.Count; i++)
            {
                if (Array.IndexOf(Passing, cue.Values.Name(i)) >= 0)
                    continue;
                if (there == null)
                    standing.Add(there = new KeptCue(cue.MediaSample, cue.Name, null));
                if (there.Values.Count < 64 || there.Has(cue.Values.Name(i)))
                    there.Values.Set(cue.Values.Name(i), cue.Values.Value(i));
            }
        }

        private void Drop(string name)
        {
            standing.RemoveAll(cue => cue.Name == name);
        }
    }
}
