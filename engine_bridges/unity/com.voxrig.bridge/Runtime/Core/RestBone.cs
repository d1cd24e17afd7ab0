namespace Voxrig.Core
{
    /// <summary>A bone of a character at rest, in the character's space and Voxrig's axes.</summary>
    public struct RestBone
    {
        /// <summary>Whether the character has it; what follows counts only then.</summary>
        public bool IsThere;

        /// <summary>From the bone's own axes to the character's.</summary>
        public Turn Rotation;

        /// <summary>The same of whatever it hangs from.</summary>
        public Turn Parent;

        /// <summary>Of its joint; in any unit.</summary>
        public Point Place;
    }
}
