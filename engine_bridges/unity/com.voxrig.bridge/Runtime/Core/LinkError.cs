namespace Voxrig.Core
{
    /// <summary>A refusal of one session's message, or of the whole connection; filled anew for each.</summary>
    public sealed class LinkError
    {
        /// <summary>Whether it belongs to a session; else the server ends the connection.</summary>
        public bool HasSession;

        /// <summary>
        /// A number of google.rpc.Code: 3 invalid argument, 5 not found, 8 exhausted, 11 out of range.
        /// </summary>
        public int Code;

        /// <summary>For people: the value and the remedy.</summary>
        public string Message = "";

        /// <summary>Whether there is no such session (any more).</summary>
        public bool SessionClosed;

        /// <summary>The sample that the session expects next.</summary>
        public long NextSample;

        /// <summary>Which message was refused, such as "audio"; empty for a failure of the server.</summary>
        public string Refused = "";
    }
}
