namespace Voxrig.Core
{
    /// <summary>What a session tells besides frames.</summary>
    public enum LinkEventKind
    {
        /// <summary>One that this client does not know: to be ignored.</summary>
        Unknown,

        /// <summary>All frames of an utterance were sent.</summary>
        UtteranceEnded,

        /// <summary>
        /// Cut at <see cref="LinkEvent.MediaSample"/>; frames from <see cref="LinkEvent.FrameIndex"/> on are void.
        /// </summary>
        Interrupted,

        /// <summary>Nothing more comes from the session.</summary>
        Closed,

        /// <summary>A cue that nothing obeys; the message says why.</summary>
        CueIgnored,

        /// <summary>A cue that came after its time; it acts from <see cref="LinkEvent.MediaSample"/> on.</summary>
        CueLate,

        /// <summary>The mouth shows another viseme from <see cref="LinkEvent.FrameIndex"/> on.</summary>
        Viseme,

        /// <summary>The emotion that the face shows at <see cref="LinkEvent.FrameIndex"/>.</summary>
        Emotion,

        /// <summary>
        /// <see cref="LinkEvent.FrameCount"/> frames from <see cref="LinkEvent.FrameIndex"/> on were left out.
        /// </summary>
        FramesDropped
    }

    /// <summary>One event; filled anew for each, so read it before the call returns.</summary>
    public sealed class LinkEvent
    {
        /// <summary>What happened.</summary>
        public LinkEventKind Kind;

        /// <summary>The kind as the server names it, such as UTTERANCE_ENDED.</summary>
        public string KindName = "";

        /// <summary>The utterance that it is about.</summary>
        public uint Utterance;

        /// <summary>Of UtteranceEnded: how many frames it had.</summary>
        public long FrameCount;

        /// <summary>The frame that it is about.</summary>
        public long FrameIndex;

        /// <summary>The sample that it is about.</summary>
        public long MediaSample;

        /// <summary>The sample at which the next audio must start.</summary>
        public long NextSample;

        /// <summary>For people.</summary>
        public string Message = "";

        /// <summary>Of Viseme and Emotion: numbers by name.</summary>
        public readonly NamedValues Values = new NamedValues();
    }
}
