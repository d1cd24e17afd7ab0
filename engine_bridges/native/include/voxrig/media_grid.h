// Frames against media samples, in whole numbers: which sample a frame falls on, and which frames fall on one exactly.
#pragma once

#include <cstdint>
#include <numeric>

#include "messages.h"

namespace voxrig {

// Of a session of `sample_rate` Hz and `frame_rate` frames a second.
class MediaGrid {
public:
    MediaGrid() = default;
    MediaGrid(std::uint32_t sample_rate, const FrameRate& frame_rate) {
        const std::uint64_t samples = std::uint64_t{sample_rate} * frame_rate.denominator;
        const std::uint64_t divisor = std::gcd(samples, std::uint64_t{frame_rate.numerator});
        if (samples == 0 || frame_rate.numerator == 0) return;
        samples_ = samples / divisor;
        frames_ = frame_rate.numerator / divisor;
    }

    // False for rates that make no sense, or whose products would not fit.
    bool is_usable() const { return samples_ > 0 && samples_ < largest && frames_ < largest; }

    // The sample that frame `index` falls on, rounded down.
    std::uint64_t sample_of(std::uint64_t index) const {
        return index / frames_ * samples_ + index % frames_ * samples_ / frames_;
    }

    // The first frame at `sample` or after it.
    std::uint64_t first_frame(std::uint64_t sample) const {
        return sample / samples_ * frames_ + (sample % samples_ * frames_ + samples_ - 1) / samples_;
    }

    // Frames that fall on a sample exactly, the nearest to `sample`.
    Beginning exactly_after(std::uint64_t sample) const { return exact((sample + samples_ - 1) / samples_); }
    Beginning exactly_before(std::uint64_t sample) const { return exact(sample / samples_); }

private:
    static constexpr std::uint64_t largest = std::uint64_t{1} << 31;

    Beginning exact(std::uint64_t times) const { return {times * frames_, times * samples_, 0}; }

    std::uint64_t samples_ = 0;  // in lowest terms: so many samples are `frames_` frames
    std::uint64_t frames_ = 1;
};

}  // namespace voxrig
