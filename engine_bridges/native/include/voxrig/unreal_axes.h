// Turns and points of the protocol in Unreal's axes, and back. No header of the engine is needed.
//
// Voxrig:       right-handed, X to the character's left, Y up, Z out of the face; metres, radians.
// Unreal actor: left-handed, X forward, Y to the right, Z up; centimetres, degrees.
// Unreal mesh:  as a MetaHuman's component space: the face looks along +Y, X is the character's left, Z up.
#pragma once

#include <algorithm>
#include <cmath>

#include "turns.h"

namespace voxrig {
namespace unreal {

struct Quaternion {  // as FQuat(x, y, z, w)
    double x = 0.0;
    double y = 0.0;
    double z = 0.0;
    double w = 1.0;
};

struct Rotator {  // as FRotator(pitch, yaw, roll), degrees
    double pitch = 0.0;
    double yaw = 0.0;
    double roll = 0.0;
};

struct Vector {
    double x = 0.0;
    double y = 0.0;
    double z = 0.0;
};

constexpr double degrees_in_a_radian = 57.295779513082320877;

// A bone of a frame, x, y, z, w, as a turn in the actor's space.
inline Quaternion actor_turn(const float* bone) {
    return {-static_cast<double>(bone[2]), static_cast<double>(bone[0]), -static_cast<double>(bone[1]),
            static_cast<double>(bone[3])};
}

// A bone of a frame, x, y, z, w, as a turn in the component space of a mesh that looks along +Y. The bone's new
// rotation there is `mesh_turn * rest` (the eyes: in the head's space, so turned on with the head).
inline Quaternion mesh_turn(const float* bone) {
    return {-static_cast<double>(bone[0]), -static_cast<double>(bone[2]), -static_cast<double>(bone[1]),
            static_cast<double>(bone[3])};
}

// A rotation in Voxrig's axes as one in the component space of a mesh, and the other way. Mirrored are both the space
// and a bone's own axes, so whole chains of rotations may be worked out on either side.
inline Quaternion mesh_rotation(const Turn& turn) { return {-turn.x, -turn.z, -turn.y, turn.w}; }
inline Turn from_mesh(const Quaternion& turn) { return {-turn.x, -turn.z, -turn.y, turn.w}; }

// The angles of the arkit rig, yaw, pitch, roll in radians, as an FRotator in the actor's space.
inline Rotator rotator(const float* yaw_pitch_roll) {
    return {-static_cast<double>(yaw_pitch_roll[1]) * degrees_in_a_radian,
            -static_cast<double>(yaw_pitch_roll[0]) * degrees_in_a_radian,
            static_cast<double>(yaw_pitch_roll[2]) * degrees_in_a_radian};
}

// A bone of a frame, x, y, z, w of any length, as an FRotator in the actor's space.
inline Rotator bone_rotator(const float* bone) {
    const auto x = static_cast<double>(bone[0]);
    const auto y = static_cast<double>(bone[1]);
    const auto z = static_cast<double>(bone[2]);
    const auto w = static_cast<double>(bone[3]);
    const double square = x * x + y * y + z * z + w * w;
    if (!(square > 0.0)) return {};
    const double yaw = std::atan2(2.0 * (x * z + w * y), square - 2.0 * (x * x + y * y));
    const double pitch = std::asin((std::min)(1.0, (std::max)(-1.0, 2.0 * (w * x - y * z) / square)));
    const double roll = std::atan2(2.0 * (x * y + w * z), square - 2.0 * (x * x + z * z));
    return {-pitch * degrees_in_a_radian, -yaw * degrees_in_a_radian, roll * degrees_in_a_radian};
}

// A point in the actor's space, centimetres, in Voxrig's axes, metres: for the cues `gaze` and `place`.
inline Vector point_from_actor(const Vector& point) {
    return {-point.y / 100.0, point.z / 100.0, point.x / 100.0};
}

// The other way: metres in Voxrig's axes to centimetres in the actor's space.
inline Vector point_to_actor(const Vector& point) {
    return {point.z * 100.0, -point.x * 100.0, point.y * 100.0};
}

// A point in the component space of a mesh, centimetres, in Voxrig's axes, metres.
inline Point point_from_mesh(const Vector& point) { return {point.x / 100.0, point.z / 100.0, point.y / 100.0}; }

}  // namespace unreal
}  // namespace voxrig
