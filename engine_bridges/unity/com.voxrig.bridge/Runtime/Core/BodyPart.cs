namespace Voxrig.Core
{
    /// <summary>What a session's option "body" may be made of.</summary>
    public enum BodyPart
    {
        /// <summary>Head and eyes, and names of later versions.</summary>
        None,

        /// <summary>Pelvis, spine and neck.</summary>
        Torso,

        /// <summary>Collarbones, arms and hands.</summary>
        Arms,

        /// <summary>Three bones of each finger.</summary>
        Fingers,

        /// <summary>Thighs, calves and feet.</summary>
        Legs
    }
}
