using System.Collections.Generic;

namespace Voxrig.Core
{
    /// <summary>What a server is and has: for people who look whether it is there.</summary>
    public sealed class ServerDescription
    {
        /// <summary>Of the server software.</summary>
        public string Version = "";

        /// <summary>Names of the rigs it sends.</summary>
        public readonly List<string> Rigs = new List<string>();

        /// <summary>Its models with their versions, the default first.</summary>
        public readonly List<string> Models = new List<string>();

        /// <summary>Counters and timings since its start, by name.</summary>
        public readonly Dictionary<string, double> Metrics = new Dictionary<string, double>();
    }
}
