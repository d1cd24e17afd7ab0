using System;
using System.IO;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Threading;

namespace Voxrig.Core
{
    /// <summary>
    /// Bytes over TLS 1.2 or later. Reading and writing have a thread each, since an <see cref="SslStream"/> blocks.
    /// </summary>
    internal sealed class TlsWire : ILinkWire
    {
        private const int MostWaiting = 1 << 20;

        private readonly SslStream stream;
        private readonly string fingerprint;
        private readonly object gate = new object(); // for what follows
        private readonly byte[] came = new byte[MostWaiting];
        private readonly byte[] going = new byte[MostWaiting];
        private int cameCount;
        private int goingCount;
        private bool ended;
        private bool disposed;

        /// <summary>Shakes hands, for so many seconds at most.</summary>
        /// <exception cref="AuthenticationException">The server is not who it should be.</exception>
        public TlsWire(Socket connected, string host, string fingerprint, double seconds)
        {
            this.fingerprint = Plain(fingerprint);
            connected.Blocking = true;
            connected.ReceiveTimeout = connected.SendTimeout = (int)(1000 * seconds);
            stream = new SslStream(new NetworkStream(connected, true), false, IsGood);
            stream.AuthenticateAsClient(host, null, SslProtocols.Tls12, true);
            connected.ReceiveTimeout = connected.SendTimeout = 0;
            new Thread(Read) { IsBackground = true, Name = "Voxrig TLS in" }.Start();
            new Thread(Write) { IsBackground = true, Name = "Voxrig TLS out" }.Start();
        }

        public bool HasHalfClose { get { return false; } }

        public bool Wait(int milliseconds)
        {
            lock (gate)
            {
                if (cameCount == 0 && !ended)
                    Monitor.Wait(gate, milliseconds);
                return cameCount > 0 || ended;
            }
        }

        public int Receive(byte[] into)
        {
            lock (gate)
            {
                if (cameCount == 0)
                    return ended ? 0 : -1;
                var count = Math.Min(cameCount, into.Length);
                Take(came, ref cameCount, into, count);
                return count;
            }
        }

        public int Send(byte[] bytes, int offset, int count)
        {
            lock (gate)
            {
                var part = Math.Min(count, MostWaiting - goingCount);
                Buffer.BlockCopy(bytes, offset, going, goingCount, part);
                goingCount += part;
                Monitor.PulseAll(gate);
                return part;
            }
        }

        public void HalfClose()
        {
        }

        public void Dispose()
        {
            lock (gate)
            {
                disposed = ended = true;
                Monitor.PulseAll(gate);
            }
            try
            {
                stream.Dispose();
            }
            catch (IOException)
            {
                // the other side was quicker
            }
        }

        private void Read()
        {
            var piece = new byte[16384];
            while (true)
            {
                var count = ReadPiece(piece);
                lock (gate)
                {
                    while (count > MostWaiting - cameCount && !disposed)
                        Monitor.Wait(gate);
                    if (count <= 0 || disposed)
                    {
                        ended = true;
                        Monitor.PulseAll(gate);
                        return;
                    }
                    Buffer.BlockCopy(piece, 0, came, cameCount, count);
                    cameCount += count;
                    Monitor.PulseAll(gate);
                }
            }
        }

        // 0 where the connection is over, one way or another: the socket tells whether that was to be.
        private int ReadPiece(byte[] piece)
        {
            try
            {
                return stream.Read(piece, 0, piece.Length);
            }
            catch (Exception error) when (error is IOException || error is ObjectDisposedException)
            {
                return 0;
            }
        }

        private void Write()
        {
            var piece = new byte[16384];
            while (true)
            {
                int count;
                lock (gate)
                {
                    while (goingCount == 0 && !ended)
                        Monitor.Wait(gate);
                    if (ended)
                        return;
                    count = Math.Min(goingCount, piece.Length);
                    Take(going, ref goingCount, piece, count);
                }
                try
                {
                    stream.Write(piece, 0, count);
                }
                catch (Exception error) when (error is IOException || error is ObjectDisposedException)
                {
                    return; // the reading side notices
                }
            }
        }

        private void Take(byte[] from, ref int there, byte[] into, int count)
        {
            Buffer.BlockCopy(from, 0, into, 0, count);
            there -= count;
            Buffer.BlockCopy(from, count, from, 0, there);
            Monitor.PulseAll(gate);
        }

        private bool IsGood(object sender, X509Certificate certificate, X509Chain chain, SslPolicyErrors errors)
        {
            if (fingerprint.Length == 0)
                return errors == SslPolicyErrors.None;
            if (certificate == null)
                return false;
            using (var sha = SHA256.Create())
                return Plain(BitConverter.ToString(sha.ComputeHash(certificate.GetRawCertData()))) == fingerprint;
        }

        private static string Plain(string hexadecimal)
        {
            return (hexadecimal ?? "").Replace(":", "").Replace("-", "").Replace(" ", "").ToLowerInvariant();
        }
    }
}
