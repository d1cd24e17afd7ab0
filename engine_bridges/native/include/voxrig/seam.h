// Over the seam between two poses that do not follow from one another: eased, so that nothing pops.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "messages.h"

namespace voxrig {

// Frames after `begin` go over from the last pose before it: controls linearly, bones along the shorter arc.
class Seam {
public:
    static constexpr double seconds = 0.2;

    void reset(std::size_t controls, const FrameRate& frame_rate) {
        controls_ = controls;
        const double frames = seconds * frame_rate.numerator / (std::max)(1U, frame_rate.denominator);
        frames_ = static_cast<std::uint32_t>((std::max)(1.0, std::ceil(frames)));
        pose_.clear();
        left_ = 0;
    }

    // What was given out, to go over from.
    void shown(const Frames& frames) {
        if (frames.count() == 0 || left_ > 0) return;
        const float* last = frames.frame(frames.count() - 1);
        pose_.assign(last, last + frames.stride);
    }

    void begin() { left_ = pose_.empty() ? 0 : frames_; }
    bool is_open() const { return left_ > 0; }

    // Eases the frames in their place.
    void over(Frames& frames) {
        if (frames.stride != pose_.size()) return;
        for (std::size_t n = 0; n < frames.count() && left_ > 0; ++n, --left_) {
            const float part = 1.0F - static_cast<float>(left_) / static_cast<float>(frames_ + 1);
            ease(frames.values.data() + n * frames.stride, part * part * (3.0F - 2.0F * part));
        }
    }

private:
    void ease(float* values, float part) const {
        for (std::size_t k = 0; k < controls_; ++k) values[k] = pose_[k] + (values[k] - pose_[k]) * part;
        for (std::size_t k = controls_; k + 4 <= pose_.size(); k += 4) {
            float along = 0.0F;
            for (std::size_t axis = 0; axis < 4; ++axis) along += pose_[k + axis] * values[k + axis];
            const float sign = along < 0.0F ? -1.0F : 1.0F;
            float square = 0.0F;
            for (std::size_t axis = 0; axis < 4; ++axis) {
                float& value = values[k + axis];
                value = pose_[k + axis] * (1.0F - part) + sign * value * part;
                square += value * value;
            }
            const float scale = square > 0.0F ? 1.0F / std::sqrt(square) : 0.0F;
            for (std::size_t axis = 0; axis < 4; ++axis) values[k + axis] *= scale;
        }
    }

    std::size_t controls_ = 0;
    std::uint32_t frames_ = 12;  // of the whole way
    std::uint32_t left_ = 0;
    std::vector<float> pose_;
};

}  // namespace voxrig
