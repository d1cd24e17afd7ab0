// Names of the body's bones as the protocol has them, which are those of Unreal's skeletons: what hangs from what, and
// which part of the body it belongs to. No header of an engine is needed.
#pragma once

#include <string>
#include <string_view>

namespace voxrig {

// What a session's option `body` may be made of, and what a host may leave to animations of its own. `none`: head and
// eyes, and names of later versions.
enum class BodyPart { none, torso, arms, fingers, legs };

namespace body_bones {

constexpr std::string_view torso[] = {"pelvis",   "spine_01", "spine_02", "spine_03", "spine_04",
                                      "spine_05", "neck_01",  "neck_02",  "head"};
constexpr std::string_view arm[] = {"spine_05", "clavicle", "upperarm", "lowerarm", "hand"};
constexpr std::string_view leg[] = {"pelvis", "thigh", "calf", "foot"};
constexpr std::string_view fingers[] = {"thumb", "index", "middle", "ring", "pinky"};

// "hand" of "hand_l"; empty where a name has no side.
inline std::string_view base_of(std::string_view name) {
    const bool has_side = name.size() > 2 && name[name.size() - 2] == '_' && (name.back() == 'l' || name.back() == 'r');
    return has_side ? name.substr(0, name.size() - 2) : std::string_view{};
}

// 1, 2, 3 for "index_01" to "index_03"; 0 for what is no finger's.
inline int joint_of(std::string_view base) {
    for (const std::string_view finger : fingers) {
        if (base.size() == finger.size() + 3 && base.substr(0, finger.size() + 2) == std::string(finger) + "_0") {
            const int joint = base.back() - '0';
            return joint >= 1 && joint <= 3 ? joint : 0;
        }
    }
    return 0;
}

template <std::size_t count>
std::string_view before(const std::string_view (&chain)[count], std::string_view base) {
    for (std::size_t k = 1; k < count; ++k) {
        if (chain[k] == base) return chain[k - 1];
    }
    return {};
}

}  // namespace body_bones

// The bone that `name` hangs from; empty for the pelvis and for names that are not the body's.
inline std::string body_parent(std::string_view name) {
    const std::string_view spine = body_bones::before(body_bones::torso, name);
    if (!spine.empty()) return std::string(spine);
    const std::string_view base = body_bones::base_of(name);
    if (base.empty()) return {};
    const std::string side(name.substr(name.size() - 2));
    if (base == "clavicle") return "spine_05";
    if (base == "thigh") return "pelvis";
    if (const int joint = body_bones::joint_of(base)) {
        const std::string finger(base.substr(0, base.size() - 1));
        return joint == 1 ? "hand" + side : finger + static_cast<char>('0' + joint - 1) + side;
    }
    std::string_view above = body_bones::before(body_bones::arm, base);
    if (above.empty()) above = body_bones::before(body_bones::leg, base);
    return above.empty() ? std::string() : std::string(above) + side;
}

inline BodyPart body_part(std::string_view name) {
    if (name == "pelvis") return BodyPart::torso;
    if (name != "head" && !body_bones::before(body_bones::torso, name).empty()) return BodyPart::torso;
    const std::string_view base = body_bones::base_of(name);
    if (base.empty()) return BodyPart::none;
    if (body_bones::joint_of(base) > 0) return BodyPart::fingers;
    if (!body_bones::before(body_bones::arm, base).empty()) return BodyPart::arms;
    return body_bones::before(body_bones::leg, base).empty() ? BodyPart::none : BodyPart::legs;
}

// The bone at whose joint a bone of the arm or of a finger ends, by which its direction at rest is known: empty for a
// finger's last, for the thumb, which rests as anybody's does, and for all other bones.
inline std::string body_aim(std::string_view name) {
    const std::string_view base = body_bones::base_of(name);
    if (base.empty()) return {};
    const std::string side(name.substr(name.size() - 2));
    if (base == "upperarm") return "lowerarm" + side;
    if (base == "lowerarm") return "hand" + side;
    if (base == "hand") return "middle_01" + side;
    const int joint = body_bones::joint_of(base);
    if (joint == 0 || joint == 3 || base.substr(0, 5) == "thumb") return {};
    return std::string(base.substr(0, base.size() - 1)) + static_cast<char>('0' + joint + 1) + side;
}

}  // namespace voxrig
