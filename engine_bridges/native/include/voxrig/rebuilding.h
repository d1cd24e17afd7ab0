// What a server is told that has to go on with a session it never had.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "encode.h"
#include "media_grid.h"
#include "messages.h"
#include "session_log.h"
#include "standing_cues.h"

namespace voxrig {

// `plan`, then the log of the new session, which begins with its OpenSession.
class Rebuilding {
public:
    // Audio before the first frame that is wanted, so that the model is warm there.
    static constexpr double warm_seconds = 5.0;
    // The most silence in the place of audio that is not kept, in seconds and in bytes.
    static constexpr std::size_t most_bytes = SessionLog::most_bytes / 2;
    static constexpr double silent_seconds = 10.0;

    Rebuilding(std::uint32_t number, const OpenRequest& request, const MediaGrid& grid, const SessionLog& old,
               StandingCues cues)
        : number_(number), request_(request), grid_(grid), old_(old), cues_(std::move(cues)) {}

    // For who has all frames before `next_frame`, and whose next audio is at `position`, of utterance `utterance`.
    // False where no frame falls on a sample near enough.
    bool plan(std::uint64_t next_frame, std::uint64_t position, std::uint32_t utterance, bool was_open) {
        begin_ = request_.begin;
        position_ = position;
        lacks_ = grid_.is_usable() && next_frame < grid_.first_frame(position);
        utterance_ = utterance;
        exact_ = old_.is_complete() || !was_open;
        if (exact_) return true;
        if (!grid_.is_usable()) return false;
        std::uint64_t kept = position;  // the first sample of audio that is kept
        old_.each([&](const LoggedMessage& message, Bytes) {
            if (message.what == Said::audio) kept = (std::min)(kept, message.first);
        });
        const std::uint64_t wanted = grid_.sample_of(next_frame);
        const auto warm = static_cast<std::uint64_t>(warm_seconds * request_.audio.sample_rate);
        begin_ = grid_.exactly_after((std::max)(kept, wanted > warm ? wanted - warm : 0));
        if (begin_.media_sample > (std::min)(wanted, position)) begin_ = grid_.exactly_before((std::min)(wanted, kept));
        begin_.utterance = utterance;
        bool found = false;
        std::uint64_t from = position;
        old_.each([&](const LoggedMessage& message, Bytes) {
            if (found || message.what != Said::audio || message.end <= begin_.media_sample) return;
            begin_.utterance = message.utterance;
            from = (std::max)(message.first, begin_.media_sample);
            found = true;
        });
        const std::uint64_t gap = from - (std::min)(from, begin_.media_sample);
        return gap <= most_bytes / request_.audio.sample_bytes() &&
               static_cast<double>(gap) <= silent_seconds * request_.audio.sample_rate;
    }

    bool is_exact() const { return exact_; }

    // Whether the new session, once `log` was said, shows again all that was shown of it: not behind silence, which
    // stands for what is not kept, and comes to an end with what is said next alone.
    bool shows_again() const { return shows_again_; }
    const Beginning& begin() const { return begin_; }

    SessionLog log(bool was_open) {
        SessionLog log(begin_.media_sample);
        OpenRequest request = request_;
        request.begin = begin_;
        packet_.clear();
        encode::open(packet_, number_, request);
        add(log, Said::open);
        if (!exact_) stand(log);
        old_.each([&](const LoggedMessage& message, Bytes packet) {
            if (message.what == Said::open || message.what == Said::other) return;
            if (message.what == Said::interrupt && was_open) return;  // was answered, or refused
            again(log, message, packet);
        });
        return log;
    }

    // Calls `each(packet, first, end)` for messages of silence from sample `from` to `until`.
    template <class Each>
    static void silence(std::uint64_t from, std::uint64_t until, const AudioFormat& audio, std::uint32_t number,
                        Each&& each) {
        static constexpr std::uint8_t zeros[4096] = {};
        if (until > from && (until - from) > most_bytes / audio.sample_bytes()) return;  // of rates that make no sense
        encode::Buffer packet;
        const std::uint64_t most = sizeof zeros / audio.sample_bytes();
        while (from < until) {
            const std::uint64_t count = (std::min)(most, until - from);
            packet.clear();
            encode::audio(packet, number, from, zeros, static_cast<std::size_t>(count) * audio.sample_bytes());
            each(Bytes{packet.data(), packet.size()}, from, from + count);
            from += count;
        }
    }

private:
    // Cues: those whose time was before the beginning stand there.
    void stand(SessionLog& log) {
        old_.each([&](const LoggedMessage& message, Bytes packet) {
            KeptCue cue;
            if (message.what == Said::cue && cue.read(packet) && cue.media_sample <= begin_.media_sample) {
                cues_.add(std::move(cue));
            }
        });
        cues_.pass(begin_.media_sample, request_.audio.sample_rate);
        cues_.each(begin_.media_sample, [&](const KeptCue& cue) {
            packet_.clear();
            cue.write(packet_, number_);
            add(log, Said::cue);
        });
    }

    void again(SessionLog& log, const LoggedMessage& message, Bytes packet) {
        const std::uint64_t start = begin_.media_sample;
        KeptCue cue;
        if (exact_) {
            log.add(packet, message.what, message.first, message.end, message.utterance);
        } else if (message.what == Said::cue) {
            if (cue.read(packet) && cue.media_sample > start) log.add(packet, Said::cue, log.end(), log.end(), 0);
        } else if (message.what == Said::audio) {
            if (message.end > start) audio(log, message, packet);
        } else if (message.what == Said::end) {
            if (log.end() > start && log.end() == message.first) {
                log.add(packet, Said::end, message.first, message.end, message.utterance);
            }
        } else {
            if (message.what == Said::close && lacks_) quiet(log, position_, utterance_);  // what comes of a cut
            log.add(packet, message.what, log.end(), log.end(), message.utterance);
        }
    }

    void quiet(SessionLog& log, std::uint64_t until, std::uint32_t utterance) {
        if (log.end() < until) shows_again_ = false;
        silence(log.end(), until, request_.audio, number_, [&](Bytes packet, auto from, auto to) {
            log.add(packet, Said::audio, from, to, utterance);
        });
    }

    // From the beginning on, with silence before it where something is missing.
    void audio(SessionLog& log, const LoggedMessage& message, Bytes packet) {
        const std::uint64_t first = (std::max)(message.first, begin_.media_sample);
        quiet(log, first, message.utterance);
        const std::size_t size = static_cast<std::size_t>(message.end - first) * request_.audio.sample_bytes();
        packet_.clear();
        encode::audio(packet_, number_, first, packet.data + (packet.size - size), size);  // samples are a packet's end
        log.add({packet_.data(), packet_.size()}, Said::audio, first, message.end, message.utterance);
    }

    void add(SessionLog& log, Said what) {
        log.add({packet_.data(), packet_.size()}, what, log.end(), log.end(), 0);
    }

    std::uint32_t number_;
    const OpenRequest& request_;
    const MediaGrid& grid_;
    const SessionLog& old_;
    StandingCues cues_;
    Beginning begin_;
    encode::Buffer packet_;
    std::uint64_t position_ = 0;
    std::uint32_t utterance_ = 0;
    bool lacks_ = false;  // frames before the position
    bool exact_ = false;
    bool shows_again_ = true;
};

}  // namespace voxrig
