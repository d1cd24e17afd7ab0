using System;

namespace Voxrig.Core
{
    /// <summary>A connected way for bytes that never blocks, for <see cref="LinkSocket"/>.</summary>
    internal interface ILinkWire : IDisposable
    {
        /// <summary>Whether a half-close goes over it; else the last packet must say that nothing follows.</summary>
        bool HasHalfClose { get; }

        /// <summary>Waits until something may have come, for some milliseconds at most.</summary>
        bool Wait(int milliseconds);

        /// <summary>What came: 0 where the other side has closed, -1 where nothing has come yet.</summary>
        int Receive(byte[] into);

        /// <summary>Takes bytes to send, as many as go now; 0 where none do.</summary>
        int Send(byte[] bytes, int offset, int count);

        /// <summary>Says that nothing follows, where <see cref="HasHalfClose"/>.</summary>
        void HalfClose();
    }
}
