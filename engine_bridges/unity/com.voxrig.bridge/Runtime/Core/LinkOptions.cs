namespace Voxrig.Core
{
    /// <summary>How a <see cref="LinkClient"/> gets in, and what it does about a connection that is lost.</summary>
    public sealed class LinkOptions
    {
        /// <summary>For servers that ask for one; empty: none. Without TLS it goes over the net as it is.</summary>
        public string Token = "";

        /// <summary>Whether the connection is encrypted: the server must be started with a certificate.</summary>
        public bool Tls;

        /// <summary>
        /// SHA-256 of the server's certificate in hexadecimal, for one that no authority of this machine has signed;
        /// empty: it must be signed by one, for the host's name.
        /// </summary>
        public string TlsFingerprint = "";

        /// <summary>
        /// For how many seconds a connection that is lost is tried again and its sessions wait; 0: it is lost at once.
        /// </summary>
        public double ResumeSeconds = 20.0;

        /// <summary>Seconds of audio that are kept for a server that has lost the sessions.</summary>
        public double KeepSeconds = 20.0;
    }
}
