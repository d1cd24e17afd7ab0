// Signatures only: see UnityEngine.cs.

using System;

namespace UnityEngine
{
    public sealed class AudioClip : Object
    {
        public int samples { get { throw new NotImplementedException(); } }

        public int channels { get { throw new NotImplementedException(); } }

        public int frequency { get { throw new NotImplementedException(); } }

        public static AudioClip Create(string name, int lengthSamples, int channels, int frequency, bool stream)
        {
            throw new NotImplementedException();
        }

        public bool GetData(float[] data, int offsetSamples) { throw new NotImplementedException(); }

        public bool SetData(float[] data, int offsetSamples) { throw new NotImplementedException(); }
    }

    public sealed class AudioSource : Behaviour
    {
        public AudioClip clip { get; set; }

        public bool loop { get; set; }

        public bool playOnAwake { get; set; }

        public int timeSamples { get; set; }

        public bool isPlaying { get { throw new NotImplementedException(); } }

        public void Play() { throw new NotImplementedException(); }

        public void Pause() { throw new NotImplementedException(); }

        public void UnPause() { throw new NotImplementedException(); }

        public void Stop() { throw new NotImplementedException(); }
    }

    public sealed class AudioSettings
    {
        public static int outputSampleRate { get; set; }

        public static void GetDSPBufferSize(out int bufferLength, out int numBuffers)
        {
            throw new NotImplementedException();
        }
    }

    public sealed class Microphone
    {
        public static AudioClip Start(string deviceName, bool loop, int lengthSec, int frequency)
        {
            throw new NotImplementedException();
        }

        public static void End(string deviceName) { throw new NotImplementedException(); }

        public static int GetPosition(string deviceName) { throw new NotImplementedException(); }
    }
}

namespace UnityEngine.Events
{
    public delegate void UnityAction();

    public delegate void UnityAction<T0, T1>(T0 arg0, T1 arg1);

    public abstract class UnityEventBase
    {
    }

    public class UnityEvent : UnityEventBase
    {
        public void AddListener(UnityAction call) { throw new NotImplementedException(); }

        public void Invoke() { throw new NotImplementedException(); }
    }

    public class UnityEvent<T0> : UnityEventBase
    {
        public void Invoke(T0 arg0) { throw new NotImplementedException(); }
    }

    public class UnityEvent<T0, T1> : UnityEventBase
    {
        public void AddListener(UnityAction<T0, T1> call) { throw new NotImplementedException(); }

        public void RemoveListener(UnityAction<T0, T1> call) { throw new NotImplementedException(); }

        public void Invoke(T0 arg0, T1 arg1) { throw new NotImplementedException(); }
    }
}
