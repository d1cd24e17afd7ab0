using System;

namespace Voxrig.Core
{
    /// <summary>What a <see cref="LinkClient"/> tells, all of it from <see cref="LinkClient.Poll"/>.</summary>
    public abstract class LinkNews
    {
        internal LinkNews()
        {
        }

        /// <summary>The server has answered: the connection stands.</summary>
        public event Action<ServerHello> Ready;

        /// <summary>
        /// The connection is lost: why. It is tried again, and what is said meanwhile waits.
        /// </summary>
        public event Action<string> Reconnecting;

        /// <summary>There is a connection again, and each session is brought back.</summary>
        public event Action Reconnected;

        /// <summary>
        /// A session goes on: true where its frames are those that would have come, false where it was begun anew and
        /// they are eased over from the last one.
        /// </summary>
        public event Action<uint, bool> Restored;

        /// <summary>Any session was opened.</summary>
        public event Action<uint, SessionOpened> Opened;

        /// <summary>Frames of any session.</summary>
        public event Action<uint, FrameBatch> FramesCame;

        /// <summary>An event of any session.</summary>
        public event Action<uint, LinkEvent> Happened;

        /// <summary>An error of any session, or of the connection.</summary>
        public event Action<uint, LinkError> Failed;

        /// <summary>The answer to <see cref="LinkClient.Describe"/>.</summary>
        public event Action<ServerDescription> Described;

        /// <summary>The answer to <see cref="LinkClient.Ping"/>: its number and the round trip in seconds.</summary>
        public event Action<ulong, double> Ponged;

        /// <summary>The connection is gone, or never came: why. To try again make another client.</summary>
        public event Action<string> Lost;

        /// <summary>The server has finished everything after <see cref="LinkClient.Finish"/>. Nothing follows.</summary>
        public event Action Done;

        internal void TellReady(ServerHello hello)
        {
            if (Ready != null)
                Ready(hello);
        }

        internal void TellReconnecting(string why)
        {
            if (Reconnecting != null)
                Reconnecting(why);
        }

        internal void TellReconnected()
        {
            if (Reconnected != null)
                Reconnected();
        }

        internal void TellRestored(uint session, bool exact)
        {
            if (Restored != null)
                Restored(session, exact);
        }

        internal void TellOpened(uint session, SessionOpened opened)
        {
            if (Opened != null)
                Opened(session, opened);
        }

        internal void TellFramesCame(uint session, FrameBatch frames)
        {
            if (FramesCame != null)
                FramesCame(session, frames);
        }

        internal void TellHappened(uint session, LinkEvent happened)
        {
            if (Happened != null)
                Happened(session, happened);
        }

        internal void TellFailed(uint session, LinkError error)
        {
            if (Failed != null)
                Failed(session, error);
        }

        internal void TellDescribed(ServerDescription told)
        {
            if (Described != null)
                Described(told);
        }

        internal void TellPonged(ulong id, double seconds)
        {
            if (Ponged != null)
                Ponged(id, seconds);
        }

        internal void TellLost(string why)
        {
            if (Lost != null)
                Lost(why);
        }

        internal void TellDone()
        {
            if (Done != null)
                Done();
        }
    }
}
