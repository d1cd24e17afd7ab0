// What a character is to say, in order: clips and pieces of a live voice at any rate, and the ends of utterances. Filled
// from any thread; read by the game thread, mono at one rate, resampled no further than it is read.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "resampler.h"

namespace voxrig {
namespace plugin {

class SpeechQueue {
public:
    static constexpr std::uint32_t slowest = 8000;  // Hz
    static constexpr std::uint32_t fastest = 192000;

    explicit SpeechQueue(std::uint32_t rate) : rate_(rate) {}

    // ---- any thread ----

    // `count` samples of each channel, interleaved, full scale 1; channels become their mean. False where rate or
    // channels cannot be.
    bool push(const float* samples, std::size_t count, std::uint32_t channels, std::uint32_t rate) {
        if (rate < slowest || rate > fastest || channels == 0 || channels > 64) return false;
        const std::lock_guard<std::mutex> lock(mutex_);
        if (items_.empty() || items_.back().ends || items_.back().rate != rate) items_.push_back({rate, false, {}, 0});
        std::vector<float>& into = items_.back().samples;
        for (std::size_t k = 0; k < count; ++k) {
            float sum = 0.0F;
            for (std::uint32_t c = 0; c < channels; ++c) sum += samples[k * channels + c];
            into.push_back(sum / static_cast<float>(channels));
        }
        return true;
    }

    // The utterance ends after what was pushed.
    void end() {
        const std::lock_guard<std::mutex> lock(mutex_);
        if (items_.empty()) items_.push_back({rate_, false, {}, 0});
        items_.back().ends = true;
    }

    void clear() {
        const std::lock_guard<std::mutex> lock(mutex_);
        items_.clear();
        ready_.clear();
        given_ = 0;
        resampler_.reset();
    }

    // ---- the game thread ----

    // Whether there is anything to read, an end included.
    bool waits() const {
        const std::lock_guard<std::mutex> lock(mutex_);
        return given_ < ready_.size() || (!items_.empty() && (items_.front().ends || has_fresh(items_.front())));
    }

    // Up to `count` samples; `ended` where an utterance ends right after them.
    std::size_t read(float* out, std::size_t count, bool& ended) {
        const std::lock_guard<std::mutex> lock(mutex_);
        ended = false;
        std::size_t done = 0;
        while (true) {
            done += take(out + done, count - done);
            if (done == count && given_ < ready_.size()) return done;
            if (items_.empty()) return done;
            Item& item = items_.front();
            if (has_fresh(item)) {
                if (done == count) return done;
                convert(item, count - done);
            } else if (resampler_ != nullptr && (item.ends || items_.size() > 1)) {
                resampler_->finish(ready_);  // nothing follows at this rate
                resampler_.reset();
            } else if (item.ends || items_.size() > 1) {
                ended = item.ends;
                items_.pop_front();
                if (ended) return done;
            } else {
                return done;
            }
        }
    }

private:
    struct Item {
        std::uint32_t rate;
        bool ends;
        std::vector<float> samples;
        std::size_t at;
    };

    static bool has_fresh(const Item& item) { return item.at < item.samples.size(); }

    std::size_t take(float* out, std::size_t count) {
        const std::size_t part = (std::min)(count, ready_.size() - given_);
        std::copy_n(ready_.begin() + static_cast<std::ptrdiff_t>(given_), part, out);
        given_ += part;
        if (given_ == ready_.size()) {
            ready_.clear();
            given_ = 0;
        }
        return part;
    }

    void convert(Item& item, std::size_t wanted) {
        if (resampler_ == nullptr) resampler_ = std::make_unique<Resampler>(item.rate, rate_);
        const std::size_t needed = static_cast<std::size_t>(wanted * std::uint64_t{item.rate} / rate_) + 64;
        const std::size_t part = (std::min)(needed, item.samples.size() - item.at);
        resampler_->push(item.samples.data() + item.at, part, ready_);
        item.at += part;
        if (item.at == item.samples.size()) {  // a live voice must not grow for ever
            item.samples.clear();
            item.at = 0;
        }
    }

    const std::uint32_t rate_;
    mutable std::mutex mutex_;
    std::deque<Item> items_;
    std::unique_ptr<Resampler> resampler_;
    std::vector<float> ready_;  // at `rate_`
    std::size_t given_ = 0;     // of `ready_`
};

}  // namespace plugin
}  // namespace voxrig
