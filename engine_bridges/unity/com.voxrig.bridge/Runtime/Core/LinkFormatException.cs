using System;

namespace Voxrig.Core
{
    /// <summary>
    /// Bytes that are not what the engine link says they are; the message names the value and where it was.
    /// </summary>
    public sealed class LinkFormatException : Exception
    {
        /// <summary>With what was wrong.</summary>
        public LinkFormatException(string message) : base(message)
        {
        }
    }
}
