// What a session still has to say: the audio of its input, and what comes after it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "audio_input.h"
#include "client.h"

namespace voxrig {

// For `ClientThread`, under its lock; only the input is for another thread.
class AudioFeed {
public:
    AudioFeed(std::uint32_t session, const AudioFormat& audio, std::size_t capacity, Waker& waker)
        : input_(session, audio, capacity, waker) {}

    AudioInput& input() { return input_; }
    std::uint32_t session() const { return input_.session(); }

    // Whether the caller has given the session up and everything was handed to the client.
    bool is_over() const { return closed_; }
    bool is_idle() const { return closed_ || (marks_.empty() && input_.written() == input_.read()); }

    void end_utterance(std::uint64_t tail_samples) { marks_.push_back({input_.written(), tail_samples, false}); }
    void close() { marks_.push_back({input_.written(), 0, true}); }

    // Forgets what was not handed over yet, but not that the session is to be closed.
    void drop() {
        input_.release(static_cast<std::size_t>(input_.written() - input_.read()));
        const auto ends = [](const Mark& mark) { return !mark.closes; };
        marks_.erase(std::remove_if(marks_.begin(), marks_.end(), ends), marks_.end());
    }

    // Hands over to `client`: audio until `most` bytes wait there, and what comes after it.
    void pump(Client& client, std::size_t most) {
        while (!closed_) {
            const std::uint64_t bound = marks_.empty() ? input_.written() : marks_.front().position;
            if (bound > input_.read()) {
                if (client.pending().size >= most) return;
                const Bytes piece = input_.piece(static_cast<std::size_t>((std::min)(bound - input_.read(), at_once)));
                if (client.audio(session(), piece.data, piece.size) == Result::congested) return;
                input_.release(piece.size);  // also what is for a session that an error has closed
            } else if (!marks_.empty()) {
                obey(client, marks_.front());
                marks_.erase(marks_.begin());
            } else {
                return;
            }
        }
    }

private:
    static constexpr std::uint64_t at_once = 16384;

    // What comes after the bytes of the input before `position`.
    struct Mark {
        std::uint64_t position;
        std::uint64_t tail_samples;
        bool closes;
    };

    void obey(Client& client, const Mark& mark) {
        if (mark.closes) {
            client.close(session());
            closed_ = true;
        } else {
            client.end_utterance(session(), mark.tail_samples);
        }
    }

    AudioInput input_;
    std::vector<Mark> marks_;
    bool closed_ = false;
};

}  // namespace voxrig
