// A character's voice on its way to the loudspeaker: written by the game thread, played by the audio thread. Samples are
// counted from 0; what has been played is the clock that face and sound go by.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <vector>

namespace voxrig {
namespace plugin {

class VoiceRing {
public:
    explicit VoiceRing(std::size_t capacity) : data_((std::max)(capacity, std::size_t{1024})) {}

    // Samples handed to the device so far; never more than were written. For any thread.
    std::int64_t played() const { return played_.load(std::memory_order_acquire); }

    // Times that the device asked for more than there was. For any thread.
    std::uint64_t starved() const { return starved_.load(std::memory_order_relaxed); }

    // ---- the game thread ----

    std::int64_t written() const { return written_.load(std::memory_order_relaxed); }

    // Samples that may be written while everything from `keep` on, and all that is not played, stays.
    std::size_t room(std::int64_t keep) const {
        const std::int64_t oldest = (std::max)(std::int64_t{0}, (std::min)(keep, played()));
        const std::int64_t left = static_cast<std::int64_t>(data_.size()) - (written() - oldest);
        return static_cast<std::size_t>((std::max)(std::int64_t{0}, left));
    }

    // At most `room` samples.
    void write(const float* samples, std::size_t count) {
        const std::int64_t from = written();
        for (std::size_t k = 0; k < count; ++k) data_[place(from + static_cast<std::int64_t>(k))] = samples[k];
        written_.store(from + static_cast<std::int64_t>(count), std::memory_order_release);
    }

    void write_silence(std::size_t count) {
        const std::int64_t from = written();
        for (std::size_t k = 0; k < count; ++k) data_[place(from + static_cast<std::int64_t>(k))] = 0.0F;
        written_.store(from + static_cast<std::int64_t>(count), std::memory_order_release);
    }

    // Copies what was written from `from` on.
    void read_at(std::int64_t from, float* samples, std::size_t count) const {
        for (std::size_t k = 0; k < count; ++k) samples[k] = data_[place(from + static_cast<std::int64_t>(k))];
    }

    // Takes back what is not played but the next `fade` samples, which fade out. Returns where it was cut: the first
    // sample of the fade.
    std::int64_t cut(std::size_t fade) {
        const std::lock_guard<std::mutex> lock(cutting_);
        const std::int64_t from = played();
        const auto left = (std::min)(static_cast<std::int64_t>(fade), written() - from);
        for (std::int64_t k = 0; k < left; ++k) {
            data_[place(from + k)] *= 1.0F - static_cast<float>(k + 1) / static_cast<float>(left + 1);
        }
        written_.store(from + left, std::memory_order_release);
        return from;
    }

    // ---- the audio thread ----

    // Fills `out`; where there is too little, silence follows and the clock stands. Never waits: while a cut is being
    // made, all of it is silence. Returns the samples of the voice in it.
    std::size_t play(float* out, std::size_t count) {
        std::size_t given = 0;
        {
            const std::unique_lock<std::mutex> lock(cutting_, std::try_to_lock);
            if (lock.owns_lock()) {
                const std::int64_t from = played_.load(std::memory_order_relaxed);
                const std::int64_t there = written_.load(std::memory_order_acquire) - from;
                given = static_cast<std::size_t>((std::min)(static_cast<std::int64_t>(count), there));
                read_at(from, out, given);
                played_.store(from + static_cast<std::int64_t>(given), std::memory_order_release);
            }
        }
        std::fill(out + given, out + count, 0.0F);
        if (given < count) starved_.fetch_add(1, std::memory_order_relaxed);
        return given;
    }

private:
    std::size_t place(std::int64_t position) const { return static_cast<std::size_t>(position) % data_.size(); }

    std::vector<float> data_;
    std::mutex cutting_;
    std::atomic<std::int64_t> written_{0};
    std::atomic<std::int64_t> played_{0};
    std::atomic<std::uint64_t> starved_{0};
};

}  // namespace plugin
}  // namespace voxrig
