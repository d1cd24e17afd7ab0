namespace Voxrig.Core
{
    /// <summary>How far a <see cref="LinkSocket"/> has come.</summary>
    public enum LinkState
    {
        /// <summary>Looking for the server.</summary>
        Connecting,

        /// <summary>Bytes go both ways.</summary>
        Connected,

        /// <summary>The server has finished everything after <see cref="LinkSocket.Finish"/>.</summary>
        Done,

        /// <summary>Gone, or never there; <see cref="LinkSocket.Reason"/> says why.</summary>
        Lost
    }
}
