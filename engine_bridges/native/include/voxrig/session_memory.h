// What a client keeps of a session, so that it survives the loss of its connection and of its server.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "encode.h"
#include "media_grid.h"
#include "messages.h"
#include "rebuilding.h"
#include "seam.h"
#include "session_log.h"
#include "standing_cues.h"

namespace voxrig {

// Of one session: what was said in it, what has come back, and how it is begun anew on another server.
class SessionMemory {
public:
    SessionMemory(std::uint32_t number, const OpenRequest& request, double keep_seconds)
        : number_(number), request_(request), grid_(request.audio.sample_rate, request.frame_rate) {
        const double seconds = (std::max)(keep_seconds, Rebuilding::warm_seconds);
        keep_samples_ = static_cast<std::uint64_t>(seconds * request.audio.sample_rate);
    }

    bool has_room(std::size_t size) const { return log_.has_room(size); }
    const std::string& resume_id() const { return opened_.resume_id; }
    std::uint64_t received() const { return received_; }
    bool was_open() const { return was_open_; }

    // Whether frames or events that come may be changed before they are told.
    bool may_change() const { return replays_ || rebuilt_; }

    // ---- what is said ----

    // A packet that goes out; of audio and ends with the samples that they take up.
    void said(Bytes packet, Said what, std::uint64_t first = 0, std::uint64_t end = 0) {
        if (what == Said::end) {
            end = log_.end() + (end - first);
            first = log_.end();
        } else if (what != Said::audio) {
            first = end = log_.end();
        }
        const bool follows = first == log_.end();
        log_.add(packet, what, first, end, utterance_);
        if (!follows || (what != Said::audio && what != Said::end)) return;
        position_ = end;
        if (what == Said::audio && end > first) runs_ = has_begun_ = true;
        if (what == Said::end && runs_) {
            ++utterance_;
            runs_ = has_begun_ = false;
        }
    }

    // `at_sample` is null where the server is to choose; not `again` where one answer will do for several.
    void asked_to_cut(const std::uint64_t* at_sample, bool again = false) {
        if (at_sample != nullptr) cut_at_ = (std::min)(cut_at_, *at_sample);
        asked_ += again ? 0 : 1;
    }

    // Whether frames that were there before are still to come: an interruption now would cut amid them.
    bool catches_up() const { return catches_up_; }

    // Before audio, or the close of a session with frames that are still to come: the silence between where the
    // session was begun anew and where its audio goes on.
    void lead(encode::Buffer& out, bool closing) {
        if (log_.end() >= position_ || asked_ > 0) return;  // a cut says where it goes on
        if (closing && (!grid_.is_usable() || next_frame_ >= grid_.first_frame(position_))) return;
        const std::uint64_t position = position_;
        is_thin_ = true;
        Rebuilding::silence(log_.end(), position, request_.audio, number_, [&](Bytes packet, auto first, auto end) {
            out.insert(out.end(), packet.data, packet.data + packet.size);
            said(packet, Said::audio, first, end);
        });
    }

    // ---- what comes; each is changed to what is news, and false where nothing is ----

    // Of the first opening, and of later ones: those are news as `rebuilt`. `fits` tells whether frames still fit.
    bool opened(const Opened& opened, bool& fits) {
        ++received_;
        fits = !was_open_ || (opened.controls == opened_.controls && opened.bones == opened_.bones);
        const bool first = !was_open_;
        opened_ = opened;
        request_.seed = opened.seed;
        if (first) seam_.reset(opened.controls.size(), request_.frame_rate);
        was_open_ = true;
        return first;
    }

    bool frames(Frames& frames) {
        ++received_;
        if (frames.count() == 0) return true;
        log_.prove(frames.media_samples.back());
        const auto forgotten = [this](const LoggedMessage& message, Bytes packet) { forget(message, packet); };
        const std::uint64_t shown = frames.media_samples.back();
        log_.forget_before(shown > keep_samples_ ? shown - keep_samples_ : 0, forgotten);
        if (frames.first_index + frames.count() >= next_frame_) catches_up_ = false;
        const std::uint64_t had = next_frame_ > frames.first_index ? next_frame_ - frames.first_index : 0;
        if (replays_ && had > 0) frames.drop_first(static_cast<std::size_t>(had));
        if (frames.count() == 0) return false;
        replays_ = is_thin_ = false;
        next_frame_ = frames.first_index + frames.count();
        if (frames.utterance != counted_) count_ = 0;
        counted_ = frames.utterance;
        count_ += frames.count();
        if (seam_.is_open()) seam_.over(frames);
        seam_.shown(frames);
        return true;
    }

    bool event(Event& event) {
        ++received_;
        switch (event.kind) {
            case EventKind::interrupted: cut(event); return true;
            case EventKind::utterance_ended:
                if (replays_ && event.utterance < ended_) return false;
                ended_ = event.utterance + 1;
                if (rebuilt_ && event.utterance == counted_) event.frame_count = count_;
                return true;
            case EventKind::viseme:
            case EventKind::emotion: return !replays_ || event.frame_index >= next_frame_;
            case EventKind::cue_ignored:
            case EventKind::cue_late: return !replays_;
            case EventKind::frames_dropped:
                next_frame_ = (std::max)(next_frame_, event.frame_index + event.frame_count);
                return true;
            default: return true;
        }
    }

    bool error(const Error& error) {
        ++received_;
        if (error.session_closed) return true;
        if (error.refused == "interrupt" && asked_ > 0) --asked_;
        if (error.refused == "audio" && log_.refused(error.next_sample)) position_ = log_.end();
        return !replays_ || (error.refused != "cue" && error.refused != "end_utterance");
    }

    // ---- after a loss ----

    // The server has the session: what comes after the first `taken` is said again. False where that cannot be.
    bool resume(std::uint64_t taken, encode::Buffer& out) { return log_.say_again(taken, out); }

    // The server was lost before it answered an interruption: `event` is the answer that it would have given, as far
    // as anybody can tell.
    void settle(Event& event) {
        std::uint64_t frame = next_frame_;
        if (cut_at_ != nowhere && grid_.is_usable()) frame = (std::min)(frame, grid_.first_frame(cut_at_));
        event = Event();
        event.kind = EventKind::interrupted;
        event.utterance = utterance_ + (has_begun_ ? 1 : 0);
        event.frame_index = frame;
        event.media_sample = grid_.is_usable() ? grid_.sample_of(frame) : log_.end();
        event.next_sample = event.media_sample + opened_.blend_samples;
        asked_ = 1;
        cut(event);
        log_.forget_interrupts();
    }

    // Says all that a server needs to go on where this one is: to the bit where all is kept, else from where enough is.
    // False where that cannot be.
    bool rebuild(encode::Buffer& out) {
        Rebuilding rebuilding(number_, request_, grid_, log_, cues_);
        if (!rebuilding.plan(next_frame_, position_, utterance_, was_open_)) return false;
        log_ = rebuilding.log(was_open_);
        request_.begin = rebuilding.begin();
        cues_ = StandingCues();
        is_exact_ = is_exact_ && rebuilding.is_exact();
        opened_.resume_id.clear();
        received_ = 0;
        replays_ = rebuilt_ = true;
        is_thin_ = is_thin_ || !rebuilding.shows_again();
        catches_up_ = !is_thin_ && log_.end() > request_.begin.media_sample &&
                      request_.begin.frame_index < next_frame_;
        if (!is_exact_) seam_.begin();
        return log_.say_again(0, out);
    }

    // Whether the frames after a rebuilding are those that the lost server would have sent; told once.
    bool take_exact() { return std::exchange(is_exact_, true); }

private:
    static constexpr std::uint64_t nowhere = ~std::uint64_t{0};

    void cut(const Event& event) {
        log_.cut(event.next_sample, [this](const LoggedMessage& message, Bytes packet) { forget(message, packet); });
        position_ = event.next_sample;
        next_frame_ = event.frame_index;
        utterance_ = counted_ = event.utterance;
        count_ = 0;
        runs_ = replays_ = catches_up_ = is_thin_ = false;
        if (asked_ > 0) --asked_;
        has_begun_ = true;
        cut_at_ = nowhere;
    }

    void forget(const LoggedMessage& message, Bytes packet) {
        KeptCue cue;
        if (message.what != Said::cue || !cue.read(packet)) return;
        cues_.add(std::move(cue));
        cues_.pass(message.end, request_.audio.sample_rate);
    }

    std::uint32_t number_;
    OpenRequest request_;
    MediaGrid grid_;
    SessionLog log_;
    StandingCues cues_;
    Seam seam_;
    Opened opened_;
    std::uint64_t keep_samples_ = 0;
    std::uint64_t received_ = 0;    // messages of the server
    std::uint64_t position_ = 0;    // where the next audio goes
    std::uint64_t next_frame_ = 0;  // before which all frames have come
    std::uint64_t cut_at_ = nowhere;
    std::uint64_t count_ = 0;       // frames of the utterance `counted_`
    std::uint32_t counted_ = 0;
    std::uint32_t ended_ = 0;      // utterances whose end was told
    std::uint32_t utterance_ = 0;  // of what is said next
    bool runs_ = false;            // something was said in it
    bool has_begun_ = true;        // an interruption now makes it another
    std::uint32_t asked_ = 0;      // interruptions that are not answered
    bool was_open_ = false;
    bool catches_up_ = false;
    bool is_thin_ = false;  // has silence for audio, behind which what was shown does not come again by itself
    bool rebuilt_ = false;
    bool replays_ = false;  // what comes has been there before
    bool is_exact_ = true;
};

}  // namespace voxrig
