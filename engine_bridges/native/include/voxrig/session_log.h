// What a client has said in one session and may have to say again: its packets, as they went out.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "msgpack.h"

namespace voxrig {

enum class Said : std::uint8_t { open, audio, cue, end, interrupt, close, other };

// One message. `other` is what is never said to another server again: refused, void, or of no account.
struct LoggedMessage {
    Said what = Said::other;
    std::uint32_t size = 0;       // of the packet
    std::uint32_t utterance = 0;  // of audio
    std::uint64_t start = 0;      // of the packet, in bytes since the log began
    std::uint64_t first = 0;      // media samples that it takes up, or stands at
    std::uint64_t end = 0;
};

// Messages are counted from the session's OpenSession on, as the server counts those that it has taken.
class SessionLog {
public:
    // Packets' bytes that are kept, at most.
    static constexpr std::size_t most_bytes = std::size_t{8} << 20;

    // Of a session whose timeline begins at `sample`.
    explicit SessionLog(std::uint64_t sample = 0) : end_(sample) {}

    std::uint64_t first_index() const { return forgotten_; }
    std::uint64_t next_index() const { return forgotten_ + entries_.size() - first_; }
    bool has_room(std::size_t size) const { return bytes_.size() - head_ + size <= most_bytes; }

    // Where the timeline is after all that was said.
    std::uint64_t end() const { return end_; }

    // Whether it has all since the session's open, and nothing of it was void.
    bool is_complete() const { return forgotten_ == 0 && !cut_; }

    void add(Bytes packet, Said what, std::uint64_t first, std::uint64_t end, std::uint32_t utterance) {
        const std::uint64_t start = dropped_ + bytes_.size();
        if (what == Said::audio || what == Said::end) {
            if (first == end_) {
                end_ = end;
            } else {
                refusals_ += what == Said::audio ? 1 : 0;
                what = Said::other;  // at a place where the server does not expect it
            }
        }
        entries_.push_back({what, static_cast<std::uint32_t>(packet.size), utterance, start, first, end});
        bytes_.insert(bytes_.end(), packet.data, packet.data + packet.size);
    }

    template <class Each>
    void each(Each&& each) const {
        for (std::size_t k = first_; k < entries_.size(); ++k) each(entries_[k], packet(entries_[k]));
    }

    // A frame that falls on `sample` has come: all audio before it was taken, and what was said before that.
    void prove(std::uint64_t sample) {
        for (std::size_t k = (std::max)(proven_, first_); k < entries_.size(); ++k) {
            if (entries_[k].what != Said::audio) continue;
            if (entries_[k].end > sample) return;
            proven_ = k + 1;
        }
    }

    // Forgets of what is proven what ended before `sample`, and more where there is too much; `forgotten` is told.
    template <class Forgotten>
    void forget_before(std::uint64_t sample, Forgotten&& forgotten) {
        while (first_ < proven_ && (entries_[first_].end < sample || !has_room(most_bytes / 4))) drop_first(forgotten);
        compact();
    }

    // The first interruption that waits was answered: what was said up to it is taken and void, and the timeline goes
    // on at `next_sample`.
    template <class Forgotten>
    void cut(std::uint64_t next_sample, Forgotten&& forgotten) {
        const auto is_it = [](const LoggedMessage& entry) { return entry.what == Said::interrupt; };
        const auto found = std::find_if(entries_.begin() + static_cast<std::ptrdiff_t>(first_), entries_.end(), is_it);
        if (found != entries_.end()) {
            const auto until = static_cast<std::size_t>(found - entries_.begin()) + 1;
            while (first_ < until) drop_first(forgotten);
        }
        rewind(0);
        refusals_ = 0;
        end_ = next_sample;
        cut_ = true;
        compact();
    }

    // Interruptions that wait are answered, or never will be.
    void forget_interrupts() {
        for (std::size_t k = first_; k < entries_.size(); ++k) {
            if (entries_[k].what == Said::interrupt) entries_[k].what = Said::other;
        }
    }

    // Audio was refused, and the server expects `next_sample`. False where that was known: one refused chunk makes the
    // server refuse all that is under way behind it, and new audio may follow those already.
    bool refused(std::uint64_t next_sample) {
        if (refusals_ > 0) {
            --refusals_;
            return false;
        }
        const std::size_t chunks = rewind(next_sample);
        refusals_ = chunks > 0 ? chunks - 1 : 0;
        return true;
    }

    // Says again what comes after the first `taken`. False where that is not kept, or was never said.
    bool say_again(std::uint64_t taken, std::vector<std::uint8_t>& out) {
        if (taken < forgotten_ || taken > next_index()) return false;
        const std::size_t from = first_ + static_cast<std::size_t>(taken - forgotten_);
        proven_ = (std::max)(proven_, from);
        for (std::size_t k = from; k < entries_.size(); ++k) {
            const Bytes bytes = packet(entries_[k]);
            out.insert(out.end(), bytes.data, bytes.data + bytes.size);
        }
        return true;
    }

private:
    // What was said from `sample` on is of no account. Returns how many chunks of audio that are.
    std::size_t rewind(std::uint64_t sample) {
        std::size_t chunks = 0;
        for (std::size_t k = first_; k < entries_.size(); ++k) {
            LoggedMessage& entry = entries_[k];
            if ((entry.what != Said::audio && entry.what != Said::end) || entry.end <= sample) continue;
            chunks += entry.what == Said::audio ? 1 : 0;
            entry.what = Said::other;
        }
        end_ = (std::min)(end_, sample);
        return chunks;
    }

    Bytes packet(const LoggedMessage& entry) const {
        return {bytes_.data() + static_cast<std::size_t>(entry.start - dropped_), entry.size};
    }

    template <class Forgotten>
    void drop_first(Forgotten&& forgotten) {
        forgotten(entries_[first_], packet(entries_[first_]));
        head_ += entries_[first_].size;
        ++first_;
        ++forgotten_;
    }

    // Gives the room of what is forgotten back when that is half of all.
    void compact() {
        if (first_ > 64 && first_ > entries_.size() / 2) {
            entries_.erase(entries_.begin(), entries_.begin() + static_cast<std::ptrdiff_t>(first_));
            proven_ -= (std::min)(proven_, first_);
            first_ = 0;
        }
        if (head_ > (1 << 16) && head_ > bytes_.size() / 2) {
            bytes_.erase(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(head_));
            dropped_ += head_;
            head_ = 0;
        }
    }

    std::vector<LoggedMessage> entries_;
    std::vector<std::uint8_t> bytes_;
    std::size_t first_ = 0;        // of `entries_`, before which all is forgotten
    std::size_t proven_ = 0;       // of `entries_`, before which all was taken
    std::size_t head_ = 0;         // of `bytes_`, as `first_`
    std::uint64_t dropped_ = 0;    // bytes before `bytes_`
    std::uint64_t forgotten_ = 0;  // messages
    std::uint64_t end_;
    std::size_t refusals_ = 0;  // of audio, that are still to come
    bool cut_ = false;
};

}  // namespace voxrig
