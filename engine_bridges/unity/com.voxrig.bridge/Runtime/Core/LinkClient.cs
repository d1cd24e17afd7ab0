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
    public sealed class LinkClient : LinkSpeech, IDisposable
    {
        private const int ChunkBytesUntilTold = 16384;

        private readonly string host;
        private readonly int port;
        private readonly string name;
        private readonly LinkOptions options;
        private readonly Reconnection reconnection;
        private readonly List<LinkSession> returning = new List<LinkSession>();
        private readonly LinkReader reader = new LinkReader();
        private readonly LinkSink sink;
        private readonly List<LinkSession> ending = new List<LinkSession>();
        private readonly Func<double> clock;
        private PacketQueue packets = new PacketQueue();
        private double packetTime;
        private uint lastNumber;
        private ulong lastPing;
        private bool hasEnded;
        private bool isDisposed;
        private bool isFinishing;
        private bool describes;   // an answer is waited for
        private bool finishWhenBack;
        private int refusal;      // of the connection, by the server: why

        /// <summary>Begins to connect.</summary>
        /// <param name="host">Name or address of the server.</param>
        /// <param name="port">Its engine-link port, 52001 by default.</param>
        /// <param name="client">Who this is, for the server's log.</param>
        /// <param name="clock">Seconds that never go back; called on any thread.</param>
        /// <param name="options">Token, TLS, and what is done about losses; null: as they are by default.</param>
        public LinkClient(string host, int port, string client, Func<double> clock, LinkOptions options = null)
        {
            this.host = host;
            this.port = port;
            this.clock = clock;
            this.options = options ?? new LinkOptions();
            name = client;
            reconnection = new Reconnection(this.options.ResumeSeconds, GetHashCode() ^ Environment.TickCount);
            sink = new LinkSink(this);
            Connect();
        }

        /// <summary>What the server said of itself; null until <see cref="LinkNews.Ready"/>.</summary>
        public ServerHello Server { get; private set; }

        /// <summary>The server's clock, from a ping each second.</summary>
        public readonly ClockSync Sync = new ClockSync();

        /// <summary>Whether the connection stands: the server has said hello and is not lost.</summary>
        public bool IsReady { get { return Server != null && !hasEnded; } }

        /// <summary>Whether the connection is lost and being tried again.</summary>
        public bool IsReconnecting { get { return reconnection.IsLost && !hasEnded; } }

        /// <summary>Whether nothing comes any more.</summary>
        public bool HasEnded { get { return hasEnded; } }

        /// <summary>Bytes that wait for the server to take them.</summary>
        public int Waiting { get { return Socket.Waiting; } }

        /// <summary>Largest <c>samples</c> of an audio message, in bytes.</summary>
        public int MaxChunkBytes
        {
            get { return Server == null || Server.MaxChunkBytes == 0 ? ChunkBytesUntilTold : Server.MaxChunkBytes; }
        }

        /// <summary>When the packet being handled came, in seconds of the clock; only within a handler.</summary>
        public double PacketTime { get { return packetTime; } }

        /// <summary>Opens a session; its events tell the rest. May be called before <see cref="LinkNews.Ready"/>.</summary>
        public LinkSession Open(OpenSettings settings)
        {
            do
                lastNumber++;
            while (Sessions.ContainsKey(lastNumber));
            return Open(lastNumber, settings);
        }

        /// <summary>Opens session <paramref name="number"/>, which must be free.</summary>
        public LinkSession Open(uint number, OpenSettings settings)
        {
            var survives = options.ResumeSeconds > 0.0;
            var wanted = settings;
            if (survives && settings.ResumeWindowMilliseconds == 0)
            {
                wanted = settings.Copy();
                wanted.ResumeWindowMilliseconds = (uint)(1e3 * Math.Min(options.ResumeSeconds, 86400.0));
            }
            var session = new LinkSession(this, number, wanted, survives ? options.KeepSeconds : 0.0);
            Sessions.Add(number, session);
            if (Sender.IsOffline && session.Survival != null)
                session.Survival.Lose();
            Sender.Open(number, session, wanted, Said.Open);
            return session;
        }

        /// <summary>Handles everything that came since the last call.</summary>
        public void Poll()
        {
            if (hasEnded || isDisposed)
                return;
            if (Sender.IsOffline)
            {
                if (clock() >= reconnection.At)
                    TryAgain();
                return;
            }
            var state = Socket.State; // read before the packets: what came before the end must be in them
            Socket.Take(ref packets);
            try
            {
                for (var i = 0; i < packets.Count && !isDisposed; i++)
                {
                    packetTime = packets.Time(i);
                    reader.Read(packets.Bytes, packets.Begin(i), packets.Length(i), sink);
                }
            }
            catch (LinkFormatException error)
            {
                End("the server sent what is no engine link: " + error.Message);
                return;
            }
            if (finishWhenBack && !IsWaiting())
            {
                finishWhenBack = false;
                Socket.Finish();
            }
            if (state == LinkState.Lost)
                Lose(Socket.Reason);
            else if (state == LinkState.Done && Sessions.Count > 0 && options.ResumeSeconds > 0.0)
                Lose("the server at " + host + ":" + port + " closed the connection");
            else if (state == LinkState.Done)
                End(null);
        }

        /// <summary>Sends a ping and returns its number.</summary>
        public ulong Ping()
        {
            lastPing++;
            if (!Sender.IsOffline)
                Sender.Ping(lastPing, clock());
            return lastPing;
        }

        /// <summary>Asks what the server is; <see cref="LinkNews.Described"/> tells.</summary>
        public void Describe()
        {
            describes = true;
            Sender.Describe();
        }

        /// <summary>No more will be said: sessions end, their last frames come, then <see cref="LinkNews.Done"/>.</summary>
        public void Finish()
        {
            isFinishing = true;
            if (!IsReconnecting)
                Socket.Finish();
        }

        /// <summary>Drops the connection at once; no event follows.</summary>
        public void Dispose()
        {
            isDisposed = hasEnded = true;
            Socket.Dispose();
        }

        private LinkSocket Socket { get { return Sender.Socket; } }

        private void Connect()
        {
            Sender.Socket = new LinkSocket(host, port, name, clock, options: options);
        }

        // For good where nothing can come back, or the time for that is over.
        private void Lose(string why)
        {
            var wasLost = reconnection.IsLost;
            var mayReturn = refusal == 0 || refusal == 8 || refusal == 14; // exhausted, unavailable
            if (options.ResumeSeconds <= 0.0 || Server == null || !mayReturn || !reconnection.Lose(clock()))
            {
                End(why);
                return;
            }
            Sender.IsOffline = true;
            refusal = 0;
            Socket.Dispose();
            foreach (var session in Sessions.Values)
                session.Survival.Lose();
            if (!wasLost)
                TellReconnecting(why);
        }

        private void TryAgain()
        {
            Connect();
            Sender.IsOffline = false;
            if (describes)
                Describe();
            returning.AddRange(Sessions.Values);
            foreach (var session in returning)
                if (!session.Survival.ComeBack())
                    GiveUp(session);
            returning.Clear();
        }

        private void End(string why)
        {
            hasEnded = true;
            Socket.Dispose();
            ending.AddRange(Sessions.Values);
            Sessions.Clear();
            foreach (var session in ending)
                session.ConnectionEnded(why);
            ending.Clear();
            if (why == null)
                TellDone();
            else
                TellLost(why);
        }

        internal void Greeted(ServerHello hello)
        {
            Server = hello;
            if (!reconnection.IsLost)
            {
                TellReady(hello);
                return;
            }
            reconnection.Reset();
            finishWhenBack = isFinishing;
            TellReconnected();
        }

        internal void Refused(int code)
        {
            refusal = code == 0 ? 5 : code;
        }

        internal void Forget(uint number)
        {
            Sessions.Remove(number);
        }

        // It does not fit the server that has come back.
        internal void GiveUp(LinkSession session)
        {
            var error = new LinkError
            {
                HasSession = true, Code = 9, SessionClosed = true,
                Message = "the session was lost with its server, and cannot go on where it was: open another one"
            };
            sink.OnError(session.Number, error);
        }

        internal void TakePong(ulong id, double received, double replied)
        {
            var asked = Socket.PingTime(id);
            if (double.IsNaN(asked))
                return;
            Sync.Add(asked, received, replied, packetTime);
            if (id < LinkSocket.FirstOwnPing)
                TellPonged(id, Sync.LastRoundTrip);
        }

        internal void TakeDescription(ServerDescription description)
        {
            describes = false;
            TellDescribed(description);
        }

        private bool IsWaiting()
        {
            foreach (var session in Sessions.Values)
                if (session.IsWaiting)
                    return true;
            return false;
        }
    }
}
