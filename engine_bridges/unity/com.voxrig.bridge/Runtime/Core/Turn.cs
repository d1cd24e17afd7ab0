using System;

namespace Voxrig.Core
{
    /// <summary>A turn as a quaternion, in double precision.</summary>
    public struct Turn
    {
        /// <summary>No turn.</summary>
        public static readonly Turn None = new Turn(0.0, 0.0, 0.0, 1.0);

        /// <summary>The part along X.</summary>
        public readonly double X;

        /// <summary>The part along Y.</summary>
        public readonly double Y;

        /// <summary>The part along Z.</summary>
        public readonly double Z;

        /// <summary>The real part.</summary>
        public readonly double W;

        /// <summary>A turn of four parts.</summary>
        public Turn(double x, double y, double z, double w)
        {
            X = x;
            Y = y;
            Z = z;
            W = w;
        }

        /// <summary>The turn back.</summary>
        public Turn Inverse { get { return new Turn(-X, -Y, -Z, W); } }

        /// <summary>The same of length 1; no turn where it has no length.</summary>
        public Turn Unit
        {
            get
            {
                var length = Math.Sqrt(X * X + Y * Y + Z * Z + W * W);
                return length > 0.0 ? new Turn(X / length, Y / length, Z / length, W / length) : None;
            }
        }

        /// <summary>First <paramref name="b"/>, then <paramref name="a"/>.</summary>
        public static Turn operator *(Turn a, Turn b)
        {
            return new Turn(
                a.W * b.X + a.X * b.W + a.Y * b.Z - a.Z * b.Y,
                a.W * b.Y - a.X * b.Z + a.Y * b.W + a.Z * b.X,
                a.W * b.Z + a.X * b.Y - a.Y * b.X + a.Z * b.W,
                a.W * b.W - a.X * b.X - a.Y * b.Y - a.Z * b.Z);
        }

        /// <summary>A point carried along.</summary>
        public static Point operator *(Turn turn, Point point)
        {
            var there = turn * new Turn(point.X, point.Y, point.Z, 0.0) * turn.Inverse;
            return new Point(there.X, there.Y, there.Z);
        }

        /// <summary>
        /// The shortest turn from a direction to another; about <paramref name="axis"/> where they are opposite; none
        /// where one of them has no length.
        /// </summary>
        public static Turn Arc(Point from, Point to, Point axis)
        {
            var lengths = Math.Sqrt(from.Dot(from) * to.Dot(to));
            if (!(lengths > 1e-12))
                return None;
            var w = lengths + from.Dot(to);
            if (w < 1e-9 * lengths)
                return new Turn(axis.X, axis.Y, axis.Z, 0.0).Unit;
            return new Turn(from.Y * to.Z - from.Z * to.Y, from.Z * to.X - from.X * to.Z,
                from.X * to.Y - from.Y * to.X, w).Unit;
        }
    }
}
