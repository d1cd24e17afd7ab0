// How far behind its sending speech should be heard, so that the frames are there in time. The longest journey of late
// decides: from handing over a sample to having the frame that shows it. As engine_bridges/playout_delay.py.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace voxrig {

// The longest journey of the last eight seconds, plus a margin in seconds.
class PlayoutDelay {
public:
    explicit PlayoutDelay(double margin = 0.02) : margin_(margin) { longest_.fill(none); }

    // A frame came at `now`; the sample on which it falls was sent, or recorded, at `sent`. Both in seconds of the
    // caller's own clock, which never goes back.
    void arrived(double now, double sent) {
        const double bounded = (std::max)(-furthest, (std::min)(now, furthest));  // what no clock says must not overflow
        const auto second = static_cast<std::int64_t>(std::floor(bounded));
        const std::int64_t fresh = (std::min)(second - second_, static_cast<std::int64_t>(buckets));
        for (std::int64_t step = 1; step <= fresh; ++step) longest_[place(second_ + step)] = none;
        second_ = (std::max)(second, second_);
        double& longest = longest_[place(second_)];
        longest = (std::max)(longest, now - sent);
    }

    // Begin to play a sample so long after it was sent; the margin alone before the first frame.
    double seconds() const {
        return (std::max)(0.0, *std::max_element(longest_.begin(), longest_.end())) + margin_;
    }

private:
    static constexpr std::size_t buckets = 8;  // one a second
    static constexpr double furthest = 1e15;
    static constexpr double none = -std::numeric_limits<double>::infinity();

    static std::size_t place(std::int64_t second) {  // also of a clock that began below 0
        constexpr auto wide = static_cast<std::int64_t>(buckets);
        return static_cast<std::size_t>((second % wide + wide) % wide);
    }

    double margin_;
    std::array<double, buckets> longest_{};
    std::int64_t second_ = 0;
};

}  // namespace voxrig
