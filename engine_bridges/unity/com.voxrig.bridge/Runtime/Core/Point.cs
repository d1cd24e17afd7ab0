namespace Voxrig.Core
{
    /// <summary>A point or a way, in double precision.</summary>
    public struct Point
    {
        /// <summary>Along X.</summary>
        public readonly double X;

        /// <summary>Along Y.</summary>
        public readonly double Y;

        /// <summary>Along Z.</summary>
        public readonly double Z;

        /// <summary>A point of three parts.</summary>
        public Point(double x, double y, double z)
        {
            X = x;
            Y = y;
            Z = z;
        }

        /// <summary>The way from <paramref name="b"/> to <paramref name="a"/>.</summary>
        public static Point operator -(Point a, Point b)
        {
            return new Point(a.X - b.X, a.Y - b.Y, a.Z - b.Z);
        }

        /// <summary>The scalar product.</summary>
        public double Dot(Point other)
        {
            return X * other.X + Y * other.Y + Z * other.Z;
        }
    }
}
