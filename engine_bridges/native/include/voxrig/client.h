// A connection with its sessions as a machine without a socket, a clock or a thread: bytes of the server in, bytes for
// the server out. `ClientThread` runs one; a host with sockets of its own runs it itself. For one thread at a time.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "clock_sync.h"
#include "decode.h"
#include "encode.h"
#include "listener.h"
#include "messages.h"
#include "notice.h"
#include "packets.h"
#include "session.h"

namespace voxrig {

// Bytes that may wait to be sent before `audio` says `congested`.
constexpr std::size_t max_pending_bytes = std::size_t{8} << 20;

enum class Result {
    ok,
    congested,        // too much waits: nothing was taken, try again later
    unknown_session,  // never opened, or closed
    broken_samples,   // bytes that are not whole samples
    finished,         // nothing can be sent after `finish`
};

class Client {
public:
    // The hello waits to be sent at once; messages may follow it without waiting for the answer.
    // `token` is for servers that ask for one; `survival` says whether `reconnect` can bring sessions back.
    explicit Client(std::string_view name = "Voxrig native", std::string_view token = {}, Survival survival = {0.0, 0.0})
        : name_(name), token_(token), survival_(survival) {
        out_.reserve(1 << 16);
        encode::hello(out_, name_, token_);
    }

    // ---- transport ----

    // What is to be sent, until the next call of anything else; then say how much of it was sent.
    Bytes pending() const { return {out_.data() + sent_, out_.size() - sent_}; }

    void sent(std::size_t size) {
        sent_ += size;
        if (sent_ == out_.size()) {
            out_.clear();
            sent_ = 0;
        } else if (sent_ >= (1 << 16) && sent_ > out_.size() / 2) {
            out_.erase(out_.begin(), out_.begin() + static_cast<std::ptrdiff_t>(sent_));
            sent_ = 0;
        }
    }

    // Instead of both: all of it, in exchange for a buffer that is empty.
    void take_pending(std::vector<std::uint8_t>& into) {
        into.clear();
        out_.erase(out_.begin(), out_.begin() + static_cast<std::ptrdiff_t>(sent_));
        sent_ = 0;
        into.swap(out_);
    }

    // Whether `finish` was called and everything was sent: half-close now (shut down the writing side).
    bool wants_half_close() const {
        const auto holds = [](const std::unique_ptr<Session>& session) { return session->holds(); };
        return finished_ && pending().size == 0 && std::none_of(sessions_.begin(), sessions_.end(), holds);
    }

    // Bytes of the server as they came, in pieces of any size, `now` on one's own clock. False where the connection
    // is of no use any more: `listener` was told, close it.
    bool receive(const std::uint8_t* data, std::size_t size, double now, Listener& listener) {
        packets_.feed(data, size);
        Bytes payload;
        while (packets_.next(payload)) {
            if (!accept(payload, now)) {
                listener.on_lost(broken_);
                return false;
            }
            for (const Notice& notice : notices_) voxrig::deliver(notice, {}, listener);
            deliver(message_, listener);
        }
        if (packets_.broken()) listener.on_lost(broken_ = too_long);
        return !packets_.broken();
    }

    // The server has closed, or the connection is lost for `reason`.
    void disconnected(std::string_view reason, Listener& listener) {
        if (is_done() && !packets_.within()) {
            listener.on_done();
        } else {
            listener.on_lost(reason);
        }
    }

    // One payload: for who cuts the stream itself. `notices` are to be told, then `message`, of the kind `nothing` where
    // nobody need know; `changed` is its payload where it is not that of the server. False where it breaks the protocol,
    // and `broken` says how.
    bool accept(Bytes payload, double now) {
        notices_.clear();
        changed_.clear();
        if (!decoder_.decode(payload, message_)) {
            broken_ = "the server's answer breaks the protocol: it is no message";
            return false;
        }
        return take(now);
    }
    const ServerMessage& message() const { return message_; }
    const std::vector<Notice>& notices() const { return notices_; }
    Bytes changed() const { return {changed_.data(), changed_.size()}; }
    const char* broken() const { return broken_; }

    // Whether what is lost now can come back: there was a server. Else `disconnected`.
    bool survives() const {
        return survival_.window_seconds > 0.0 && was_greeted_ && broken_[0] == 0 && !is_done() && may_return();
    }

    // Whether the server has not sent us away for good.
    bool may_return() const { return refusal_ == 0 || refusal_ == unavailable || refusal_ == exhausted; }

    // The connection is lost and `survives`: what is said from now on waits for `reconnect`.
    void lose() {
        out_.clear();
        sent_ = 0;
        packets_ = PacketReader();
        refusal_ = 0;
        greeted_ = false;
        is_lost_ = true;
        for (const auto& session : sessions_) session->lose();
    }

    // After `lose`, on a new connection: what is to be sent over it begins here.
    void reconnect() {
        out_.clear();
        is_lost_ = false;
        encode::hello(out_, name_, token_);
        if (describes_) encode::describe(out_);
        given_up_.clear();
        for (const auto& session : sessions_) {
            if (!session->come_back(out_, chunk_bytes(*session))) given_up_.push_back(session->number());
        }
    }

    // Whether all was said and answered, so that the server's closing is the end and not a loss.
    bool is_done() const { return finished_ && sessions_.empty() && refusal_ == 0 && greeted_; }

    // ---- sessions; numbers are the caller's, any that is not open ----

    Result open(std::uint32_t number, const OpenRequest& request) {
        if (finished_) return Result::finished;
        OpenRequest wanted = request;
        const bool survives = survival_.window_seconds > 0.0;
        if (survives && wanted.resume_window_ms == 0) wanted.resume_window_ms = window_ms();
        Session* session = find(number);
        const bool again = session != nullptr;
        if (!again) {
            sessions_.push_back(std::make_unique<Session>(number, wanted, survives ? survival_.keep_seconds : 0.0));
            session = sessions_.back().get();
            if (is_lost_) session->lose();
        }
        session->open(out_, wanted, again);
        return Result::ok;
    }

    // Bytes of whole samples in the session's format, straight after those before; longer audio goes in several
    // messages. After `interrupt` it waits for the answer, which says where it goes on.
    Result audio(std::uint32_t number, const void* bytes, std::size_t size) {
        Session* session = nullptr;
        const Result result = sendable(number, session);
        if (result != Result::ok) return result;
        if (size % session->audio_format().sample_bytes() != 0) return Result::broken_samples;
        if (pending().size + size > max_pending_bytes || !session->has_room(size)) return Result::congested;
        const auto* first = static_cast<const std::uint8_t*>(bytes);
        return session->audio(out_, first, size, chunk_bytes(*session)) ? Result::ok : Result::congested;
    }

    // One message at a sample of the caller's choice, whatever the session expects; nothing is held or counted.
    Result audio_at(std::uint32_t number, std::uint64_t first_sample, const void* bytes, std::size_t size) {
        if (finished_) return Result::finished;
        if (pending().size + size > max_pending_bytes) return Result::congested;
        Session* session = find(number);
        if (session == nullptr) {
            encode::audio(out_, number, first_sample, bytes, size);
        } else if (!session->has_room(size)) {
            return Result::congested;
        } else {
            session->audio_at(out_, first_sample, bytes, size);
        }
        return Result::ok;
    }

    Result cue(std::uint32_t number, std::uint64_t media_sample, std::string_view name, const NamedValue* values,
               std::size_t count) {
        if (finished_) return Result::finished;
        Session* session = find(number);
        if (session == nullptr) {
            encode::cue(out_, number, media_sample, name, values, count);
        } else if (!session->has_room(32 * count + name.size())) {
            return Result::congested;
        } else {
            session->cue(out_, media_sample, name, values, count);
        }
        return Result::ok;
    }

    Result cue(std::uint32_t number, std::uint64_t media_sample, std::string_view name,
               std::initializer_list<NamedValue> values) {
        return cue(number, media_sample, name, values.begin(), values.size());
    }

    Result end_utterance(std::uint32_t number, std::uint64_t tail_samples = 0) {
        Session* session = nullptr;
        const Result result = sendable(number, session);
        if (result == Result::ok) session->end_utterance(out_, tail_samples);
        return result;
    }

    // Cut at the first frame that is not computed yet, or at `at_sample`: best what is being heard now.
    Result interrupt(std::uint32_t number) { return interrupt(number, nullptr); }
    Result interrupt(std::uint32_t number, std::uint64_t at_sample) { return interrupt(number, &at_sample); }

    Result close(std::uint32_t number) {
        Session* session = nullptr;
        const Result result = sendable(number, session);
        if (result == Result::ok) session->close(out_);
        return result;
    }

    // Where the session's next audio goes; after a refused chunk set it to the error's `next_sample`.
    std::uint64_t next_sample(std::uint32_t number) const {
        const Session* session = find(number);
        return session == nullptr ? 0 : session->next_sample();
    }
    void set_next_sample(std::uint32_t number, std::uint64_t sample) {
        Session* session = find(number);
        if (session != nullptr) session->move_to(sample);
    }

    // Null until OPENED has come, and again once the session is closed.
    const Opened* opened(std::uint32_t number) const {
        const Session* session = find(number);
        return session == nullptr || !session->is_open() ? nullptr : &session->opened();
    }

    // ---- the connection ----

    // `now` on the clock that `receive` is told.
    Result ping(std::uint64_t id, double now) {
        if (finished_) return Result::finished;
        encode::ping(out_, id, now);
        return Result::ok;
    }

    Result describe() {
        if (finished_) return Result::finished;
        encode::describe(out_);
        describes_ = true;
        return Result::ok;
    }

    // No more comes from this side: the server closes every session once all that was sent is done, and then the line.
    void finish() { finished_ = true; }

    const Limits& limits() const { return limits_; }
    const ClockSync& clock() const { return clock_; }

private:
    enum Code : std::int32_t { not_found = 5, exhausted = 8, out_of_range = 11, unavailable = 14 };  // google.rpc.Code

    static constexpr const char* too_long = "the server's answer breaks the protocol: it is too long";

    Result sendable(std::uint32_t number, Session*& session) {
        if (finished_) return Result::finished;
        session = find(number);
        return session == nullptr ? Result::unknown_session : Result::ok;
    }

    Result interrupt(std::uint32_t number, const std::uint64_t* at_sample) {
        Session* session = nullptr;
        const Result result = sendable(number, session);
        if (result == Result::ok) session->interrupt(out_, at_sample);
        return result;
    }

    const Session* find(std::uint32_t number) const {
        for (const auto& session : sessions_) {
            if (session->number() == number) return session.get();
        }
        return nullptr;
    }
    Session* find(std::uint32_t number) { return const_cast<Session*>(static_cast<const Client*>(this)->find(number)); }

    void forget(std::uint32_t number) {
        const auto is_it = [&](const std::unique_ptr<Session>& session) { return session->number() == number; };
        sessions_.erase(std::remove_if(sessions_.begin(), sessions_.end(), is_it), sessions_.end());
    }

    // Bytes of one audio message: whole samples, within what the server takes.
    std::size_t chunk_bytes(const Session& session) const {
        const std::size_t most = limits_.max_chunk_bytes == 0 ? 16384 : (std::min)(limits_.max_chunk_bytes, 65536U);
        const std::size_t sample = session.audio_format().sample_bytes();
        return (std::max)(sample, most / sample * sample);
    }

    bool take(double now) {
        using Kind = ServerMessage::Kind;
        switch (message_.kind) {
            case Kind::hello: return greet();
            case Kind::pong:
                message_.pong.back = now;
                clock_.pong(message_.pong.sent, message_.pong.received, message_.pong.replied, now);
                return true;
            case Kind::error:
                if (!message_.has_session) refusal_ = message_.error.code == 0 ? not_found : message_.error.code;
                return !message_.has_session || refuse();
            case Kind::opened:
            case Kind::frames:
            case Kind::event:
            case Kind::resumed: return take_of_session();
            case Kind::description: describes_ = false; break;
            case Kind::nothing: break;
        }
        return true;
    }

    bool greet() {
        limits_ = message_.hello.limits;
        greeted_ = message_.hello.version == link_version;
        if (!greeted_) broken_ = "the server speaks another version of the engine link: update one of the two";
        if (greeted_ && std::exchange(was_greeted_, true)) {
            message_.kind = ServerMessage::Kind::nothing;
            notices_.push_back({Notice::Kind::reconnected, false, 0, {}});
            for (const std::uint32_t number : given_up_) {
                notices_.push_back({Notice::Kind::given_up, false, number, {}});
                forget(number);
            }
            given_up_.clear();
        }
        return greeted_;
    }

    bool take_of_session() {
        using Kind = ServerMessage::Kind;
        Session* session = find(message_.session);
        if (session == nullptr) {
            message_.kind = Kind::nothing;  // closed on this side already
            return true;
        }
        if (message_.kind == Kind::resumed) return resume(*session);
        if (message_.kind == Kind::opened) return take_opened(*session);
        if (message_.kind == Kind::frames) return take_frames(*session);
        if (!session->waits() && session->memory() != nullptr) remember(*session);
        if (message_.kind == Kind::nothing) return true;
        if (message_.event.kind == EventKind::unknown) {
            message_.kind = Kind::nothing;  // of a newer server
        } else if (message_.event.kind == EventKind::interrupted) {
            session->interrupted(out_, &message_.event, chunk_bytes(*session));
        } else if (message_.event.kind == EventKind::closed) {
            forget(message_.session);
        }
        return true;
    }

    bool take_opened(Session& session) {
        SessionMemory* memory = session.memory();
        if (memory == nullptr) {
            session.took(message_.opened);
            return true;
        }
        bool fits = true;
        const bool first = memory->opened(message_.opened, fits);
        session.took(message_.opened);
        if (!fits) {
            notices_.push_back({Notice::Kind::given_up, false, session.number(), {}});
            encode::close(out_, session.number());
            forget(session.number());
        } else if (!first) {
            notices_.push_back({Notice::Kind::rebuilt, memory->take_exact(), session.number(), {}});
            const Event* settled = session.take_settled();
            if (settled != nullptr) {
                notices_.push_back({Notice::Kind::interrupted, false, session.number(), *settled});
            }
        }
        if (!first) message_.kind = ServerMessage::Kind::nothing;
        return true;
    }

    bool take_frames(Session& session) {
        Frames& frames = message_.frames;
        if (frames.count() > 0 && frames.stride != session.opened().stride) {
            broken_ = "the server's answer breaks the protocol: frames are not of the session's stride";
            return false;
        }
        SessionMemory* memory = session.memory();
        if (memory == nullptr || session.waits()) return true;
        const bool may_change = memory->may_change();
        if (!memory->frames(frames)) {
            message_.kind = ServerMessage::Kind::nothing;
        } else if (may_change) {
            encode::frames(changed_, session.number(), frames);
        }
        if (may_change) session.go_on(out_);
        return true;
    }

    // An event, of a session that survives.
    void remember(Session& session) {
        const std::uint64_t frame_count = message_.event.frame_count;
        if (!session.memory()->event(message_.event)) {
            message_.kind = ServerMessage::Kind::nothing;
        } else if (message_.event.frame_count != frame_count) {
            encode::event(changed_, session.number(), message_.event);
        }
    }

    bool resume(Session& session) {
        message_.kind = ServerMessage::Kind::nothing;
        if (!session.waits() || session.memory() == nullptr) return true;
        if (!session.resume(out_, message_.resumed.taken)) {
            broken_ = "the server's answer breaks the protocol: it has taken what was never said";
            return false;
        }
        notices_.push_back({Notice::Kind::resumed, false, session.number(), {}});
        return true;
    }

    // False never: what a session is refused ends no connection.
    bool refuse() {
        Session* session = find(message_.session);
        if (session == nullptr) return true;
        const Error& error = message_.error;
        const bool lost = error.code == not_found || error.code == out_of_range;
        if (session->waits() && error.session_closed && lost && session->rebuild(out_, chunk_bytes(*session))) {
            message_.kind = ServerMessage::Kind::nothing;
            return true;
        }
        if (session->memory() != nullptr && !session->memory()->error(error)) {
            message_.kind = ServerMessage::Kind::nothing;
        }
        if (error.refused == "interrupt") session->interrupted(out_, nullptr, chunk_bytes(*session));
        if (error.session_closed) forget(message_.session);
        return true;
    }

    std::uint32_t window_ms() const {
        return static_cast<std::uint32_t>((std::min)(survival_.window_seconds, 86400.0) * 1e3);
    }

    std::string name_;
    std::string token_;
    Survival survival_;
    std::vector<std::uint8_t> out_;
    std::size_t sent_ = 0;  // of `out_`
    PacketReader packets_;
    Decoder decoder_;
    ServerMessage message_;
    std::vector<std::unique_ptr<Session>> sessions_;
    Limits limits_;
    ClockSync clock_;
    const char* broken_ = "";
    std::vector<Notice> notices_;           // of the payload that was accepted last
    std::vector<std::uint8_t> changed_;     // that payload, as it is to be told
    std::vector<std::uint32_t> given_up_;   // sessions that cannot come back
    std::int32_t refusal_ = 0;              // of the connection, by the server: why
    bool greeted_ = false;                  // on this connection
    bool was_greeted_ = false;              // on any
    bool is_lost_ = false;
    bool describes_ = false;  // an answer is waited for
    bool finished_ = false;
};

}  // namespace voxrig
