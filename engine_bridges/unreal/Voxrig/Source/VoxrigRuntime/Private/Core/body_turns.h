// The bones of a body in a session's frames, without head and eyes, which are the face's.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "voxrig/body_bones.h"
#include "voxrig/messages.h"

namespace voxrig {
namespace plugin {

class BodyTurns {
public:
    void reset(const Opened& opened) {
        names_.clear();
        places_.clear();
        for (std::size_t k = 0; k < opened.bones.size(); ++k) {
            if (body_part(opened.bones[k]) == BodyPart::none) continue;
            names_.push_back(opened.bones[k]);
            places_.push_back(opened.controls.size() + 4 * k);
        }
        values_.assign(4 * names_.size(), 0.0F);
        has_frames_ = false;
    }

    // `frame` is float [stride] of the session that `reset` was told of. Allocates nothing.
    void update(const float* frame) {
        for (std::size_t k = 0; k < places_.size(); ++k) {
            for (std::size_t c = 0; c < 4; ++c) values_[4 * k + c] = frame[places_[k] + c];
        }
        has_frames_ = true;
    }

    // Before the first frame there is no pose: unturned bones would be a T-pose.
    bool has_frames() const { return has_frames_ && !names_.empty(); }
    const std::vector<std::string>& names() const { return names_; }  // parents first

    // float [4 * names], x, y, z, w each in Voxrig's axes, as `BodyFit` takes them.
    const std::vector<float>& values() const { return values_; }

    // How many of a session's bones are before the body's: those that ease to rest.
    static std::size_t first_of(const std::vector<std::string>& bones) {
        std::size_t first = 0;
        while (first < bones.size() && body_part(bones[first]) == BodyPart::none) ++first;
        return first;
    }

private:
    std::vector<std::string> names_;
    std::vector<std::size_t> places_;
    std::vector<float> values_;
    bool has_frames_ = false;
};

}  // namespace plugin
}  // namespace voxrig
