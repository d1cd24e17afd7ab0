using System;

namespace Voxrig.Core
{
    /// <summary>From Voxrig's axes to Unity's.</summary>
    /// <remarks>
    /// Voxrig: right-handed, X to the character's left, Y up, Z out of the face. Unity: left-handed, X to the
    /// character's right, Y up, Z out of the face. One is the mirror image of the other across X = 0.
    /// </remarks>
    public static class FaceAxes
    {
        /// <summary>Voxrig's angles in radians as a quaternion in Unity's axes.</summary>
        /// <remarks>
        /// Yaw about Y, positive to the character's left; pitch about X, positive down; roll about Z, positive to the
        /// character's right shoulder; roll is applied first, then pitch, then yaw.
        /// </remarks>
        public static void FromAngles(double yaw, double pitch, double roll, out float x, out float y, out float z,
            out float w)
        {
            double cy = Math.Cos(yaw / 2), cp = Math.Cos(pitch / 2), cr = Math.Cos(roll / 2);
            double sy = Math.Sin(yaw / 2), sp = Math.Sin(pitch / 2), sr = Math.Sin(roll / 2);
            FromQuaternion(
                cy * sp * cr + sy * cp * sr,
                sy * cp * cr - cy * sp * sr,
                cy * cp * sr - sy * sp * cr,
                cy * cp * cr + sy * sp * sr,
                out x, out y, out z, out w);
        }

        /// <summary>A quaternion of Voxrig (a bone of the rig "metahuman") in Unity's axes.</summary>
        public static void FromQuaternion(
            double fromX, double fromY, double fromZ, double fromW, out float x, out float y, out float z, out float w)
        {
            x = (float)fromX;
            y = (float)-fromY; // turns about Y and Z change their sense in the mirror, those about X do not
            z = (float)-fromZ;
            w = (float)fromW;
        }

        /// <summary>A point in metres; the same formula leads from Unity's axes to Voxrig's and back.</summary>
        public static void MirrorPoint(float fromX, float fromY, float fromZ, out float x, out float y, out float z)
        {
            x = -fromX;
            y = fromY;
            z = fromZ;
        }
    }
}
