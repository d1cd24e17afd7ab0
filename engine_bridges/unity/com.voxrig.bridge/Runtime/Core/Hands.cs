namespace Voxrig.Core
{
    /// <summary>With which hand something is done.</summary>
    public enum Hands
    {
        /// <summary>As the character likes.</summary>
        Any,

        /// <summary>The character's left.</summary>
        Left,

        /// <summary>The character's right.</summary>
        Right,

        /// <summary>Both.</summary>
        Both
    }
}
