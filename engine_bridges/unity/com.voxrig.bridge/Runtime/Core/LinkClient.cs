using System;
using System.Collections.Generic;

namespace Voxrig.Core
{
    /// <summary>
    /// One connection to a Voxrig server with any number of sessions. All of it belongs to one thread, the game's.
    /// </summary>
    /// <remarks>
    /// Call <see cref="Poll"/> at every picture: that is when the events below and those of the sessions are raised.
    /// Nothing here blocks. Objects handed to a handler are filled anew afterwards. Frames allocate nothing.
    /// </remarks>
    public sealed class LinkClient : ILinkSink, IDisposable
    {
        private const int ChunkBytesUntilTold = 16384;

        private readonly LinkSocket socket;
        private readonly LinkReader reader = new LinkReader();
        private readonly LinkWriter writer = new LinkWriter();
        private readonly Dictionary<uint, LinkSession> sessions = new Dictionary<uint, LinkSession>();
        private readonly List<LinkSession> ending = new List<LinkSession>();
        private readonly Func<double> clock;
        private PacketQueue packets = new PacketQueue();
        private double packetTime;
        private uint lastNumber;
        private ulong lastPing;
        private bool hasEnded;
        private bool isDisposed;

        /// <summary>Begins to connect.</summary>
        /// <param name="host">Name or address of the server.</param>
        /// <param name="port">Its engine-link port, 52001 by default.</param>
        /// <param name="client">Who this is, for the server's log.</param>
        /// <param name="clock">Seconds that never go back; called on any thread.</param>
        public LinkClient(string host, int port, string client, Func<double> clock)
        {
            this.clock = clock;
            socket = new LinkSocket(host, port, client, clock);
        }

        /// <summary>The server has answered: the connection stands.</summary>
        public event Action<ServerHello> Ready;

        /// <summary>Any session was opened.</summary>
        public event Action<uint, SessionOpened> Opened;

        /// <summary>Frames of any session.</summary>
        public event Action<uint, FrameBatch> FramesCame;

        /// <summary>An event of any session.</summary>
        public event Action<uint, LinkEvent> Happened;

        /// <summary>An error of any session, or of the connection.</summary>
        public event Action<uint, LinkError> Failed;

        /// <summary>The answer to <see cref="Describe"/>.</summary>
        public event Action<ServerDescription> Described;

        /// <summary>The answer to <see cref="Ping"/>: its number and the round trip in seconds.</summary>
        public event Action<ulong, double> Ponged;

        /// <summary>The connection is gone, or never came: why. To try again make another client.</summary>
        public event Action<string> Lost;

        /// <summary>The server has finished everything after <see cref="Finish"/>. Nothing follows.</summary>
        public event Action Done;

        /// <summary>What the server said of itself; null until <see cref="Ready"/>.</summary>
        public ServerHello Server { get; private set; }

        /// <summary>The server's clock, from a ping each second.</summary>
        public readonly ClockSync Sync = new ClockSync();

        /// <summary>Whether the connection stands: the server has said hello and is not lost.</summary>
        public bool IsReady { get { return Server != null && !hasEnded; } }

        /// <summary>Whether nothing comes any more.</summary>
        public bool HasEnded { get { return hasEnded; } }

        /// <summary>Bytes that wait for the server to take them.</summary>
        public int Waiting { get { return socket.Waiting; } }

        /// <summary>Largest <c>samples</c> of an audio message, in bytes.</summary>
        public int MaxChunkBytes
        {
            get { return Server == null || Server.MaxChunkBytes == 0 ? ChunkBytesUntilTold : Server.MaxChunkBytes; }
        }

        /// <summary>When the packet being handled came, in seconds of the clock; only within a handler.</summary>
        public double PacketTime { get { return packetTime; } }

        /// <summary>Opens a session; its events tell the rest. May be called before <see cref="Ready"/>.</summary>
        public LinkSession Open(OpenSettings settings)
        {
            do
                lastNumber++;
            while (sessions.ContainsKey(lastNumber));
            return Open(lastNumber, settings);
        }

        /// <summary>Opens session <paramref name="number"/>, which must be free.</summary>
        public LinkSession Open(uint number, OpenSettings settings)
        {
            var session = new LinkSession(this, number, settings);
            sessions.Add(number, session);
            SendOpen(number, settings);
            return session;
        }

        /// <summary>The session of that number, null where none is open or opening.</summary>
        public LinkSession Session(uint number)
        {
            LinkSession session;
            return sessions.TryGetValue(number, out session) ? session : null;
        }

        /// <summary>Handles everything that came since the last call.</summary>
        public void Poll()
        {
            if (hasEnded || isDisposed)
                return;
            var state = socket.State; // read before the packets: what came before the end must be in them
            socket.Take(ref packets);
            try
            {
                for (var i = 0; i < packets.Count && !isDisposed; i++)
                {
                    packetTime = packets.Time(i);
                    reader.Read(packets.Bytes, packets.Begin(i), packets.Length(i), this);
                }
            }
            catch (LinkFormatException error)
            {
                End("the server sent what is no engine link: " + error.Message);
                return;
            }
            if (state == LinkState.Lost)
                End(socket.Reason);
            else if (state == LinkState.Done)
                End(null);
        }

        /// <summary>Sends a ping and returns its number.</summary>
        public ulong Ping()
        {
            socket.Ping(writer, ++lastPing, clock());
            return lastPing;
        }

        /// <summary>Asks what the server is; <see cref="Described"/> tells.</summary>
        public void Describe()
        {
            writer.Describe();
            Send();
        }

        /// <summary>No more will be said: sessions end, their last frames come, then <see cref="Done"/>.</summary>
        public void Finish()
        {
            socket.Finish();
        }

        /// <summary>Drops the connection at once; no event follows.</summary>
        public void Dispose()
        {
            isDisposed = hasEnded = true;
            socket.Dispose();
        }

        /// <summary>Sends an open as it is, whether or not the number is free.</summary>
        public bool SendOpen(uint session, OpenSettings settings)
        {
            writer.Open(session, settings);
            return Send();
        }

        /// <summary>Sends audio as it is; <see cref="LinkSession.SendAudio"/> counts samples besides.</summary>
        public bool SendAudio(uint session, long firstSample, byte[] samples, int offset, int count)
        {
            writer.Audio(session, firstSample, samples, offset, count);
            return Send();
        }

        /// <summary>Sends a cue as it is.</summary>
        public bool SendCue(uint session, long mediaSample, string name, NamedValues values)
        {
            writer.Cue(session, mediaSample, name, values);
            return Send();
        }

        /// <summary>Sends an end of the utterance as it is.</summary>
        public bool SendEndUtterance(uint session, long tailSamples)
        {
            writer.EndUtterance(session, tailSamples);
            return Send();
        }

        /// <summary>Sends an interruption as it is.</summary>
        public bool SendInterrupt(uint session, long? atSample)
        {
            writer.Interrupt(session, atSample);
            return Send();
        }

        /// <summary>Sends a close as it is.</summary>
        public bool SendClose(uint session)
        {
            writer.Close(session);
            return Send();
        }

        private bool Send()
        {
            return socket.Send(writer.Bytes, writer.Length);
        }

        private void End(string why)
        {
            hasEnded = true;
            socket.Dispose();
            ending.AddRange(sessions.Values);
            sessions.Clear();
            foreach (var session in ending)
                session.ConnectionEnded(why);
            ending.Clear();
            if (why == null && Done != null)
                Done();
            else if (why != null && Lost != null)
                Lost(why);
        }

        void ILinkSink.OnHello(ServerHello hello)
        {
            Server = hello;
            if (Ready != null)
                Ready(hello);
        }

        void ILinkSink.OnOpened(uint number, SessionOpened opened)
        {
            var session = Session(number);
            if (session != null)
                session.TakeOpened(opened);
            if (Opened != null)
                Opened(number, opened);
        }

        void ILinkSink.OnFrames(uint number, FrameBatch frames)
        {
            var session = Session(number);
            if (session != null)
                session.TakeFrames(frames);
            if (FramesCame != null)
                FramesCame(number, frames);
        }

        void ILinkSink.OnEvent(uint number, LinkEvent happened)
        {
            if (happened.Kind == LinkEventKind.Unknown)
                return; // of a later server
            var session = Session(number);
            if (happened.Kind == LinkEventKind.Closed)
                sessions.Remove(number);
            if (session != null)
                session.TakeEvent(happened);
            if (Happened != null)
                Happened(number, happened);
        }

        void ILinkSink.OnError(uint number, LinkError error)
        {
            var session = error.HasSession ? Session(number) : null;
            if (error.SessionClosed && error.HasSession)
                sessions.Remove(number);
            if (session != null)
                session.TakeError(error);
            if (Failed != null)
                Failed(number, error);
        }

        void ILinkSink.OnPong(ulong id, double sent, double received, double replied)
        {
            var asked = socket.PingTime(id);
            if (double.IsNaN(asked))
                return;
            Sync.Add(asked, received, replied, packetTime);
            if (id < LinkSocket.FirstOwnPing && Ponged != null)
                Ponged(id, Sync.LastRoundTrip);
        }

        void ILinkSink.OnDescribe(ServerDescription description)
        {
            if (Described != null)
                Described(description);
        }
    }
}
