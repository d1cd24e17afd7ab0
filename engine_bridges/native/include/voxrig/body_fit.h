// The body's bones of a session on a skeleton of the engine's: of any proportions, its bones with any axes of their
// own, resting in a T-pose or with lower arms (an A-pose). No header of an engine is needed.
//
// A frame's bone is a turn q from the T-pose (arms to the sides, palms down) in the parent's space, in Voxrig's axes:
// right-handed, X to the character's left, Y up, Z out of the face. On a bone that rests with the rotation H in the
// character's space, hanging from one that rests with P there, the local rotation is
//
//     P^-1 * A'^-1 * D * A * H
//
// D is q itself, or the product of q from the next bone above that the skeleton has, where it lacks some between them
// (a spine of three bones). A turns the arm from its rest into the T-pose; A' is that of the bone above. Where the
// skeleton rests in a T-pose, A is no turn and this is P^-1 * q * H, as for head and eyes.
//
// All is in Voxrig's axes; an engine's rotations and points are mirrored or turned into them and back, for Unreal by
// `unreal_axes.h`.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "body_bones.h"
#include "turns.h"

namespace voxrig {

// A bone of a skeleton at rest, in the character's space.
struct RestBone {
    bool is_there = false;
    Turn rotation;  // from the bone's own axes to the character's
    Turn parent;    // the same of the bone that it hangs from, whichever that is
    Point place;    // of its joint; in any unit
};

// Allocates in `reset` alone.
class BodyFit {
public:
    // `bones` as announced, parents first; `rest` says for each what it is on the skeleton.
    void reset(const std::vector<std::string>& bones, const std::vector<RestBone>& rest) {
        names_ = bones;
        fits_.assign(bones.size(), Fit{});
        for (std::size_t k = 0; k < bones.size(); ++k) {
            Fit& fit = fits_[k];
            fit.above = above(bones[k]);
            const Turn base = fit.above == none ? Turn{} : fits_[fit.above].align;
            fit.is_there = rest[k].is_there;
            fit.align = fit.is_there ? aligned(k, rest, base) : base;
            if (!fit.is_there) continue;
            fit.left = inverse(rest[k].parent) * inverse(base);
            fit.right = fit.align * rest[k].rotation;
            fit.local = inverse(rest[k].parent) * rest[k].rotation;
        }
    }

    std::size_t size() const { return fits_.size(); }
    bool is_there(std::size_t bone) const { return fits_[bone].is_there; }

    // `bones` is float [4 * size]: the part of a frame behind the controls and head and eyes.
    void update(const float* bones) {
        for (std::size_t k = 0; k < fits_.size(); ++k) {
            Fit& fit = fits_[k];
            const float* q = bones + 4 * k;
            Turn turn = unit({static_cast<double>(q[0]), static_cast<double>(q[1]), static_cast<double>(q[2]),
                              static_cast<double>(q[3])});
            if (fit.above != none) turn = fits_[fit.above].pending * turn;
            fit.pending = fit.is_there ? Turn{} : turn;
            if (fit.is_there) fit.local = fit.left * turn * fit.right;
        }
    }

    // The rotation of a bone in its parent's space; where `is_there`.
    const Turn& local(std::size_t bone) const { return fits_[bone].local; }

private:
    static constexpr std::size_t none = static_cast<std::size_t>(-1);

    struct Fit {
        std::size_t above = none;  // the next one up that is announced
        bool is_there = false;
        Turn align;    // A; of one that is not there: that of the one above
        Turn left;     // P^-1 * A'^-1
        Turn right;    // A * H
        Turn pending;  // what the skeleton has no bone for; those below take it
        Turn local;
    };

    std::size_t find(std::string_view name) const {
        for (std::size_t k = 0; k < names_.size(); ++k) {
            if (names_[k] == name) return k;
        }
        return none;
    }

    std::size_t above(std::string_view name) const {
        for (std::string parent = body_parent(name); !parent.empty(); parent = body_parent(parent)) {
            const std::size_t found = find(parent);
            if (found != none) return found;
        }
        return none;
    }

    // The direction from a bone to another at rest, turned by `base`; no length where one is not there.
    Point direction(std::size_t from, std::string_view to, const std::vector<RestBone>& rest, const Turn& base) const {
        const std::size_t end = find(to);
        if (end == none || !rest[end].is_there) return {};
        return turned(base, rest[end].place - rest[from].place);
    }

    Turn aligned(std::size_t bone, const std::vector<RestBone>& rest, const Turn& base) const {
        const std::string& name = names_[bone];
        const std::string aim = body_aim(name);
        if (aim.empty()) return base;
        const std::string side = name.substr(name.size() - 2);
        const Point outward{side == "_l" ? 1.0 : -1.0, 0.0, 0.0};
        const Turn swung = arc(direction(bone, aim, rest, base), outward, {0.0, 0.0, 1.0}) * base;
        const std::size_t index = find("index_01" + side);
        if (body_bones::base_of(name) != "hand" || index == none || !rest[index].is_there) return swung;
        Point knuckles = direction(index, "pinky_01" + side, rest, swung);  // from the index finger to the little one
        knuckles.x = 0.0;
        return arc(knuckles, {0.0, 0.0, -1.0}, outward) * swung;
    }

    std::vector<std::string> names_;
    std::vector<Fit> fits_;
};

}  // namespace voxrig
