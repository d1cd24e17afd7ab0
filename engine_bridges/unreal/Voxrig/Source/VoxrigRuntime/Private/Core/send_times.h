// When each stretch of the voice was sent: how long its frames take to come back.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace voxrig {
namespace plugin {

class SendTimes {
public:
    // Everything up to `end` that was not noted before was sent at `time`, in seconds.
    void sent(std::int64_t end, double time) {
        if (count_ == kept) drop();
        Entry& entry = entries_[(first_ + count_++) % kept];
        entry.end = end;
        entry.time = time;
    }

    // When `sample` was sent; false where that is not known. Samples are asked for in order.
    bool of(std::int64_t sample, double& time) {
        while (count_ > 0 && entries_[first_].end <= sample) drop();
        if (count_ == 0) return false;
        time = entries_[first_].time;
        return true;
    }

    void clear() { count_ = 0; }

private:
    static constexpr std::size_t kept = 512;  // pictures: some eight seconds

    struct Entry {
        std::int64_t end = 0;
        double time = 0.0;
    };

    void drop() {
        first_ = (first_ + 1) % kept;
        --count_;
    }

    std::array<Entry, kept> entries_{};
    std::size_t first_ = 0;
    std::size_t count_ = 0;
};

}  // namespace plugin
}  // namespace voxrig
