// The cues of voxrig.v1 from what an engine gives: numbers are brought into their ranges, points into Voxrig's axes.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <string_view>

#include "voxrig/messages.h"
#include "voxrig/unreal_axes.h"

namespace voxrig {
namespace plugin {

// A cue's numbers; the names must outlive it.
struct Cue {
    std::string_view name;
    std::array<NamedValue, 12> values{};
    std::size_t count = 0;

    void add(std::string_view key, double value) {
        if (count < values.size()) values[count++] = {key, static_cast<float>(value)};
    }
};

// `value` within `low` and `high`; what is no number is `low`.
inline double within(double value, double low, double high) {
    if (!(value > low)) return low;
    return (std::min)(value, high);
}

// `name` as in emotions.json, with `brows.`, `eyes.` or `mouth.` before it for a region; seconds. `hold` 0: until the next.
inline Cue emotion_cue(std::string_view name, double strength, double transition, double hold) {
    Cue cue{"emotion"};
    const bool is_point = name == "valence" || name == "arousal" || name == "dominance";
    cue.add(name, within(strength, is_point ? -1.0 : 0.0, 1.0));
    cue.add("transition", within(transition, 0.0, 60.0));
    if (hold > 0.0) cue.add("hold", within(hold, 0.0, 3600.0));
    return cue;
}

// A point of Unreal's world, centimetres. `head` below 0: as much of the way as it likes.
inline Cue gaze_cue(const unreal::Vector& point, double head, double hold) {
    const unreal::Vector metres = unreal::point_from_actor(point);
    Cue cue{"gaze"};
    cue.add("x", metres.x);
    cue.add("y", metres.y);
    cue.add("z", metres.z);
    cue.add("world", 1.0);
    if (head >= 0.0) cue.add("head", within(head, 0.0, 1.0));
    if (hold > 0.0) cue.add("hold", within(hold, 0.0, 3600.0));
    return cue;
}

inline Cue release_gaze_cue() {
    Cue cue{"gaze"};
    cue.add("release", 1.0);
    return cue;
}

// An angle in degrees as one from -180 to 180.
inline double turned(double degrees) { return std::remainder(degrees, 360.0); }

// Where the point between the eyes is in Unreal's world, centimetres, and which way the face looks: a rotator whose
// forward axis comes out of the face.
inline Cue place_cue(const unreal::Vector& eyes, const unreal::Rotator& face) {
    const unreal::Vector metres = unreal::point_from_actor(eyes);
    Cue cue{"place"};
    cue.add("x", metres.x);
    cue.add("y", metres.y);
    cue.add("z", metres.z);
    cue.add("yaw", within(-turned(face.yaw), -180.0, 180.0));
    cue.add("pitch", within(-turned(face.pitch), -90.0, 90.0));
    return cue;
}

// `seconds` 0: as long as it happens to be.
inline Cue blink_cue(double strength, double seconds) {
    Cue cue{"blink"};
    cue.add("force", 1.0);
    cue.add("strength", within(strength, 0.0, 1.0));
    if (seconds > 0.0) cue.add("seconds", within(seconds, 0.0, 10.0));
    return cue;
}

// ---- the body ----

enum class Hand { any, left, right, both };

inline void add_hand(Cue& cue, Hand hand) {
    if (hand == Hand::any) return;
    cue.add("left", hand == Hand::right ? 0.0 : 1.0);
    cue.add("right", hand == Hand::left ? 0.0 : 1.0);
}

// `name` of the vocabulary. `hold` in seconds, below 0: as the gesture has it; `rate` times its usual speed.
inline Cue gesture_cue(std::string_view name, double size, Hand hand, double hold, double rate) {
    Cue cue{"gesture"};
    cue.add(name, within(size, 0.0, 1.0));
    add_hand(cue, hand);
    if (hold >= 0.0) cue.add("hold", within(hold, 0.0, 60.0));
    if (rate != 1.0) cue.add("rate", within(rate, 0.5, 2.0));
    return cue;
}

// A point of Unreal's world, centimetres; `looks`: the eyes go there too.
inline Cue point_cue(const unreal::Vector& point, Hand hand, double hold, bool looks) {
    const unreal::Vector metres = unreal::point_from_actor(point);
    Cue cue{"point"};
    cue.add("x", metres.x);
    cue.add("y", metres.y);
    cue.add("z", metres.z);
    cue.add("world", 1.0);
    add_hand(cue, hand);
    cue.add("hold", within(hold, 0.0, 60.0));
    cue.add("look", looks ? 1.0 : 0.0);
    return cue;
}

// Hands that something else has.
inline Cue busy_hands_cue(bool left, bool right) {
    Cue cue{"hands"};
    cue.add("left", left ? 1.0 : 0.0);
    cue.add("right", right ? 1.0 : 0.0);
    return cue;
}

// The hands stay where they are for so many seconds.
inline Cue hold_hands_cue(double seconds) {
    Cue cue{"hands"};
    cue.add("hold", within(seconds, 0.0, 60.0));
    return cue;
}

}  // namespace plugin
}  // namespace voxrig
