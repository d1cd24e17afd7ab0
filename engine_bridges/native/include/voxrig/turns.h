// Turns as quaternions, and points: the little that putting a body onto a skeleton takes. In double precision.
#pragma once

#include <cmath>

namespace voxrig {

struct Turn {
    double x = 0.0;
    double y = 0.0;
    double z = 0.0;
    double w = 1.0;
};

struct Point {
    double x = 0.0;
    double y = 0.0;
    double z = 0.0;
};

// First `second`, then `first`.
inline Turn operator*(const Turn& first, const Turn& second) {
    return {first.w * second.x + first.x * second.w + first.y * second.z - first.z * second.y,
            first.w * second.y - first.x * second.z + first.y * second.w + first.z * second.x,
            first.w * second.z + first.x * second.y - first.y * second.x + first.z * second.w,
            first.w * second.w - first.x * second.x - first.y * second.y - first.z * second.z};
}

inline Turn inverse(const Turn& turn) { return {-turn.x, -turn.y, -turn.z, turn.w}; }

// Of length 1; no turn where it has none.
inline Turn unit(const Turn& turn) {
    const double length = std::sqrt(turn.x * turn.x + turn.y * turn.y + turn.z * turn.z + turn.w * turn.w);
    if (!(length > 0.0)) return {};
    return {turn.x / length, turn.y / length, turn.z / length, turn.w / length};
}

inline Point operator-(const Point& a, const Point& b) { return {a.x - b.x, a.y - b.y, a.z - b.z}; }

inline double dot(const Point& a, const Point& b) { return a.x * b.x + a.y * b.y + a.z * b.z; }

inline Point turned(const Turn& turn, const Point& point) {
    const Turn out = turn * Turn{point.x, point.y, point.z, 0.0} * inverse(turn);
    return {out.x, out.y, out.z};
}

// The shortest turn that brings the direction `from` to `to`; about `axis` where they are opposite; none where one of
// them has no length.
inline Turn arc(const Point& from, const Point& to, const Point& axis) {
    const double lengths = std::sqrt(dot(from, from) * dot(to, to));
    if (!(lengths > 1e-12)) return {};
    const double w = lengths + dot(from, to);
    if (w < 1e-9 * lengths) return unit({axis.x, axis.y, axis.z, 0.0});
    return unit({from.y * to.z - from.z * to.y, from.z * to.x - from.x * to.z, from.x * to.y - from.y * to.x, w});
}

}  // namespace voxrig
