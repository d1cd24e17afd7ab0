using System;
using UnityEngine.Events;

namespace Voxrig.Bridge
{
    /// <summary>
    /// A viseme is heard: its name (OVRLipSync's fifteen) and how near the mouth comes to it, 0 to 1.
    /// </summary>
    [Serializable]
    public sealed class VisemeEvent : UnityEvent<string, float>
    {
    }

    /// <summary>
    /// The emotion that the face shows has changed: the strongest category and how strong it is, 0 to 1.
    /// </summary>
    [Serializable]
    public sealed class EmotionEvent : UnityEvent<string, float>
    {
    }

    /// <summary>Something was refused: what and why, in words.</summary>
    [Serializable]
    public sealed class ErrorEvent : UnityEvent<string>
    {
    }
}
