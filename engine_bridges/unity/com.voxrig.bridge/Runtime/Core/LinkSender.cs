using System;

namespace Voxrig.Core
{
    /// <summary>
    /// Sends a client's messages, and notes those of sessions that survive: what finds no connection waits there.
    /// </summary>
    internal sealed class LinkSender
    {
        private static readonly Action<byte[], int, int> Nothing = (bytes, offset, count) => { };

        private readonly LinkWriter writer = new LinkWriter();

        public LinkSender()
        {
            Say = Put;
        }

        /// <summary>Of the connection that there is, or was last.</summary>
        public LinkSocket Socket { get; set; }

        /// <summary>Whether that is lost, and there is none in its place yet.</summary>
        public bool IsOffline { get; set; }

        /// <summary>Sends a packet that is there already.</summary>
        public Action<byte[], int, int> Say { get; private set; }

        public bool Open(uint number, LinkSession session, OpenSettings settings, Said what)
        {
            writer.Open(number, settings);
            return Send(session, what);
        }

        public bool Audio(uint number, LinkSession session, long firstSample, byte[] samples, int offset, int count)
        {
            Lead(session, false);
            writer.Audio(number, firstSample, samples, offset, count);
            var end = session == null ? 0 : firstSample + count / session.Settings.BytesPerSample;
            return Send(session, Said.Audio, firstSample, end);
        }

        public bool Cue(uint number, LinkSession session, long mediaSample, string name, NamedValues values)
        {
            writer.Cue(number, mediaSample, name, values);
            var isKept = session != null && session.Memory != null;
            return Send(session, Said.Cue, 0, 0, isKept ? new KeptCue(mediaSample, name, values) : null);
        }

        public bool EndUtterance(uint number, LinkSession session, long tailSamples)
        {
            writer.EndUtterance(number, tailSamples);
            return Send(session, Said.End, 0, tailSamples);
        }

        /// <summary>Of one that was put off it is noted already that it was asked for.</summary>
        public bool Interrupt(uint number, LinkSession session, long? atSample, bool isNoted)
        {
            if (!isNoted && session != null && session.Memory != null)
                session.Memory.AskedToCut(atSample, false);
            writer.Interrupt(number, atSample);
            return Send(session, Said.Interrupt);
        }

        public bool Close(uint number, LinkSession session)
        {
            Lead(session, true);
            writer.Close(number);
            return Send(session, Said.Close);
        }

        public void Resume(uint number, string id, long received)
        {
            writer.Resume(number, id, received);
            Put(writer.Bytes, 0, writer.Length);
        }

        public void Describe()
        {
            writer.Describe();
            Put(writer.Bytes, 0, writer.Length);
        }

        public void Ping(ulong id, double now)
        {
            Socket.Ping(writer, id, now);
        }

        private void Lead(LinkSession session, bool closing)
        {
            if (session != null && session.Memory != null)
                session.Memory.Lead(closing, session.IsWaiting ? Nothing : Say);
        }

        private bool Send(LinkSession session, Said what, long first = 0, long end = 0, KeptCue cue = null)
        {
            if (session == null || session.Memory == null)
                return !IsOffline && Socket.Send(writer.Bytes, 0, writer.Length);
            if ((what == Said.Audio || what == Said.Cue) && !session.Memory.HasRoom(writer.Length))
                return false;
            if (!session.IsWaiting && !Socket.Send(writer.Bytes, 0, writer.Length) && !Socket.IsOver)
                return false; // too much waits; what goes to a line that is lost goes again
            session.Memory.Note(writer.Bytes, 0, writer.Length, what, first, end, cue);
            return true;
        }

        private void Put(byte[] bytes, int offset, int count)
        {
            if (!IsOffline)
                Socket.Send(bytes, offset, count);
        }
    }
}
