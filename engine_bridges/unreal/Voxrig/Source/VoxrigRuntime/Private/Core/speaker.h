// One character's voice and face on one line of samples: speech goes to the loudspeaker and, just far enough ahead, to
// the session; frames come back, and the face of what is heard is shown. Silence goes out while nothing is said, so that
// the face lives. Without a session the voice is heard all the same.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "voxrig/client_thread.h"
#include "voxrig/playout_buffer.h"
#include "voxrig/playout_clock.h"
#include "voxrig/playout_delay.h"

#include "body_turns.h"
#include "send_times.h"
#include "speaker_settings.h"
#include "speech_queue.h"
#include "timed_events.h"
#include "voice_ring.h"

namespace voxrig {
namespace plugin {

// `queue` is for any thread, `play` for the audio thread, all else for the game thread.
class Speaker {
public:
    enum class State { detached, opening, open, interrupting };

    explicit Speaker(const SpeakerSettings& settings)
        : settings_(settings),
          queue_(settings.sample_rate),
          voice_(static_cast<std::size_t>(ring_seconds * settings.sample_rate)),
          clock_(settings.sample_rate),
          delay_(settings.margin) {}

    SpeechQueue& queue() { return queue_; }

    // Fills `out` with what is to be heard; the samples of the voice in it.
    std::size_t play(float* out, std::size_t count) { return voice_.play(out, count); }

    State state() const { return state_; }
    const VoiceRing& voice() const { return voice_; }
    const PlayoutCounts& counts() const { return buffer_.counts(); }
    const ClockCounts& clock_counts() const { return clock_.counts(); }

    // Whether something is being said, or waits to be.
    bool is_speaking() const { return speaking_ || !ends_.empty() || queue_.waits(); }
    double heard() const { return heard_; }  // sample of the voice

    // Seconds from giving speech to hearing it.
    double lead_seconds() const {
        if (look_ahead_ <= 0.0) return 0.2;
        return (std::min)(longest_lead, (std::max)(look_ahead_ + settings_.margin, delay_.seconds()));
    }

    // The face of what is heard, float [stride]; null until a session was opened.
    const float* pose() const { return pose_; }

    // The session's sample at which a cue acts soonest: no pose of it is computed yet, as far as is known here.
    std::uint64_t cue_sample() const {
        const double newest = static_cast<double>(buffer_.newest_sample()) + two_frames_;
        return session_sample(static_cast<std::int64_t>((std::max)(heard_, newest)));
    }

    // The next viseme, emotion or end whose moment is heard; null where there is none.
    const TimedEvent* due() { return timed_.due(heard_); }

    // ---- the session ----

    // One has been asked for, at the voice's rate, mono; its input is `input`, of `link`.
    void attach(ClientThread& link, AudioInput& input) {
        detach();
        link_ = &link;
        input_ = &input;
        state_ = State::opening;
    }

    // There is none any more; the face comes to rest.
    void detach() {
        link_ = nullptr;
        input_ = nullptr;
        state_ = State::detached;
        interrupts_ = 0;
        timed_.clear();
        sent_times_.clear();
    }

    void opened(const Opened& opened) {
        if (state_ != State::opening) return;
        state_ = State::open;
        start_ = sent_ = (std::max)(sent_, voice_.played());  // what was heard without a session is past
        last_end_ = sent_;
        while (!ends_.empty() && ends_.front() <= sent_) ends_.pop_front();
        look_ahead_ = static_cast<double>(opened.look_ahead.numerator) / static_cast<double>(opened.look_ahead.denominator);
        two_frames_ = 2.0 * settings_.sample_rate * opened.frame_rate.denominator / opened.frame_rate.numerator;
        if (buffer_.stride() == opened.stride) {
            buffer_.interrupt(0);  // of a session before; what is on the screen stays until frames come
        } else {
            buffer_.reset(opened.controls.size(), opened.bones.size(), settings_.sample_rate, frames_kept, 0.1, 0.2,
                          BodyTurns::first_of(opened.bones));
            pose_ = nullptr;
        }
    }

    void frames(const Frames& frames, double now) {
        for (std::size_t n = 0; n < frames.count(); ++n) {
            const std::int64_t sample = start_ + static_cast<std::int64_t>(frames.media_samples[n]);
            buffer_.push(frames.first_index + n, static_cast<std::uint64_t>((std::max)(std::int64_t{0}, sample)),
                         frames.frame(n));
            double time = 0.0;
            if (sent_times_.of(sample, time)) delay_.arrived(now, time);
        }
    }

    void event(const Event& event) {
        const bool ends = event.kind == EventKind::utterance_ended;
        if (ends || event.kind == EventKind::viseme || event.kind == EventKind::emotion) {
            timed_.add(event, start_ + static_cast<std::int64_t>(ends ? event.next_sample : event.media_sample));
        } else if (event.kind == EventKind::interrupted) {
            buffer_.interrupt(event.frame_index);
            timed_.interrupt(event.frame_index);
            go_on(static_cast<std::int64_t>(event.next_sample));
        }
    }

    // A message was refused, and the session goes on.
    void refused(const Error& error) {
        if (error.refused == "interrupt") {
            go_on(static_cast<std::int64_t>(error.next_sample));
        } else if (error.refused == "audio" && input_ != nullptr) {
            link_->set_next_sample(input_->session(), error.next_sample);
            start_ = sent_ - static_cast<std::int64_t>(error.next_sample);  // what follows lies where it is heard
        }
    }

    // ---- at every picture ----

    // After the connection was polled. `now` on the connection's clock; `expected`: a session is on its way.
    void update(double now, bool expected) {
        const std::int64_t played = voice_.played();
        const double latency = settings_.output_latency * settings_.sample_rate;
        clock_.report(now, (std::max)(0.0, static_cast<double>(played) - latency));
        heard_ = clock_.at(now);
        if (state_ != State::interrupting) fill(now, played, expected);
        if (buffer_.stride() > 0) pose_ = buffer_.sample(heard_);
    }

    // Stops speaking at once: what waits is dropped, the mouth eases to rest.
    void interrupt() {
        queue_.clear();
        ends_.clear();
        speaking_ = false;
        waits_since_ = -1.0;
        const std::int64_t cut = voice_.cut(samples(fade_seconds));
        sent_ = (std::min)(sent_, voice_.written());
        if (state_ != State::open && state_ != State::interrupting) return;
        state_ = State::interrupting;
        ++interrupts_;
        link_->interrupt(input_->session(), session_sample(cut));
    }

private:
    static constexpr double ring_seconds = 4.0;
    static constexpr double fade_seconds = 0.005;
    static constexpr double longest_lead = 1.0;
    static constexpr double tail_seconds = 0.2;     // of silence, where none follows by itself: the mouth closes
    static constexpr double live_patience = 1.0;    // a live voice that gives nothing for so long is over
    static constexpr std::size_t frames_kept = 512;
    static constexpr std::size_t piece = 960;

    std::size_t samples(double seconds) const { return static_cast<std::size_t>(seconds * settings_.sample_rate); }

    std::uint64_t session_sample(std::int64_t sample) const {
        return static_cast<std::uint64_t>((std::max)(std::int64_t{0}, sample - start_));
    }

    // The answer to an interruption: the session's next sample lies where the voice goes on.
    void go_on(std::int64_t next_sample) {
        if (interrupts_ > 0) --interrupts_;
        if (interrupts_ > 0 || state_ != State::interrupting) return;
        state_ = State::open;
        const std::int64_t ahead = start_ + next_sample - voice_.written();
        if (ahead > 0 && ahead <= static_cast<std::int64_t>(voice_.room(voice_.written()))) {
            voice_.write_silence(static_cast<std::size_t>(ahead));
        }
        sent_ = last_end_ = voice_.written();
        start_ = sent_ - next_sample;
        sent_times_.clear();
    }

    void fill(double now, std::int64_t played, bool expected) {
        const std::int64_t lead = static_cast<std::int64_t>(samples(lead_seconds()));
        if (may_speak(now, expected)) speak(now, played, lead);
        if (speaking_ && now - spoke_ > live_patience) speaking_ = false;
        if (settings_.lives_in_silence || speaking_) silence_until(played + lead);
        send(now, played + lead);
    }

    // Speech waits a while for a session to show its face.
    bool may_speak(double now, bool expected) {
        if (!queue_.waits()) {
            waits_since_ = -1.0;
            return false;
        }
        if (waits_since_ < 0.0) waits_since_ = now;
        const bool ready = state_ == State::open || (state_ == State::detached && !expected);
        return speaking_ || ready || now - waits_since_ > settings_.patience;
    }

    void speak(double now, std::int64_t played, std::int64_t lead) {
        if (!speaking_) silence_until(played + lead + static_cast<std::int64_t>(samples(settings_.margin)));
        const std::int64_t until = played + (std::max)(lead, static_cast<std::int64_t>(samples(settings_.ahead)));
        while (voice_.written() < until) {
            const auto wanted = static_cast<std::size_t>(until - voice_.written());
            const std::size_t most = (std::min)({piece, wanted, voice_.room(sent_)});
            bool ended = false;
            const std::size_t count = queue_.read(piece_.data(), most, ended);
            voice_.write(piece_.data(), count);
            if (count > 0) {
                speaking_ = true;
                spoke_ = now;
            }
            if (ended) end();
            if (count == 0 && !ended) return;
        }
        spoke_ = now;
    }

    void end() {
        speaking_ = false;
        if (!settings_.lives_in_silence) {
            voice_.write_silence((std::min)(samples(tail_seconds), voice_.room(sent_)));
        }
        ends_.push_back(voice_.written());
    }

    void silence_until(std::int64_t until) {
        if (until <= voice_.written()) return;
        voice_.write_silence((std::min)(static_cast<std::size_t>(until - voice_.written()), voice_.room(sent_)));
    }

    void send(double now, std::int64_t until) {
        until = (std::min)(until, voice_.written());
        const std::int64_t before = sent_;
        while (sent_ < until) {
            const std::int64_t bound = ends_.empty() ? until : (std::min)(until, ends_.front());
            const auto count = (std::min)(piece, static_cast<std::size_t>(bound - sent_));
            if (state_ == State::open && count > 0) {
                if (input_->room() < 4 * count) break;  // the server does not take it: go on when it does
                voice_.read_at(sent_, piece_.data(), count);
                input_->push(piece_.data(), count);
            }
            sent_ += static_cast<std::int64_t>(count);
            end_utterance();
        }
        end_utterance();
        if (sent_ > before) sent_times_.sent(sent_, now);
    }

    void end_utterance() {
        while (!ends_.empty() && ends_.front() <= sent_) {
            if (state_ == State::open && ends_.front() > last_end_) link_->end_utterance(input_->session());
            last_end_ = ends_.front();
            ends_.pop_front();
        }
    }

    const SpeakerSettings settings_;
    SpeechQueue queue_;
    VoiceRing voice_;
    PlayoutBuffer buffer_;
    PlayoutClock clock_;
    PlayoutDelay delay_;
    TimedEvents timed_;
    SendTimes sent_times_;
    std::array<float, piece> piece_{};
    std::deque<std::int64_t> ends_;  // of utterances, not sent yet
    State state_ = State::detached;
    ClientThread* link_ = nullptr;
    AudioInput* input_ = nullptr;
    int interrupts_ = 0;          // not answered yet
    std::int64_t start_ = 0;      // of the session's sample 0 in the voice
    std::int64_t sent_ = 0;       // the sample after the last one sent, or that would have been
    std::int64_t last_end_ = 0;   // of an utterance
    double look_ahead_ = 0.0;     // seconds
    double two_frames_ = 0.0;     // samples
    double heard_ = 0.0;
    double waits_since_ = -1.0;
    double spoke_ = 0.0;
    bool speaking_ = false;
    const float* pose_ = nullptr;
};

}  // namespace plugin
}  // namespace voxrig
