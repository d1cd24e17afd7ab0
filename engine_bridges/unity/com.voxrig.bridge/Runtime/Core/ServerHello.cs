namespace Voxrig.Core
{
    /// <summary>How the server answers a client's hello.</summary>
    public sealed class ServerHello
    {
        /// <summary>Of the engine link that it speaks.</summary>
        public uint Version;

        /// <summary>The server software's version.</summary>
        public string Server = "";

        /// <summary>Largest <c>samples</c> of one audio message, in bytes; 0: not said.</summary>
        public int MaxChunkBytes;

        /// <summary>Largest packet that it takes, in bytes; 0: not said.</summary>
        public int MaxMessageBytes;

        /// <summary>How far back from the first frame not computed an interruption may cut, in seconds.</summary>
        public double InterruptHistorySeconds;
    }
}
