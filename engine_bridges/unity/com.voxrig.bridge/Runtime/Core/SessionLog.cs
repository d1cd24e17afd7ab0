using System;
using System.Collections.Generic;

namespace Voxrig.Core
{
    /// <summary>What kind of message was said; Other is never said to another server again.</summary>
    internal enum Said
    {
        Open,
        Audio,
        Cue,
        End,
        Interrupt,
        Close,
        Other
    }

    /// <summary>One message of a <see cref="SessionLog"/>.</summary>
    internal struct LoggedMessage
    {
        public Said What;
        public int Size;        // of the packet
        public uint Utterance;  // of audio
        public long Start;      // of the packet, in bytes since the log began
        public long First;      // media samples that it takes up, or stands at
        public long End;
        public KeptCue Cue;
    }

    /// <summary>
    /// What a client has said in one session and may have to say again: its packets, as they went out. Messages are
    /// counted from the session's open on, as the server counts those that it has taken.
    /// </summary>
    internal sealed class SessionLog
    {
        /// <summary>Bytes of packets that are kept, at most.</summary>
        public const int MostBytes = 8 << 20;

        private readonly List<LoggedMessage> entries = new List<LoggedMessage>();
        private byte[] bytes = new byte[4096];
        private int size;       // of `bytes`
        private int head;       // of `bytes`, before which all is forgotten
        private int first;      // of `entries`, as `head`
        private int proven;     // of `entries`, before which all was taken
        private long dropped;   // bytes before `bytes`
        private long forgotten; // messages
        private int refusals;   // of audio, that are still to come
        private bool isCut;

        /// <summary>A log of a session whose timeline begins at a sample.</summary>
        public SessionLog(long sample)
        {
            End = sample;
        }

        /// <summary>Where the timeline is after all that was said.</summary>
        public long End { get; private set; }

        /// <summary>Whether it has all since the session's open, and nothing of it was void.</summary>
        public bool IsComplete { get { return forgotten == 0 && !isCut; } }

        /// <summary>Messages that are kept.</summary>
        public int Count { get { return entries.Count - first; } }

        /// <summary>The array that the packets are in; another one after <see cref="Add"/>.</summary>
        public byte[] Bytes { get { return bytes; } }

        public bool HasRoom(int count)
        {
            return size - head + count <= MostBytes;
        }

        public LoggedMessage Message(int i)
        {
            return entries[first + i];
        }

        /// <summary>Where the packet of a message begins in <see cref="Bytes"/>.</summary>
        public int Place(LoggedMessage message)
        {
            return (int)(message.Start - dropped);
        }

        public void Add(byte[] packet, int offset, int count, LoggedMessage message)
        {
            message.Start = dropped + size;
            message.Size = count;
            if (message.What == Said.Audio || message.What == Said.End)
            {
                if (message.First == End)
                    End = message.End;
                else
                {
                    refusals += message.What == Said.Audio ? 1 : 0;
                    message.What = Said.Other; // at a place where the server does not expect it
                }
            }
            entries.Add(message);
            if (size + count > bytes.Length)
                Array.Resize(ref bytes, Math.Max(size + count, 2 * bytes.Length));
            Buffer.BlockCopy(packet, offset, bytes, size, count);
            size += count;
        }

        /// <summary>A frame of that sample has come: all audio before it was taken, and what was said before.</summary>
        public void Prove(long sample)
        {
            for (var i = Math.Max(proven, first); i < entries.Count; i++)
            {
                if (entries[i].What != Said.Audio)
                    continue;
                if (entries[i].End > sample)
                    return;
                proven = i + 1;
            }
        }

        /// <summary>Forgets of what is proven what ended before a sample, and more where there is too much.</summary>
        public void ForgetBefore(long sample, Action<LoggedMessage> tell)
        {
            while (first < proven && (entries[first].End < sample || !HasRoom(MostBytes / 4)))
                DropFirst(tell);
            Compact();
        }

        /// <summary>The first interruption that waits was answered: what was said up to it is void.</summary>
        public void Cut(long nextSample, Action<LoggedMessage> tell)
        {
            var until = entries.FindIndex(first, entry => entry.What == Said.Interrupt) + 1;
            while (first < until)
                DropFirst(tell);
            Rewind(0);
            refusals = 0;
            End = nextSample;
            isCut = true;
            Compact();
        }

        /// <summary>Interruptions that wait never will be answered.</summary>
        public void ForgetInterrupts()
        {
            for (var i = first; i < entries.Count; i++)
                if (entries[i].What == Said.Interrupt)
                    Void(i);
        }

        /// <summary>
        /// Audio was refused. False where that was known: one refused chunk makes the server refuse all that is under
        /// way behind it, and new audio may follow those already.
        /// </summary>
        public bool Refused(long nextSample)
        {
            if (refusals > 0)
            {
                refusals--;
                return false;
            }
            refusals = Math.Max(0, Rewind(nextSample) - 1);
            return true;
        }

        /// <summary>Says again what comes after the first <paramref name="taken"/>; false where that cannot be.</summary>
        public bool SayAgain(long taken, Action<byte[], int, int> say)
        {
            if (taken < forgotten || taken > forgotten + Count)
                return false;
            var from = first + (int)(taken - forgotten);
            proven = Math.Max(proven, from);
            for (var i = from; i < entries.Count; i++)
                say(bytes, Place(entries[i]), entries[i].Size);
            return true;
        }

        private int Rewind(long sample)
        {
            var chunks = 0;
            for (var i = first; i < entries.Count; i++)
            {
                var what = entries[i].What;
                if (what != Said.Audio && what != Said.End || entries[i].End <= sample)
                    continue;
                chunks += what == Said.Audio ? 1 : 0;
                Void(i);
            }
            End = Math.Min(End, sample);
            return chunks;
        }

        private void Void(int i)
        {
            var entry = entries[i];
            entry.What = Said.Other;
            entries[i] = entry;
        }

        private void DropFirst(Action<LoggedMessage> tell)
        {
            tell(entries[first]);
            head += entries[first].Size;
            first++;
            forgotten++;
        }

        // Gives the room of what is forgotten back when that is half of all.
        private void Compact()
        {
            if (first > 64 && first > entries.Count / 2)
            {
                entries.RemoveRange(0, first);
                proven = Math.Max(0, proven - first);
                first = 0;
            }
            if (head > 1 << 16 && head > size / 2)
            {
                Buffer.BlockCopy(bytes, head, bytes, 0, size - head);
                dropped += head;
                size -= head;
                head = 0;
            }
        }
    }
}
