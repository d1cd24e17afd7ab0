// A frame as Unreal wants it: curves by name, and the turns of head and eyes.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "voxrig/messages.h"
#include "voxrig/unreal_axes.h"

namespace voxrig {
namespace plugin {

// The same for both rigs: curves are the rig's controls; to those of `metahuman` the nine angles of head and eyes are
// added, in radians as Live Link has them (yaw to the character's left, pitch down, roll to its right shoulder).
class FacePose {
public:
    enum Bone : std::size_t { head, left_eye, right_eye, bones };

    void reset(const Opened& opened) {
        names_ = opened.controls;
        controls_ = opened.controls.size();
        bone_at_.fill(none);
        for (std::size_t k = 0; k < opened.bones.size(); ++k) {
            for (std::size_t b = 0; b < bones; ++b) {
                if (opened.bones[k] == bone_name(b)) bone_at_[b] = controls_ + 4 * k;
            }
        }
        for (std::size_t b = 0; b < bones; ++b) angle_at_[b] = place_of_angles(b);
        values_.assign(names_.size(), 0.0F);
        turns_.fill(std::array<float, 4>{0.0F, 0.0F, 0.0F, 1.0F});
    }

    // `frame` is float [stride] of the session that `reset` was told of. Allocates nothing.
    void update(const float* frame) {
        for (std::size_t k = 0; k < controls_; ++k) values_[k] = frame[k];
        for (std::size_t b = 0; b < bones; ++b) {
            float* angles = values_.data() + angle_at_[b];
            if (bone_at_[b] != none) {
                for (std::size_t c = 0; c < 4; ++c) turns_[b][c] = frame[bone_at_[b] + c];
                to_angles(turns_[b], angles);
            } else {
                to_turn(angles, turns_[b]);
            }
        }
    }

    const std::vector<std::string>& names() const { return names_; }
    const std::vector<float>& values() const { return values_; }

    // x, y, z, w in Voxrig's axes, relative to rest; the eyes on top of the head.
    const std::array<float, 4>& turn(Bone bone) const { return turns_[bone]; }

    // In an actor's space.
    unreal::Rotator rotator(Bone bone) const { return unreal::bone_rotator(turns_[bone].data()); }

    // In the component space of a mesh that looks along +Y, as a MetaHuman's.
    unreal::Quaternion mesh_turn(Bone bone) const { return unreal::mesh_turn(turns_[bone].data()); }

    static const char* bone_name(std::size_t bone) {
        constexpr std::array<const char*, bones> all{"head", "eye_l", "eye_r"};
        return all[bone];
    }

private:
    static constexpr std::size_t none = static_cast<std::size_t>(-1);

    // Of `HeadYaw` and the like in the values; where the rig has none they are added.
    std::size_t place_of_angles(std::size_t bone) {
        constexpr std::array<const char*, bones> part{"Head", "LeftEye", "RightEye"};
        const std::string yaw = std::string(part[bone]) + "Yaw";
        for (std::size_t k = 0; k + 2 < controls_; ++k) {
            if (names_[k] == yaw) return k;
        }
        names_.push_back(yaw);
        names_.push_back(std::string(part[bone]) + "Pitch");
        names_.push_back(std::string(part[bone]) + "Roll");
        return names_.size() - 3;
    }

    static void to_angles(const std::array<float, 4>& turn, float* angles) {
        const unreal::Rotator degrees = unreal::bone_rotator(turn.data());
        angles[0] = static_cast<float>(-degrees.yaw / unreal::degrees_in_a_radian);
        angles[1] = static_cast<float>(-degrees.pitch / unreal::degrees_in_a_radian);
        angles[2] = static_cast<float>(degrees.roll / unreal::degrees_in_a_radian);
    }

    static void to_turn(const float* angles, std::array<float, 4>& turn) {
        const double yaw = 0.5 * static_cast<double>(angles[0]);
        const double pitch = 0.5 * static_cast<double>(angles[1]);
        const double roll = 0.5 * static_cast<double>(angles[2]);
        const double cy = std::cos(yaw), sy = std::sin(yaw);
        const double cp = std::cos(pitch), sp = std::sin(pitch);
        const double cr = std::cos(roll), sr = std::sin(roll);
        turn[0] = static_cast<float>(cy * sp * cr + sy * cp * sr);
        turn[1] = static_cast<float>(sy * cp * cr - cy * sp * sr);
        turn[2] = static_cast<float>(cy * cp * sr - sy * sp * cr);
        turn[3] = static_cast<float>(cy * cp * cr + sy * sp * sr);
    }

    std::vector<std::string> names_;
    std::vector<float> values_;
    std::size_t controls_ = 0;
    std::array<std::size_t, bones> bone_at_{};   // in a frame
    std::array<std::size_t, bones> angle_at_{};  // in the values
    std::array<std::array<float, 4>, bones> turns_{};
};

}  // namespace plugin
}  // namespace voxrig
