using System.Collections.Generic;
using System.Globalization;

namespace Voxrig.Core
{
    /// <summary>The option "body" of a session, as text.</summary>
    public sealed class BodyOption
    {
        /// <summary>Which parts are sent; empty: all.</summary>
        public readonly List<BodyPart> Parts = new List<BodyPart>();

        /// <summary>How it moves, each -1 to 1 by name: "energy", "space", "rate", "openness", "handedness".</summary>
        public readonly NamedValues Style = new NamedValues();

        /// <summary>Whether it sits.</summary>
        public bool Sits;

        /// <summary>Whether left and right are exchanged.</summary>
        public bool Mirrors;

        /// <summary>As the server reads it: "on", or such as "torso,arms,energy=0.5,sitting".</summary>
        public string Text
        {
            get
            {
                var words = new List<string>();
                foreach (var part in Parts)
                    words.Add(part.ToString().ToLowerInvariant());
                for (var k = 0; k < Style.Count; k++)
                    if (Style.Value(k) != 0f)
                        words.Add(Style.Name(k) + "=" + Style.Value(k).ToString("0.###", CultureInfo.InvariantCulture));
                if (Sits)
                    words.Add("sitting");
                if (Mirrors)
                    words.Add("mirror");
                if (Parts.Count == 0)
                    words.Insert(0, "on");
                return string.Join(",", words.ToArray());
            }
        }
    }
}
