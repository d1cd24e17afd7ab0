// Show frames against the caller's own audio clock: interpolated between the two frames around now, held where the next
// has not come, eased to rest where none comes for long, dropped where they come too late. It has no clock and no
// thread, and allocates in `reset` alone. As engine_bridges/playout.py, decision for decision.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

namespace voxrig {

// What happened to frames and to calls of `sample`, since `reset`.
struct PlayoutCounts {
    std::uint64_t pushed = 0;        // frames that came in
    std::uint64_t exact = 0;         // calls answered with one frame as it came
    std::uint64_t interpolated = 0;  // calls answered from two frames
    std::uint64_t held = 0;          // calls after the newest frame, within `hold` of it: the newest again
    std::uint64_t rested = 0;        // calls later than that, easing to rest or at rest
    std::uint64_t waited = 0;        // calls before the oldest frame, or before any: rest or the oldest frame
    std::uint64_t late = 0;          // frames dropped because a newer one was already due when they came
    std::uint64_t skipped = 0;       // frames in time that no call fell upon: the caller draws more slowly
    std::uint64_t superseded = 0;    // frames discarded by `interrupt`
    std::uint64_t overflowed = 0;    // oldest frames dropped because the buffer was full
};

// Frames in, values at any media sample out. For one thread.
class PlayoutBuffer {
public:
    // For `controls` and `bones` of a session of `sample_rate` Hz; `capacity` is in frames, and more than come ahead
    // of what is being shown (2048 hold 34 s at 60 frames a second). Starved for longer than `hold` seconds, the face
    // eases to rest (controls 0, bones unturned) over `ease` seconds, and back over as long when frames come again.
    // Bones behind the first `eased` stay as they are meanwhile: a body's, of which unturned would be a T-pose.
    // False, and nothing is changed, where `capacity` is below 2: one frame cannot interpolate.
    bool reset(std::size_t controls, std::size_t bones, std::uint32_t sample_rate, std::size_t capacity = 2048,
               double hold = 0.1, double ease = 0.2, std::size_t eased = static_cast<std::size_t>(-1)) {
        if (capacity < 2) return false;
        controls_ = controls;
        stride_ = controls + 4 * bones;
        staying_ = controls + 4 * (std::min)(eased, bones);
        capacity_ = capacity;
        hold_ = hold * static_cast<double>(sample_rate);
        ease_ = (std::max)(1.0, ease * static_cast<double>(sample_rate));
        rest_.assign(stride_, 0.0F);
        for (std::size_t w = controls + 3; w < stride_; w += 4) rest_[w] = 1.0F;
        out_ = rest_;
        values_.assign(capacity * stride_, 0.0F);
        slots_.assign(capacity, Slot{});
        counts_ = PlayoutCounts{};
        first_ = count_ = 0;
        started_ = false;
        now_ = restedness_ = 0.0;
        return true;
    }

    const PlayoutCounts& counts() const { return counts_; }
    std::size_t stride() const { return stride_; }

    // Frames held, the one being shown included.
    std::size_t size() const { return count_; }

    // Media sample of the newest frame held; -1 where there is none.
    std::int64_t newest_sample() const { return count_ == 0 ? -1 : slot(count_ - 1).sample; }

    // Takes one frame, float [stride], in the order of the indices, as a session sends them; the values are copied.
    // False, and the frame is not taken, where it does not follow the one before it: call `interrupt` first.
    bool push(std::uint64_t frame_index, std::uint64_t media_sample, const float* values) {
        const auto index = static_cast<std::int64_t>(frame_index);
        const auto sample = static_cast<std::int64_t>(media_sample);
        if ((std::max)(frame_index, media_sample) > furthest) return false;  // of a broken server
        if (capacity_ == 0 || (count_ > 0 && index <= slot(count_ - 1).index)) return false;
        ++counts_.pushed;
        if (count_ == capacity_) {
            drop_oldest();
            ++counts_.overflowed;
        }
        const bool due = started_ && static_cast<double>(sample) <= now_;
        // What is older than a frame already due is never shown again; what `interrupt` left may share its sample.
        while (count_ > 0 && (due || slot(count_ - 1).sample >= sample)) retire_oldest(counts_.late);
        const std::size_t place = at(count_);
        if (stride_ > 0) std::memcpy(row(place), values, stride_ * sizeof(float));
        std::copy(values + staying_, values + stride_, rest_.begin() + static_cast<std::ptrdiff_t>(staying_));
        slots_[place] = Slot{sample, index, false};
        ++count_;
        return true;
    }

    // Discards the frames from `frame_index` on: an INTERRUPTED event says which; their successors come next.
    void interrupt(std::uint64_t frame_index) {
        const auto index = static_cast<std::int64_t>((std::min)(frame_index, furthest));
        while (count_ > 0 && slot(count_ - 1).index >= index) {
            if (count_ == 1 && slots_[first_].seen) {
                slots_[first_].index = index - 1;  // on the screen already: stays until a successor is due
                return;
            }
            --count_;
            ++counts_.superseded;
        }
    }

    // The values, float [stride], at `media_sample` of the caller's audio clock, which is noted as now; they stay until
    // the next call. The clock may stand still or jump ahead; where it goes back, frames already dropped do not
    // return: the oldest kept is shown.
    const float* sample(double media_sample) {
        const double elapsed = started_ ? (std::max)(0.0, media_sample - now_) : 0.0;
        started_ = true;
        now_ = media_sample;
        while (count_ > 1 && static_cast<double>(slot(1).sample) <= media_sample) retire_oldest(counts_.skipped);
        if (count_ == 0) {
            ++counts_.waited;
            copy(rest_.data());
            return out_.data();
        }
        show(media_sample);
        const bool starved = count_ == 1 && media_sample > static_cast<double>(slots_[first_].sample) + hold_;
        const double step = elapsed / ease_;
        restedness_ = starved ? (std::min)(1.0, restedness_ + step) : (std::max)(0.0, restedness_ - step);
        if (restedness_ > 0.0) {
            mix(out_.data(), rest_.data(), restedness_ * restedness_ * (3.0 - 2.0 * restedness_));
        }
        return out_.data();
    }

private:
    static constexpr std::uint64_t furthest = std::uint64_t{1} << 62;

    struct Slot {
        std::int64_t sample = 0;
        std::int64_t index = 0;
        bool seen = true;
    };

    void show(double media_sample) {
        Slot& oldest = slots_[first_];
        const double ahead = media_sample - static_cast<double>(oldest.sample);
        oldest.seen = true;
        if (ahead < 0.0) {
            ++counts_.waited;
        } else if (ahead == 0.0) {
            ++counts_.exact;
        } else if (count_ == 1) {
            ++(ahead > hold_ ? counts_.rested : counts_.held);
        } else {
            ++counts_.interpolated;
            Slot& second = slots_[at(1)];
            second.seen = true;
            mix(row(first_), row(at(1)), ahead / static_cast<double>(second.sample - oldest.sample));
            return;
        }
        copy(row(first_));
    }

    // Blends `a`, which may be `out_`, to `b` into `out_`: controls linearly, bones by the shorter arc at unit length.
    void mix(const float* a, const float* b, double weight) {
        const auto keep = static_cast<float>(1.0 - weight);
        const auto take = static_cast<float>(weight);
        float* out = out_.data();
        for (std::size_t k = 0; k < controls_; ++k) out[k] = a[k] * keep + take * b[k];
        for (std::size_t k = controls_; k < stride_; k += 4) {
            float dot = 0.0F;
            for (std::size_t c = k; c < k + 4; ++c) dot += a[c] * b[c];
            const float turn = dot < 0.0F ? -take : take;
            float square = 0.0F;
            for (std::size_t c = k; c < k + 4; ++c) {
                out[c] = keep * a[c] + turn * b[c];
                square += out[c] * out[c];
            }
            const float length = std::sqrt(square);
            for (std::size_t c = k; c < k + 4; ++c) out[c] = length > 0.0F ? out[c] / length : b[c];
        }
    }

    void copy(const float* values) {
        if (stride_ > 0) std::memcpy(out_.data(), values, stride_ * sizeof(float));
    }

    std::size_t at(std::size_t offset) const { return (first_ + offset) % capacity_; }
    const Slot& slot(std::size_t offset) const { return slots_[at(offset)]; }
    float* row(std::size_t place) { return values_.data() + place * stride_; }

    void retire_oldest(std::uint64_t& count) {
        if (!slots_[first_].seen) ++count;
        drop_oldest();
    }

    void drop_oldest() {
        first_ = (first_ + 1) % capacity_;
        --count_;
    }

    PlayoutCounts counts_;
    std::size_t controls_ = 0;
    std::size_t stride_ = 0;
    std::size_t staying_ = 0;  // place of the first value that does not ease to rest
    std::size_t capacity_ = 0;
    double hold_ = 0.0;  // media samples
    double ease_ = 1.0;  // media samples
    std::vector<float> rest_;
    std::vector<float> out_;
    std::vector<float> values_;
    std::vector<Slot> slots_;
    std::size_t first_ = 0;  // place of the oldest frame kept
    std::size_t count_ = 0;
    bool started_ = false;
    double now_ = 0.0;
    double restedness_ = 0.0;  // 0: the frames, 1: rest; moves at most 1 / ease a sample, so that nothing pops
};

}  // namespace voxrig
