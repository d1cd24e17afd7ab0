// When samples were sent and frames came: how long a frame takes from the last sample that it needs.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <utility>
#include <vector>

class Arrivals {
public:
    static double now() {
        return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
    }

    // All samples before `end` have been handed over; told by the thread that writes.
    void sent(std::uint64_t end) {
        const std::lock_guard<std::mutex> lock(mutex_);
        sent_.emplace_back(end, now());
    }

    // A frame that needs the samples before `needs` has come; told by the thread that reads. Frames of the end, which
    // need more than there is, have no latency but that of the last sample.
    void came(double needs) {
        const double time = now();
        const std::lock_guard<std::mutex> lock(mutex_);
        if (frames_++ == 0) first_ = time;
        const auto enough = [&](const auto& each) { return static_cast<double>(each.first) >= needs; };
        const auto found = std::find_if(sent_.begin(), sent_.end(), enough);
        if (found != sent_.end()) seconds_.push_back(time - found->second);
    }

    std::size_t frames() const { return frames_; }

    // Milliseconds from the first sample sent to the first frame; 0 without one.
    double first_ms() const { return frames_ == 0 || sent_.empty() ? 0.0 : (first_ - sent_.front().second) * 1e3; }

    // The latency, in milliseconds, that `share` of the frames do not exceed.
    double percentile_ms(double share) {
        if (seconds_.empty()) return 0.0;
        std::sort(seconds_.begin(), seconds_.end());
        const auto last = static_cast<double>(seconds_.size() - 1);
        return seconds_[static_cast<std::size_t>(share * last + 0.5)] * 1e3;
    }

private:
    std::mutex mutex_;
    std::vector<std::pair<std::uint64_t, double>> sent_;  // end of what was sent, and when
    std::vector<double> seconds_;
    std::size_t frames_ = 0;
    double first_ = 0.0;
};
