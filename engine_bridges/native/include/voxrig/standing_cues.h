// Cues that stand: what a session that is begun anew has to be told again, since the log has forgotten the messages.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "encode.h"
#include "messages.h"
#include "msgpack.h"
#include "packets.h"

namespace voxrig {

// One cue, kept.
struct KeptCue {
    std::uint64_t media_sample = 0;
    std::string name;
    std::vector<std::pair<std::string, float>> values;

    // From a packet of `encode::cue`.
    bool read(Bytes packet) {
        msgpack::Reader in(packet.data + 4, packet.size - 4);
        std::uint32_t count = 0;
        std::uint32_t session = 0;
        std::string_view text;
        bool good = in.map(count) && in.text(text) && in.integer(session) && in.text(text) && text == "cue";
        good = good && in.map(count) && in.text(text) && in.integer(media_sample) && in.text(text) && in.text(text);
        name.assign(text);
        good = good && in.text(text) && in.map(count);
        values.clear();
        for (; good && count > 0; --count) {
            double value = 0.0;
            good = in.text(text) && in.number(value);
            values.emplace_back(std::string(text), static_cast<float>(value));
        }
        return good;
    }

    const float* find(std::string_view key) const {
        for (const auto& value : values) {
            if (value.first == key) return &value.second;
        }
        return nullptr;
    }

    // As a message of `session`.
    void write(encode::Buffer& out, std::uint32_t session) const {
        std::vector<NamedValue> named;
        for (const auto& value : values) named.push_back({value.first, value.second});
        encode::cue(out, session, media_sample, name, named.data(), named.size());
    }
};

// Cues in the order of their messages: those whose time has come are merged, the others wait. One-shots (a blink, a
// gesture, a nod, an event, pointing) are forgotten when they are over.
class StandingCues {
public:
    static constexpr std::size_t most = 1024;  // that wait; then the oldest are forgotten

    void add(KeptCue cue) {
        if (waiting_.size() == most) waiting_.erase(waiting_.begin());
        waiting_.push_back(std::move(cue));
    }

    // The timeline is as far as `sample`, at `rate` Hz.
    void pass(std::uint64_t sample, std::uint32_t rate) {
        const auto is_due = [&](const KeptCue& cue) { return cue.media_sample <= sample; };
        for (const KeptCue& cue : waiting_) {
            if (is_due(cue)) merge(cue);
        }
        waiting_.erase(std::remove_if(waiting_.begin(), waiting_.end(), is_due), waiting_.end());
        const auto over = [&](const KeptCue& cue) {
            const float* hold = cue.find("hold");
            return hold != nullptr && *hold > 0.0F &&
                   static_cast<double>(sample - cue.media_sample) > static_cast<double>(*hold) * rate;
        };
        standing_.erase(std::remove_if(standing_.begin(), standing_.end(), over), standing_.end());
    }

    // What stands, to be obeyed at once, and what waits.
    template <class Each>
    void each(std::uint64_t sample, Each&& each) const {
        for (KeptCue cue : standing_) {
            cue.media_sample = sample;
            each(cue);
        }
        for (const KeptCue& cue : waiting_) each(cue);
    }

private:
    static bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
        return std::find(names.begin(), names.end(), name) != names.end();
    }

    void merge(KeptCue cue) {
        if (cue.name == "emotion") return add_emotion(std::move(cue));
        if (is_one_of(cue.name, {"gaze", "place", "activity"})) {
            drop(cue.name);
            if (cue.find("release") == nullptr) standing_.push_back(std::move(cue));
        } else if (is_one_of(cue.name, {"style", "blink", "hands", "body"})) {
            set(cue);
        }
    }

    // One that names regions leaves the other regions as they are; any other is the whole face's.
    void add_emotion(KeptCue cue) {
        const auto is_whole = [](const auto& value) {
            return value.first.find('.') == std::string::npos && value.first != "transition" && value.first != "hold";
        };
        if (std::any_of(cue.values.begin(), cue.values.end(), is_whole)) drop(cue.name);
        const auto same = [&](const KeptCue& other) { return other.name == cue.name; };
        if (std::count_if(standing_.begin(), standing_.end(), same) >= 8) {
            standing_.erase(std::find_if(standing_.begin(), standing_.end(), same));
        }
        standing_.push_back(std::move(cue));
    }

    // Number by number.
    void set(const KeptCue& cue) {
        const auto same = [&](const KeptCue& other) { return other.name == cue.name; };
        auto there = std::find_if(standing_.begin(), standing_.end(), same);
        for (const auto& value : cue.values) {
            if (is_one_of(value.first, {"force", "strength", "seconds", "hold", "transition"})) continue;
            if (there == standing_.end()) there = standing_.insert(there, KeptCue{cue.media_sample, cue.name, {}});
            const auto is_it = [&](const auto& kept) { return kept.first == value.first; };
            auto kept = std::find_if(there->values.begin(), there->values.end(), is_it);
            if (kept != there->values.end()) {
                kept->second = value.second;
            } else if (there->values.size() < 64) {
                there->values.push_back(value);
            }
        }
    }

    void drop(std::string_view name) {
        const auto is_it = [&](const KeptCue& cue) { return cue.name == name; };
        standing_.erase(std::remove_if(standing_.begin(), standing_.end(), is_it), standing_.end());
    }

    std::vector<KeptCue> standing_;
    std::vector<KeptCue> waiting_;
};

}  // namespace voxrig
