using System;
using System.Collections.Generic;
using System.Text;

namespace Voxrig.Core
{
    /// <summary>Finds a mesh's blend shapes by ARKit's names as artists and exporters write them.</summary>
    /// <remarks>
    /// Case, separators and what stands before the name do not matter: EyeBlinkLeft is found as eyeBlinkLeft,
    /// eyeBlink_L, Eye_Blink_Left, EyeBlink.L, blendShape2.eyeBlinkLeft, Face_ARKit_eyeBlinkLeft. The nearest to the
    /// name itself wins.
    /// </remarks>
    public static class ShapeMatch
    {
        /// <summary>OVRLipSync's fifteen, as the events of visemes name them.</summary>
        public static readonly string[] Visemes = "sil PP FF TH DD kk CH SS nn RR aa E ih oh ou".Split(' ');

        /// <summary>
        /// For each wanted name the place of its shape in <paramref name="shapes"/>, -1 where there is none.
        /// </summary>
        public static int[] Find(IList<string> wanted, IList<string> shapes)
        {
            var plain = new string[shapes.Count];
            for (var i = 0; i < plain.Length; i++)
                plain[i] = Plain(shapes[i]);
            var places = new int[wanted.Count];
            for (var i = 0; i < places.Length; i++)
                places[i] = Nearest(Plain(wanted[i]), plain);
            return places;
        }

        /// <summary>
        /// For each viseme the place of "viseme_" and its name (Ready Player Me), -1 where there is none.
        /// </summary>
        public static int[] FindVisemes(IList<string> shapes)
        {
            var wanted = new string[Visemes.Length];
            for (var i = 0; i < wanted.Length; i++)
                wanted[i] = "viseme_" + Visemes[i];
            return Find(wanted, shapes);
        }

        /// <summary>A name without what tells exporters apart: lower case, no separators, sides spelled out.</summary>
        public static string Plain(string name)
        {
            var text = new StringBuilder(name.Length + 4);
            foreach (var letter in name)
                if (char.IsLetterOrDigit(letter))
                    text.Append(char.ToLowerInvariant(letter));
            var end = name.Length - 2;
            if (end > 0 && !char.IsLetterOrDigit(name[end]))
            {
                var side = char.ToLowerInvariant(name[end + 1]);
                if (side == 'l' || side == 'r')
                    text.Append(side == 'l' ? "eft" : "ight");
            }
            return text.ToString();
        }

        private static int Nearest(string wanted, string[] plain)
        {
            var best = -1;
            for (var i = 0; i < plain.Length; i++)
                if (plain[i].EndsWith(wanted, StringComparison.Ordinal)
                    && (best < 0 || plain[i].Length < plain[best].Length))
                    best = i;
            return best;
        }
    }
}
