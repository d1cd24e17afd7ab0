// Messages of the server on their way from the connection's thread to the game's: copied as they came, read where they
// are taken out. The lock is held for a copy or an exchange of buffers.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "decode.h"
#include "listener.h"
#include "messages.h"
#include "notice.h"

namespace voxrig {

class Inbox {
public:
    // At so many bytes it is full, and the server is read no further until they are taken out.
    static constexpr std::size_t full_bytes = std::size_t{16} << 20;

    Inbox() {
        incoming_.reserve(1 << 18);
        taken_.reserve(1 << 18);
    }

    // Before the first `put`.
    void reset() {
        const std::lock_guard<std::mutex> lock(mutex_);
        incoming_.clear();
        notices_.clear();
        reason_.clear();
        ended_ = done_ = told_ = nudged_ = false;
        full_.store(false);
    }

    // ---- the connection's thread ----

    bool is_full() const { return full_.load(); }

    // A payload that was found good, and when it came.
    void put(Bytes payload, double now) {
        const std::lock_guard<std::mutex> lock(mutex_);
        append({now, payload.size, false}, payload);
    }

    // A notice; `text` is what `deliver` needs with it.
    void put(const Notice& notice, std::string_view text = {}) {
        const std::lock_guard<std::mutex> lock(mutex_);
        notices_.push_back(notice);
        append({0.0, text.size(), true}, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
    }

    // The last that comes: `on_done`, or `on_lost` with the reason.
    void end(bool done, std::string_view reason) {
        const std::lock_guard<std::mutex> lock(mutex_);
        ended_ = true;
        done_ = done;
        reason_.assign(reason);
    }

    // After `put` or `end`, for whoever is in `wait`.
    void tell() { news_.notify_all(); }

    // ---- the game thread ----

    // Whether it was full.
    bool poll(Listener& listener) {
        bool ends = false;
        bool was_full = false;
        {
            const std::lock_guard<std::mutex> lock(mutex_);
            taken_.swap(incoming_);
            notices_taken_.swap(notices_);
            ends = ended_ && !told_;
            told_ = ended_;
            was_full = full_.exchange(false);
        }
        std::size_t told = 0;
        for (std::size_t at = 0; at < taken_.size();) {
            Head head;
            std::memcpy(&head, taken_.data() + at, sizeof head);
            at += sizeof head;
            if (head.is_notice != 0) {
                const auto* text = reinterpret_cast<const char*>(taken_.data() + at);
                deliver(notices_taken_[told++], {text, head.size}, listener);
                at += head.size;
                continue;
            }
            const bool good = decoder_.decode({taken_.data() + at, head.size}, message_);
            at += head.size;
            if (!good || is_private(message_)) continue;
            message_.pong.back = head.now;
            deliver(message_, listener);
        }
        taken_.clear();
        notices_taken_.clear();
        if (ends && done_) listener.on_done();
        if (ends && !done_) listener.on_lost(reason_);
        return was_full;
    }

    // Until there is something to poll, somebody has nudged, or `seconds` are over.
    void wait(double seconds) {
        std::unique_lock<std::mutex> lock(mutex_);
        const auto ready = [this] { return nudged_ || !incoming_.empty() || (ended_ && !told_); };
        news_.wait_for(lock, std::chrono::duration<double>(seconds), ready);
        nudged_ = false;
    }

    // From any thread.
    void nudge() {
        {
            const std::lock_guard<std::mutex> lock(mutex_);
            nudged_ = true;
        }
        news_.notify_all();
    }

private:
    struct Head {
        double now = 0.0;
        std::size_t size = 0;
        std::uint64_t is_notice = 0;  // the next one, and its text; wide, so that there is no hole
    };

    void append(const Head& head, Bytes payload) {
        const auto* bytes = reinterpret_cast<const std::uint8_t*>(&head);
        incoming_.insert(incoming_.end(), bytes, bytes + sizeof head);
        incoming_.insert(incoming_.end(), payload.data, payload.data + payload.size);
        if (incoming_.size() >= full_bytes) full_.store(true);
    }

    // Pongs of the connection's own pings.
    static bool is_private(const ServerMessage& message) {
        return message.kind == ServerMessage::Kind::pong && message.pong.id == 0;
    }

    std::mutex mutex_;
    std::condition_variable news_;
    std::vector<std::uint8_t> incoming_;
    std::vector<Notice> notices_;
    std::string reason_;
    bool ended_ = false;
    bool done_ = false;
    bool told_ = false;
    bool nudged_ = false;
    std::atomic<bool> full_{false};

    std::vector<Notice> notices_taken_;
    std::vector<std::uint8_t> taken_;  // from here on the game thread's own
    Decoder decoder_;
    ServerMessage message_;
};

}  // namespace voxrig
