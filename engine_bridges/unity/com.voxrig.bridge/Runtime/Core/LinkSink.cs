namespace Voxrig.Core
{
    /// <summary>Hands what a server says to a client's sessions, and what is news to those who listen.</summary>
    internal sealed class LinkSink : ILinkSink
    {
        private const int NotFound = 5; // of google.rpc.Code
        private const int OutOfRange = 11;

        private readonly LinkClient client;

        public LinkSink(LinkClient client)
        {
            this.client = client;
        }

        public void OnHello(ServerHello hello)
        {
            client.Greeted(hello);
        }

        public void OnOpened(uint number, SessionOpened opened)
        {
            var session = client.Session(number);
            var fits = true;
            var isFirst = session == null || session.Memory == null || session.Memory.TakeOpened(opened, out fits);
            if (isFirst)
            {
                if (session != null)
                    session.TakeOpened(opened);
                client.TellOpened(number, opened);
            }
            else if (fits)
            {
                session.TakeOpenedAgain(opened);
                TellRestored(session, session.Memory.TakeExact());
            }
            else
            {
                client.SendClose(number);
                client.GiveUp(session);
            }
        }

        public void OnResumed(uint number, long taken, long nextSample)
        {
            var session = client.Session(number);
            if (session == null || !session.IsWaiting)
                return;
            if (!session.Survival.Resume(taken))
                throw new LinkFormatException("it has taken " + taken + " messages, which were never said");
            TellRestored(session, true);
        }

        public void OnFrames(uint number, FrameBatch frames)
        {
            var session = client.Session(number);
            if (session == null || session.TakeFrames(frames))
                client.TellFramesCame(number, frames);
        }

        public void OnEvent(uint number, LinkEvent happened)
        {
            if (happened.Kind == LinkEventKind.Unknown)
                return; // of a later server
            var session = client.Session(number);
            if (happened.Kind == LinkEventKind.Closed)
                client.Forget(number);
            if (session == null || session.TakeEvent(happened))
                client.TellHappened(number, happened);
        }

        public void OnError(uint number, LinkError error)
        {
            var session = error.HasSession ? client.Session(number) : null;
            if (!error.HasSession)
                client.Refused(error.Code);
            var isGone = error.SessionClosed && (error.Code == NotFound || error.Code == OutOfRange);
            if (session != null && session.IsWaiting && isGone && session.Survival.Rebuild())
                return;
            if (error.SessionClosed && error.HasSession)
                client.Forget(number);
            if (session == null || session.TakeError(error))
                client.TellFailed(number, error);
        }

        public void OnPong(ulong id, double sent, double received, double replied)
        {
            client.TakePong(id, received, replied);
        }

        public void OnDescribe(ServerDescription description)
        {
            client.TakeDescription(description);
        }

        private void TellRestored(LinkSession session, bool exact)
        {
            session.TakeRestored(exact);
            client.TellRestored(session.Number, exact);
            var settled = session.Survival.TakeSettled();
            if (settled == null)
                return;
            session.TakeEvent(settled, true);
            client.TellHappened(session.Number, settled);
        }
    }
}
