// What a client remembers of one session: where its audio goes on, and what waits for the answer to an interruption.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "encode.h"
#include "messages.h"

namespace voxrig {

// Audio that may wait for INTERRUPTED, in bytes.
constexpr std::size_t max_held_bytes = std::size_t{4} << 20;

// For `Client`, which calls it in the order of the messages.
class Session {
public:
    Session(std::uint32_t number, const AudioFormat& audio) : number_(number), audio_(audio) {}

    std::uint32_t number() const { return number_; }
    const AudioFormat& audio_format() const { return audio_; }
    std::uint64_t next_sample() const { return next_sample_; }
    bool is_open() const { return opened_.stride > 0; }
    const Opened& opened() const { return opened_; }

    // Whether something waits for the answer to an interruption.
    bool holds() const { return !steps_.empty(); }

    void took(const Opened& opened) { opened_ = opened; }
    void move_to(std::uint64_t next_sample) { next_sample_ = next_sample; }
    void spoke() { cut_ = false; }

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
            encode::audio(out, number_, next_sample_, bytes + start, part);
            next_sample_ += part / audio_.sample_bytes();
            spoke();
        }
        return true;
    }

    // Nothing is sent where an interruption has just ended the utterance, and nothing was said since.
    void end_utterance(encode::Buffer& out, std::uint64_t tail_samples) {
        if (interrupts_ > 0) {
            steps_.push_back({Kind::end, tail_samples});
        } else if (!cut_) {
            encode::end_utterance(out, number_, tail_samples);
            next_sample_ += tail_samples;
        }
    }

    // What was handed over before and still waits is dropped; what comes now waits for the answer.
    void interrupt(encode::Buffer& out, const std::uint64_t* at_sample) {
        ++interrupts_;
        drop_held();
        encode::interrupt(out, number_, at_sample);
    }

    void close(encode::Buffer& out) {
        if (steps_.empty()) {
            encode::close(out, number_);
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
        if (interrupts_ > 0) return;
        std::size_t start = 0;
        for (const Step& step : steps_) {
            if (step.kind == Kind::audio) {
                const auto size = static_cast<std::size_t>(step.amount);
                audio(out, bytes_.data() + start, size, chunk);
                start += size;
            } else if (step.kind == Kind::end) {
                end_utterance(out, step.amount);
            } else {
                encode::close(out, number_);
            }
        }
        drop_held();
    }

private:
    enum class Kind { audio, end, close };
    struct Step {
        Kind kind;
        std::uint64_t amount;  // bytes of audio, or samples of the tail
    };

    void drop_held() {
        steps_.clear();
        bytes_.clear();
    }

    std::uint32_t number_;
    AudioFormat audio_;
    Opened opened_;
    std::uint64_t next_sample_ = 0;
    std::uint32_t interrupts_ = 0;  // not answered yet
    bool cut_ = false;              // by an interruption, and nothing was said since
    std::vector<Step> steps_;       // held, in order
    std::vector<std::uint8_t> bytes_;
};

}  // namespace voxrig
