// What a client remembers of one session: where its audio goes on, what waits for the answer to an interruption, and
// what it takes to survive a loss.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <utility>
#include <vector>

#include "encode.h"
#include "messages.h"
#include "session_memory.h"

namespace voxrig {

// Audio that may wait for INTERRUPTED, in bytes.
constexpr std::size_t max_held_bytes = std::size_t{4} << 20;

// For `Client`, which calls it in the order of the messages.
class Session {
public:
    // Survives where `keep_seconds` are more than 0.
    Session(std::uint32_t number, const OpenRequest& request, double keep_seconds)
        : number_(number), audio_(request.audio), next_sample_(request.begin.media_sample) {
        if (keep_seconds > 0.0) memory_ = std::make_unique<SessionMemory>(number, request, keep_seconds);
    }

    std::uint32_t number() const { return number_; }
    const AudioFormat& audio_format() const { return audio_; }
    std::uint64_t next_sample() const { return next_sample_; }
    bool is_open() const { return opened_.stride > 0; }
    const Opened& opened() const { return opened_; }

    // Null for a session that ends with its connection.
    SessionMemory* memory() { return memory_.get(); }

    // Whether something waits for the answer to an interruption, or to a resumption.
    bool holds() const { return !steps_.empty() || waits_ || defers_; }

    // Whether so many bytes more can be taken.
    bool has_room(std::size_t size) const { return memory_ == nullptr || memory_->has_room(size + 64); }

    void took(const Opened& opened) { opened_ = opened; }
    void move_to(std::uint64_t next_sample) { next_sample_ = next_sample; }

    void open(encode::Buffer& out, const OpenRequest& request, bool again) {
        say(out, again ? Said::other : Said::open, 0, 0, [&] { encode::open(out, number_, request); });
    }

    void cue(encode::Buffer& out, std::uint64_t sample, std::string_view name, const NamedValue* values, std::size_t count) {
        say(out, Said::cue, 0, 0, [&] { encode::cue(out, number_, sample, name, values, count); });
    }

    // One message at any sample.
    void audio_at(encode::Buffer& out, std::uint64_t first_sample, const void* bytes, std::size_t size) {
        if (size > 0) cut_ = false;
        const std::uint64_t end = first_sample + size / audio_.sample_bytes();
        lead(out, false);
        say(out, Said::audio, first_sample, end, [&] { encode::audio(out, number_, first_sample, bytes, size); });
    }

    // False where too much is held already; then nothing of it is taken.
    bool audio(encode::Buffer& out, const std::uint8_t* bytes, std::size_t size, std::size_t chunk) {
        if (interrupts_ > 0) {
            if (bytes_.size() + size > max_held_bytes) return false;
            if (steps_.empty() || steps_.back().kind != Kind::audio) steps_.push_back({Kind::audio, 0});
            steps_.back().amount += size;
            bytes_.insert(bytes_.end(), bytes, bytes + size);
            return true;
        }
        for (std::size_t start = 0; start < size; start += chunk) {
            const std::size_t part = (std::min)(chunk, size - start);
            audio_at(out, next_sample_, bytes + start, part);
            next_sample_ += part / audio_.sample_bytes();
        }
        return true;
    }

    // Nothing is sent where an interruption has just ended the utterance, and nothing was said since.
    void end_utterance(encode::Buffer& out, std::uint64_t tail_samples) {
        if (interrupts_ > 0) {
            steps_.push_back({Kind::end, tail_samples});
        } else if (!cut_) {
            say(out, Said::end, 0, tail_samples, [&] { encode::end_utterance(out, number_, tail_samples); });
            next_sample_ += tail_samples;
        }
    }

    // What was handed over before and still waits is dropped; what comes now waits for the answer. A session that was
    // begun anew is interrupted when it has caught up: till then the server would cut what was heard long ago.
    void interrupt(encode::Buffer& out, const std::uint64_t* at_sample) {
        drop_held();
        if (memory_ != nullptr) memory_->asked_to_cut(at_sample, defers_);
        if (defers_ || (memory_ != nullptr && memory_->catches_up())) {
            if (!std::exchange(defers_, true)) ++interrupts_;
            if (at_sample != nullptr) cut_at_ = has_cut_at_ ? (std::min)(cut_at_, *at_sample) : *at_sample;
            has_cut_at_ = has_cut_at_ || at_sample != nullptr;
            return;
        }
        ++interrupts_;
        say(out, Said::interrupt, 0, 0, [&] { encode::interrupt(out, number_, at_sample); });
    }

    // After frames: an interruption that waited for them.
    void go_on(encode::Buffer& out) {
        if (!defers_ || memory_->catches_up()) return;
        const std::uint64_t* at_sample = has_cut_at_ ? &cut_at_ : nullptr;
        say(out, Said::interrupt, 0, 0, [&] { encode::interrupt(out, number_, at_sample); });
        defers_ = has_cut_at_ = false;
    }

    void close(encode::Buffer& out) {
        if (steps_.empty() && !defers_) {
            lead(out, true);
            say(out, Said::close, 0, 0, [&] { encode::close(out, number_); });
        } else {
            steps_.push_back({Kind::close, 0});
        }
    }

    // The answer to an interruption; `event` is null where the server refused it and speech goes on.
    void interrupted(encode::Buffer& out, const Event* event, std::size_t chunk) {
        if (event != nullptr) {
            next_sample_ = event->next_sample;
            cut_ = true;
        }
        if (interrupts_ > 0) --interrupts_;
        if (interrupts_ == 0) say_held(out, chunk);
    }

    // ---- after a loss ----

    // The connection is gone: what is said goes to the log alone.
    void lose() { waits_ = true; }

    // On a new connection: asks for the session, where the server may have it; else begins it anew. False where it
    // cannot be brought back.
    bool come_back(encode::Buffer& out, std::size_t chunk) {
        if (memory_->resume_id().empty()) return rebuild(out, chunk);
        encode::resume(out, number_, memory_->resume_id(), memory_->received());
        return true;
    }

    bool waits() const { return waits_; }

    bool resume(encode::Buffer& out, std::uint64_t taken) {
        waits_ = false;
        return memory_->resume(taken, out);
    }

    // The server does not have the session.
    bool rebuild(encode::Buffer& out, std::size_t chunk) {
        if (interrupts_ > 0 && memory_->was_open()) {
            interrupts_ = 1;
            memory_->settle(settled_);
            has_settled_ = true;
            defers_ = has_cut_at_ = false;
        }
        waits_ = false;
        if (!memory_->rebuild(out)) return false;
        if (has_settled_ && interrupts_ > 0) interrupted(out, &settled_, chunk);
        return true;
    }

    // An interruption that no server has answered; null where there is none. Told once.
    const Event* take_settled() { return std::exchange(has_settled_, false) ? &settled_ : nullptr; }

private:
    enum class Kind { audio, end, close };
    struct Step {
        Kind kind;
        std::uint64_t amount;  // bytes of audio, or samples of the tail
    };

    // `message` appends a packet to `out`: it stays there only where somebody listens.
    template <class Message>
    void say(encode::Buffer& out, Said what, std::uint64_t first, std::uint64_t end, Message&& message) {
        const std::size_t start = out.size();
        message();
        if (memory_ != nullptr) memory_->said({out.data() + start, out.size() - start}, what, first, end);
        if (waits_) out.resize(start);
    }

    void lead(encode::Buffer& out, bool closing) {
        if (memory_ == nullptr) return;
        const std::size_t start = out.size();
        memory_->lead(out, closing);
        if (waits_) out.resize(start);
    }

    void say_held(encode::Buffer& out, std::size_t chunk) {
        std::size_t start = 0;
        for (const Step& step : steps_) {
            if (step.kind == Kind::audio) {
                const auto size = static_cast<std::size_t>(step.amount);
                audio(out, bytes_.data() + start, size, chunk);
                start += size;
            } else if (step.kind == Kind::end) {
                end_utterance(out, step.amount);
            } else {
                lead(out, true);
                say(out, Said::close, 0, 0, [&] { encode::close(out, number_); });
            }
        }
        drop_held();
    }

    void drop_held() {
        steps_.clear();
        bytes_.clear();
    }

    std::uint32_t number_;
    AudioFormat audio_;
    Opened opened_;
    std::unique_ptr<SessionMemory> memory_;
    std::uint64_t next_sample_;
    std::uint32_t interrupts_ = 0;  // not answered yet
    bool cut_ = false;              // by an interruption, and nothing was said since
    bool waits_ = false;            // for a connection
    bool has_settled_ = false;
    bool defers_ = false;      // an interruption, till it has caught up
    bool has_cut_at_ = false;  // of that
    std::uint64_t cut_at_ = 0;
    Event settled_;
    std::vector<Step> steps_;  // held, in order
    std::vector<std::uint8_t> bytes_;
};

}  // namespace voxrig
