// When to try again after a loss, and until when.
#pragma once

#include <algorithm>
#include <cstdint>

namespace voxrig {

// Waits of 0.05 s, doubling up to 2 s, each shortened by up to half at random, so that the clients of a server that has
// come back do not all call at once. It has no clock: `now` is the caller's, in seconds.
class Reconnection {
public:
    explicit Reconnection(std::uint64_t seed) : state_(seed | 1) {}

    // There is a connection again.
    void reset() { is_lost_ = false; }

    bool is_lost() const { return is_lost_; }

    // It is lost at `now`, or still is, and `window` seconds are given: false where they are over.
    bool lose(double now, double window) {
        if (!is_lost_) {
            until_ = now + window;
            next_ = first_wait;
        }
        is_lost_ = true;
        return now < until_;
    }

    // Seconds to wait before the next try.
    double wait(double now) {
        state_ ^= state_ << 13;
        state_ ^= state_ >> 7;
        state_ ^= state_ << 17;
        const double chance = static_cast<double>(state_ >> 11) / 9007199254740992.0;
        const double wait = next_ * (1.0 - 0.5 * chance);
        next_ = (std::min)(longest_wait, 2.0 * next_);
        return (std::max)(0.0, (std::min)(wait, until_ - now));
    }

private:
    static constexpr double first_wait = 0.05;
    static constexpr double longest_wait = 2.0;

    std::uint64_t state_;  // xorshift
    double until_ = 0.0;
    double next_ = first_wait;
    bool is_lost_ = false;
};

}  // namespace voxrig
