using System;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Threading;

namespace Voxrig.Core
{
    /// <summary>
    /// One TCP connection and its one background thread: connects, reads, writes what had to wait, pings.
    /// </summary>
    /// <remarks>
    /// <see cref="Send"/>, <see cref="Take"/> and <see cref="Finish"/> never block and may be called from any thread,
    /// each from one at a time. What comes waits up to <see cref="MostWaiting"/> bytes; then the socket is not read
    /// until it is taken.
    /// </remarks>
    public sealed class LinkSocket : IDisposable
    {
        /// <summary>Bytes that may wait in either direction.</summary>
        public const int MostWaiting = 8 << 20;

        /// <summary>Pings that the socket sends by itself have numbers from here on.</summary>
        public const ulong FirstOwnPing = 1ul << 32;

        private const int WaitMilliseconds = 5;

        private readonly string host;
        private readonly int port;
        private readonly LinkOptions options;
        private readonly double connectSeconds;
        private readonly double patienceSeconds;
        private readonly Func<double> clock;
        private readonly object gate = new object();
        private readonly Thread thread;
        private readonly byte[] piece = new byte[65536];
        private readonly PacketSplitter splitter = new PacketSplitter();
        private readonly LinkWriter pings = new LinkWriter();
        private readonly LinkWriter last = new LinkWriter();
        private readonly PingLog waiting = new PingLog(); // all below, and this, under `gate`
        private PacketQueue inbox = new PacketQueue();
        private byte[] outbox = new byte[16384];
        private int outboxFirst;
        private int outboxEnd;
        private ILinkWire wire;
        private LinkState state = LinkState.Connecting;
        private string reason = "";
        private bool finishing;
        private bool halfClosed;
        private volatile bool disposed;
        private double nextPing;
        private double lastHeard;
        private ulong pingId = FirstOwnPing;

        /// <summary>Begins to connect.</summary>
        /// <param name="host">Name or address of the server.</param>
        /// <param name="port">Its engine-link port, 52001 by default.</param>
        /// <param name="client">Who this is, told in the first packet.</param>
        /// <param name="clock">Seconds that never go back; called from the background thread too.</param>
        /// <param name="connectSeconds">How long to wait for the connection.</param>
        /// <param name="patienceSeconds">A server silent for so long, although pinged, is taken for lost.</param>
        /// <param name="options">Its token and TLS; null: neither.</param>
        public LinkSocket(
            string host, int port, string client, Func<double> clock, double connectSeconds = 5.0,
                double patienceSeconds = 15.0, LinkOptions options = null)
        {
            this.options = options ?? new LinkOptions();
            this.host = host;
            this.port = port;
            this.clock = clock;
            this.connectSeconds = connectSeconds;
            this.patienceSeconds = patienceSeconds;
            pings.Hello(client, this.options.Token);
            Append(pings.Bytes, 0, pings.Length);
            thread = new Thread(Run) { IsBackground = true, Name = "Voxrig link" };
            thread.Start();
        }

        /// <summary>How far it has come.</summary>
        public LinkState State { get { lock (gate) return state; } }

        /// <summary>Whether nothing goes over it any more.</summary>
        public bool IsOver { get { lock (gate) return state == LinkState.Lost || state == LinkState.Done; } }

        /// <summary>Why it was lost.</summary>
        public string Reason { get { lock (gate) return reason; } }

        /// <summary>Bytes that the server has not taken yet.</summary>
        public int Waiting { get { lock (gate) return outboxEnd - outboxFirst; } }

        /// <summary>
        /// Hands over a packet: it goes out at once, or waits for the connection or for a server that is busy.
        /// </summary>
        /// <returns>False where it is dropped: too much waits, or there is no connection any more.</returns>
        public bool Send(byte[] packet, int offset, int count)
        {
            lock (gate)
            {
                if (finishing || disposed || state == LinkState.Lost || state == LinkState.Done)
                    return false;
                if (outboxEnd - outboxFirst + count > MostWaiting)
                    return false;
                Append(packet, offset, count);
                if (state == LinkState.Connected)
                    Flush();
                return true;
            }
        }

        /// <summary>Sends a ping with a writer that no other thread uses.</summary>
        public void Ping(LinkWriter writer, ulong id, double now)
        {
            lock (gate)
                waiting.Sent(id, now);
            writer.Ping(id, now);
            Send(writer.Bytes, 0, writer.Length);
        }

        /// <summary>When the ping of a pong was sent; NaN where nobody asked.</summary>
        public double PingTime(ulong id)
        {
            lock (gate)
                return waiting.Answered(id);
        }

        /// <summary>Swaps <paramref name="queue"/>, which is emptied, for the payloads that came.</summary>
        public void Take(ref PacketQueue queue)
        {
            queue.Clear();
            lock (gate)
            {
                var came = inbox;
                inbox = queue;
                queue = came;
            }
        }

        /// <summary>No more is sent after what waits; the server finishes and closes, then the state is Done.</summary>
        public void Finish()
        {
            lock (gate)
            {
                if (options.Tls && !finishing)
                {
                    last.Done();
                    Append(last.Bytes, 0, last.Length);
                }
                finishing = true;
            }
        }

        /// <summary>Drops everything and ends the thread.</summary>
        public void Dispose()
        {
            disposed = true;
            if (thread != Thread.CurrentThread)
                thread.Join(500);
        }

        private void Run()
        {
            ILinkWire connected = null;
            try
            {
                connected = Connect();
                if (connected != null)
                    Serve(connected);
            }
            catch (AuthenticationException error)
            {
                End(LinkState.Lost, host + ":" + port + " shows no certificate that can be trusted: " + error.Message);
            }
            catch (LinkFormatException error)
            {
                End(LinkState.Lost, error.Message);
            }
            catch (Exception error) // a thread that dies of one would take the whole game with it
            {
                var kind = error is SocketException ? "" : error.GetType().Name + ": ";
                End(LinkState.Lost, host + ":" + port + ": " + kind + error.Message);
            }
            finally
            {
                if (connected != null)
                    connected.Dispose();
            }
        }

        private ILinkWire Connect()
        {
            var connected = LinkDoor.Open(host, port, options, connectSeconds, clock, () => disposed);
            lock (gate)
            {
                wire = connected;
                state = connected != null ? LinkState.Connected : LinkState.Lost;
                reason = connected != null ? "" : "no answer from " + host + ":" + port + " within " + connectSeconds + " s";
                if (connected != null)
                    Flush();
            }
            return connected;
        }

        private void Serve(ILinkWire connected)
        {
            lastHeard = nextPing = clock();
            while (!disposed)
            {
                var now = clock();
                KeepAlive(now);
                bool isRoom;
                lock (gate)
                {
                    Flush();
                    isRoom = inbox.Size < MostWaiting;
                }
                if (!isRoom)
                {
                    Thread.Sleep(5);
                    lastHeard = now; // it is we who do not listen
                    continue;
                }
                if (!connected.Wait(WaitMilliseconds))
                    continue;
                var count = connected.Receive(piece);
                if (count < 0)
                    continue;
                if (count == 0)
                {
                    Ended();
                    return;
                }
                lastHeard = clock();
                lock (gate)
                    splitter.Add(piece, count, lastHeard, inbox);
            }
        }

        private void Ended()
        {
            if (halfClosed && !splitter.IsInside)
                End(LinkState.Done, "");
            else
                End(LinkState.Lost, "the server at " + host + ":" + port + " closed the connection");
        }

        private void KeepAlive(double now)
        {
            if (halfClosed)
                return;
            if (now - lastHeard > patienceSeconds)
                throw new LinkFormatException("the server at " + host + ":" + port + " says nothing since "
                    + patienceSeconds + " s");
            if (now < nextPing)
                return;
            nextPing = now + 1.0;
            Ping(pings, pingId++, now);
        }

        private void Append(byte[] packet, int offset, int count)
        {
            if (outboxFirst > 0 && outboxEnd + count > outbox.Length)
            {
                Buffer.BlockCopy(outbox, outboxFirst, outbox, 0, outboxEnd - outboxFirst);
                outboxEnd -= outboxFirst;
                outboxFirst = 0;
            }
            if (outboxEnd + count > outbox.Length)
                Array.Resize(ref outbox, Math.Max(outboxEnd + count, 2 * outbox.Length));
            Buffer.BlockCopy(packet, offset, outbox, outboxEnd, count);
            outboxEnd += count;
        }

        private void Flush()
        {
            while (outboxFirst < outboxEnd)
            {
                var sent = wire.Send(outbox, outboxFirst, outboxEnd - outboxFirst);
                if (sent == 0)
                    return;
                outboxFirst += sent;
            }
            outboxFirst = outboxEnd = 0;
            if (finishing && !halfClosed)
            {
                halfClosed = true;
                if (wire.HasHalfClose)
                    wire.HalfClose();
            }
        }

        private void End(LinkState last, string why)
        {
            lock (gate)
            {
                state = last;
                reason = why;
            }
        }
    }
}
