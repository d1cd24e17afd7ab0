using UnityEngine;

namespace Voxrig.Bridge.Samples
{
    /// <summary>
    /// Lets the microphone speak for a character. Mute the AudioSource, or you hear yourself a moment later.
    /// </summary>
    [RequireComponent(typeof(VoxrigCharacter))]
    public sealed class MicrophoneVoice : MonoBehaviour
    {
        private const int Rate = 48000;

        private const int Piece = 1024;

        private float[] samples;
        private VoxrigCharacter character;
        private AudioClip recording;
        private int taken;

        private void OnEnable()
        {
            character = GetComponent<VoxrigCharacter>();
            recording = Microphone.Start(null, true, 1, Rate);
            taken = 0;
            if (recording == null)
                Debug.LogWarning("no microphone is there, or none may be used", this);
            else
                samples = new float[Piece * recording.channels];
        }

        private void OnDisable()
        {
            Microphone.End(null);
        }

        private void Update()
        {
            if (recording == null)
                return;
            var ready = (Microphone.GetPosition(null) - taken + recording.samples) % recording.samples;
            for (; ready >= Piece; ready -= Piece)
            {
                recording.GetData(samples, taken); // goes on at the clip's beginning behind its end
                character.PushAudio(samples, 0, Piece, recording.channels, recording.frequency);
                taken = (taken + Piece) % recording.samples;
            }
        }
    }
}
