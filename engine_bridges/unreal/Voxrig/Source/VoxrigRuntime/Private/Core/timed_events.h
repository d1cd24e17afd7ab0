// Visemes, emotions and ends of utterances, kept until their moment is heard.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "voxrig/messages.h"

namespace voxrig {
namespace plugin {

struct TimedEvent {
    EventKind kind = EventKind::unknown;
    std::int64_t frame_index = 0;
    std::int64_t sample = 0;  // of the voice
    std::uint32_t utterance = 0;
    std::vector<std::pair<std::string, float>> values;
};

class TimedEvents {
public:
    TimedEvents() : entries_(kept) {}

    void add(const Event& event, std::int64_t sample) {
        if (count_ == kept) drop();
        TimedEvent& entry = entries_[(first_ + count_++) % kept];
        entry.kind = event.kind;
        entry.frame_index = static_cast<std::int64_t>(event.frame_index);
        entry.sample = sample;
        entry.utterance = event.utterance;
        entry.values.resize(event.values.size());
        for (std::size_t k = 0; k < event.values.size(); ++k) {
            entry.values[k].first.assign(event.values[k].name);
            entry.values[k].second = event.values[k].value;
        }
    }

    // Forgets those of frames from `frame_index` on: they are void.
    void interrupt(std::uint64_t frame_index) {
        const auto index = static_cast<std::int64_t>(frame_index);
        while (count_ > 0 && entries_[(first_ + count_ - 1) % kept].frame_index >= index) --count_;
    }

    void clear() { count_ = 0; }

    // The next whose moment has come; null where there is none. It holds until the next `add`.
    const TimedEvent* due(double sample) {
        if (count_ == 0 || static_cast<double>(entries_[first_].sample) > sample) return nullptr;
        const TimedEvent* entry = &entries_[first_];
        drop();
        return entry;
    }

private:
    static constexpr std::size_t kept = 256;  // some ten seconds ahead

    void drop() {
        first_ = (first_ + 1) % kept;
        --count_;
    }

    std::vector<TimedEvent> entries_;
    std::size_t first_ = 0;
    std::size_t count_ = 0;
};

}  // namespace plugin
}  // namespace voxrig
