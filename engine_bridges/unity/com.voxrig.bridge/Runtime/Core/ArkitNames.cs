using System;

namespace Voxrig.Core
{
    /// <summary>
    /// The 61 values of the rig "arkit": 52 face shapes in Live Link order, then nine angles in radians.
    /// </summary>
    public static class ArkitNames
    {
        /// <summary>How many of them are face shapes; the angles follow.</summary>
        public const int Shapes = 52;

        /// <summary>
        /// Place of HeadYaw; HeadPitch and HeadRoll follow, then the same three of the left and the right eye.
        /// </summary>
        public const int HeadYaw = 52;

        /// <summary>Place of LeftEyeYaw.</summary>
        public const int LeftEyeYaw = 55;

        /// <summary>Place of RightEyeYaw.</summary>
        public const int RightEyeYaw = 58;

        /// <summary>All names, in the order of a frame's values.</summary>
        public static readonly string[] All = (
            "EyeBlinkLeft EyeLookDownLeft EyeLookInLeft EyeLookOutLeft EyeLookUpLeft EyeSquintLeft EyeWideLeft "
            + "EyeBlinkRight EyeLookDownRight EyeLookInRight EyeLookOutRight EyeLookUpRight EyeSquintRight "
            + "EyeWideRight JawForward JawLeft JawRight JawOpen MouthClose MouthFunnel MouthPucker MouthLeft "
            + "MouthRight MouthSmileLeft MouthSmileRight MouthFrownLeft MouthFrownRight MouthDimpleLeft "
            + "MouthDimpleRight MouthStretchLeft MouthStretchRight MouthRollLower MouthRollUpper MouthShrugLower "
            + "MouthShrugUpper MouthPressLeft MouthPressRight MouthLowerDownLeft MouthLowerDownRight "
            + "MouthUpperUpLeft MouthUpperUpRight BrowDownLeft BrowDownRight BrowInnerUp BrowOuterUpLeft "
            + "BrowOuterUpRight CheekPuff CheekSquintLeft CheekSquintRight NoseSneerLeft NoseSneerRight TongueOut "
            + "HeadYaw HeadPitch HeadRoll LeftEyeYaw LeftEyePitch LeftEyeRoll RightEyeYaw RightEyePitch "
            + "RightEyeRoll").Split(' ');

        /// <summary>Whether the value at <paramref name="place"/> turns the eyes by a shape (EyeLook...).</summary>
        public static bool IsEyeLook(int place)
        {
            return place < Shapes && All[place].StartsWith("EyeLook", StringComparison.Ordinal);
        }
    }
}
