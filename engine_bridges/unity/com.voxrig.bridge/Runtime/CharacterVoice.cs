using UnityEngine;
using Voxrig.Core;

namespace Voxrig.Bridge
{
    /// <summary>
    /// A character's sound in an AudioSource: a looping clip that is written ahead of where it plays.
    /// </summary>
    /// <remarks>
    /// So the source's own position is the clock of the performance, and volume, mixer groups, effects and the third
    /// dimension work as with any clip. The source is this class's alone: leave its clip, time, loop and Play to it.
    /// </remarks>
    internal sealed class CharacterVoice
    {
        private readonly AudioSource source;
        private readonly AudioClip clip;
        private readonly float[] block = new float[VoiceRing.Block];
        private int lastPlace;
        private double laps;
        private bool hasBegun;

        public CharacterVoice(AudioSource source, VoiceRing ring, int sampleRate)
        {
            this.source = source;
            clip = AudioClip.Create("Voxrig voice", ring.Length, 1, sampleRate, false);
            source.clip = clip;
            source.loop = true;
            source.playOnAwake = false;
            source.Stop();
        }

        /// <summary>Whether the source plays.</summary>
        public bool Plays { get { return hasBegun && source.isPlaying; } }

        /// <summary>Where the source is, in samples since it began, all laps of the clip counted.</summary>
        public double Position
        {
            get
            {
                var place = hasBegun ? source.timeSamples : 0;
                if (place < lastPlace)
                    laps += clip.samples;
                lastPlace = place;
                return laps + place;
            }
        }

        /// <summary>Seconds from the source's position to the loudspeaker, as far as Unity tells.</summary>
        public static double LatencySeconds
        {
            get
            {
                int length, buffers;
                AudioSettings.GetDSPBufferSize(out length, out buffers);
                return length * buffers / (double)AudioSettings.outputSampleRate;
            }
        }

        /// <summary>Brings what has changed into the clip, then plays or pauses.</summary>
        public void Write(VoiceRing ring, bool shouldPlay)
        {
            int place;
            while (ring.TakeChanged(block, out place))
                clip.SetData(block, place);
            if (shouldPlay == Plays || !source.isActiveAndEnabled)
                return;
            if (!shouldPlay)
                source.Pause();
            else if (hasBegun)
                source.UnPause();
            else
                source.Play();
            hasBegun = true;
        }

        /// <summary>Gives the source back.</summary>
        public void Dispose()
        {
            source.Stop();
            source.clip = null;
            Object.Destroy(clip);
        }
    }
}
