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
#include <vector>

#include "clock_sync.h"
#include "decode.h"
#include "encode.h"
#include "listener.h"
#include "messages.h"
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
    explicit Client(std::string_view name = "Voxrig native") {
        out_.reserve(1 << 16);
        encode::hello(out_, name);
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

    // One payload: for who cuts the stream itself. `message` then has it; of the kind `nothing` where nobody need know.
    // False where it breaks the protocol, and `broken` says how.
    bool accept(Bytes payload, double now) {
        if (!decoder_.decode(payload, message_)) {
            broken_ = "the server's answer breaks the protocol: it is no message";
            return false;
        }
        return take(now);
    }
    const ServerMessage& message() const { return message_; }
    const char* broken() const { return broken_; }

    // Whether all was said and answered, so that the server's closing is the end and not a loss.
    bool is_done() const { return finished_ && sessions_.empty() && !refused_ && greeted_; }

    // ---- sessions; numbers are the caller's, any that is not open ----

    Result open(std::uint32_t number, const OpenRequest& request) {
        if (finished_) return Result::finished;
        if (find(number) == nullptr) sessions_.push_back(std::make_unique<Session>(number, request.audio));
        encode::open(out_, number, request);
        return Result::ok;
    }

    // Bytes of whole samples in the session's format, straight after those before; longer audio goes in several
    // messages. After `interrupt` it waits for the answer, which says where it goes on.
    Result audio(std::uint32_t number, const void* bytes, std::size_t size) {
        Session* session = nullptr;
        const Result result = sendable(number, session);
        if (result != Result::ok) return result;
        if (size % session->audio_format().sample_bytes() != 0) return Result::broken_samples;
        if (pending().size + size > max_pending_bytes) return Result::congested;
        const auto* first = static_cast<const std::uint8_t*>(bytes);
        return session->audio(out_, first, size, chunk_bytes(*session)) ? Result::ok : Result::congested;
    }

    // One message at a sample of the caller's choice, whatever the session expects; nothing is held or counted.
    Result audio_at(std::uint32_t number, std::uint64_t first_sample, const void* bytes, std::size_t size) {
        if (finished_) return Result::finished;
        if (pending().size + size > max_pending_bytes) return Result::congested;
        encode::audio(out_, number, first_sample, bytes, size);
        Session* session = find(number);
        if (session != nullptr && size > 0) session->spoke();
        return Result::ok;
    }

    Result cue(std::uint32_t number, std::uint64_t media_sample, std::string_view name, const NamedValue* values,
               std::size_t count) {
        if (finished_) return Result::finished;
        encode::cue(out_, number, media_sample, name, values, count);
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
        return Result::ok;
    }

    // No more comes from this side: the server closes every session once all that was sent is done, and then the line.
    void finish() { finished_ = true; }

    const Limits& limits() const { return limits_; }
    const ClockSync& clock() const { return clock_; }

private:
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
                if (message_.has_session) {
                    refuse();
                } else {
                    refused_ = true;
                }
                return true;
            case Kind::opened:
            case Kind::frames:
            case Kind::event: return take_of_session();
            case Kind::description:
            case Kind::nothing: break;
        }
        return true;
    }

    bool greet() {
        limits_ = message_.hello.limits;
        greeted_ = message_.hello.version == link_version;
        if (!greeted_) broken_ = "the server speaks another version of the engine link: update one of the two";
        return greeted_;
    }

    bool take_of_session() {
        Session* session = find(message_.session);
        if (session == nullptr) {
            message_.kind = ServerMessage::Kind::nothing;  // closed on this side already
            return true;
        }
        if (message_.kind == ServerMessage::Kind::opened) {
            session->took(message_.opened);
        } else if (message_.kind == ServerMessage::Kind::frames) {
            if (message_.frames.count() > 0 && message_.frames.stride != session->opened().stride) {
                broken_ = "the server's answer breaks the protocol: frames are not of the session's stride";
                return false;
            }
        } else if (message_.event.kind == EventKind::unknown) {
            message_.kind = ServerMessage::Kind::nothing;  // of a newer server
        } else if (message_.event.kind == EventKind::interrupted) {
            session->interrupted(out_, &message_.event, chunk_bytes(*session));
        } else if (message_.event.kind == EventKind::closed) {
            forget(message_.session);
        }
        return true;
    }

    void refuse() {
        Session* session = find(message_.session);
        if (session == nullptr) return;
        if (message_.error.refused == "interrupt") session->interrupted(out_, nullptr, chunk_bytes(*session));
        if (message_.error.session_closed) forget(message_.session);
    }

    std::vector<std::uint8_t> out_;
    std::size_t sent_ = 0;  // of `out_`
    PacketReader packets_;
    Decoder decoder_;
    ServerMessage message_;
    std::vector<std::unique_ptr<Session>> sessions_;
    Limits limits_;
    ClockSync clock_;
    const char* broken_ = "";
    bool greeted_ = false;
    bool refused_ = false;  // the connection, by the server
    bool finished_ = false;
};

}  // namespace voxrig
