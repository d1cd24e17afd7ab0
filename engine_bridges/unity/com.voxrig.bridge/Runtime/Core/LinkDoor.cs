using System;
using System.Net.Sockets;

namespace Voxrig.Core
{
    /// <summary>Connects with a server, plainly or over TLS.</summary>
    internal static class LinkDoor
    {
        /// <summary>Null where nobody answers within so many seconds, or <paramref name="stops"/> meanwhile.</summary>
        public static ILinkWire Open(
            string host, int port, LinkOptions options, double seconds, Func<double> clock, Func<bool> stops)
        {
            var client = new TcpClient();
            var pending = client.BeginConnect(host, port, null, null);
            var until = clock() + seconds;
            while (!pending.AsyncWaitHandle.WaitOne(20))
            {
                if (!stops() && clock() < until)
                    continue;
                client.Close();
                return null;
            }
            client.EndConnect(pending);
            client.NoDelay = true;
            if (options.Tls)
                return new TlsWire(client.Client, host, options.TlsFingerprint, seconds);
            return new PlainWire(client.Client);
        }
    }
}
