using System.Net.Sockets;

namespace Voxrig.Core
{
    /// <summary>Bytes over TCP as they are.</summary>
    internal sealed class PlainWire : ILinkWire
    {
        private readonly Socket socket;

        public PlainWire(Socket connected)
        {
            socket = connected;
            socket.Blocking = false;
        }

        public bool HasHalfClose { get { return true; } }

        public bool Wait(int milliseconds)
        {
            return socket.Poll(1000 * milliseconds, SelectMode.SelectRead);
        }

        public int Receive(byte[] into)
        {
            SocketError error;
            var count = socket.Receive(into, 0, into.Length, SocketFlags.None, out error);
            if (error == SocketError.WouldBlock || error == SocketError.Interrupted)
                return -1;
            if (error != SocketError.Success)
                throw new SocketException((int)error);
            return count;
        }

        public int Send(byte[] bytes, int offset, int count)
        {
            SocketError error;
            var sent = socket.Send(bytes, offset, count, SocketFlags.None, out error);
            return error == SocketError.Success ? sent : 0; // busy: later; broken: the reading side notices
        }

        public void HalfClose()
        {
            socket.Shutdown(SocketShutdown.Send);
        }

        public void Dispose()
        {
            socket.Close();
        }
    }
}
