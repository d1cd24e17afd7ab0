namespace Voxrig.Core
{
    /// <summary>
    /// Takes what a <see cref="LinkReader"/> read. Everything handed over is filled anew by the next packet.
    /// </summary>
    public interface ILinkSink
    {
        /// <summary>The server's answer to hello.</summary>
        void OnHello(ServerHello hello);

        /// <summary>A session is open.</summary>
        void OnOpened(uint session, SessionOpened opened);

        /// <summary>
        /// A session goes on here: the server has taken so many messages of it, and expects that sample next.
        /// </summary>
        void OnResumed(uint session, long taken, long nextSample);

        /// <summary>Frames of a session.</summary>
        void OnFrames(uint session, FrameBatch frames);

        /// <summary>An event of a session.</summary>
        void OnEvent(uint session, LinkEvent happened);

        /// <summary>
        /// An error; <paramref name="session"/> means something only where <see cref="LinkError.HasSession"/>.
        /// </summary>
        void OnError(uint session, LinkError error);

        /// <summary>
        /// The answer to a ping: when it came to and left the server, in seconds of the server's clock.
        /// </summary>
        void OnPong(ulong id, double sent, double received, double replied);

        /// <summary>What the server is.</summary>
        void OnDescribe(ServerDescription description);
    }
}
