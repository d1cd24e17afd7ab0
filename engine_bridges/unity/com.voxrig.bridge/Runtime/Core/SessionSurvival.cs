using System;

namespace Voxrig.Core
{
    /// <summary>How a session is brought back, to a server that has kept it or to one that never had it.</summary>
    internal sealed class SessionSurvival
    {
        private readonly LinkSession session;
        private readonly LinkSender sender;
        private bool putsOff; // an interruption, until the session has caught up
        private bool closes;  // after that
        private long? cutAt;
        private LinkEvent settled;

        public SessionSurvival(LinkSession session, LinkSender sender, OpenSettings settings, double keepSeconds)
        {
            this.session = session;
            this.sender = sender;
            Memory = new SessionMemory(session.Number, settings.Copy(), keepSeconds);
        }

        public SessionMemory Memory { get; private set; }

        /// <summary>Whether there is no connection for it.</summary>
        public bool Waits { get; private set; }

        /// <summary>
        /// Whether an interruption must wait: a session that was begun anew is interrupted when it has caught up. Till
        /// then the server would cut what was heard long ago.
        /// </summary>
        public bool PutsOff { get { return putsOff || Memory.CatchesUp; } }

        public void Lose()
        {
            Waits = true;
        }

        /// <summary>On a new connection; false where it cannot be brought back.</summary>
        public bool ComeBack()
        {
            if (Memory.ResumeId.Length == 0)
                return Rebuild();
            sender.Resume(session.Number, Memory.ResumeId, Memory.Received);
            return true;
        }

        /// <summary>The server has the session, and so many messages of it; false where it has more than were said.</summary>
        public bool Resume(long taken)
        {
            Waits = false;
            return Memory.Resume(taken, sender.Say);
        }

        /// <summary>The server does not have the session; false where it cannot be begun anew.</summary>
        public bool Rebuild()
        {
            if (Memory.WasOpen && session.SettleInterrupts())
            {
                settled = Memory.Settle();
                putsOff = false;
                cutAt = null;
            }
            Waits = false;
            if (!Memory.Rebuild(sender.Say))
                return false;
            if (closes && !putsOff)
                Close();
            return true;
        }

        /// <summary>An interruption that no server has answered; null where there is none. Told once.</summary>
        public LinkEvent TakeSettled()
        {
            var answer = settled;
            settled = null;
            return answer;
        }

        /// <summary>Puts an interruption off; false where one is already, and one answer will do.</summary>
        public bool PutOff(long? atSample)
        {
            Memory.AskedToCut(atSample, putsOff);
            if (atSample.HasValue && (!cutAt.HasValue || atSample < cutAt))
                cutAt = atSample;
            var isFirst = !putsOff;
            putsOff = true;
            return isFirst;
        }

        /// <summary>Puts a close off where it comes after an interruption that is; else false.</summary>
        public bool PutOffClose()
        {
            closes = closes || putsOff;
            return putsOff;
        }

        /// <summary>After frames: what waited for them is said.</summary>
        public void GoOn()
        {
            if (!putsOff || Memory.CatchesUp)
                return;
            putsOff = false;
            sender.Interrupt(session.Number, session, cutAt, true);
            cutAt = null;
            if (closes)
                Close();
        }

        private void Close()
        {
            closes = false;
            sender.Close(session.Number, session);
        }
    }
}
