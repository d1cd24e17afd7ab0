// A character: its session on a connection, its speaker and its face. The component is a shell around it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "voxrig/client_thread.h"
#include "voxrig/messages.h"

#include "backoff.h"
#include "body_turns.h"
#include "connection.h"
#include "cues.h"
#include "face_pose.h"
#include "speaker.h"
#include "timed_events.h"

namespace voxrig {
namespace plugin {

// Who is told of a character; from `Connection::poll` and `Character::update`, on the game thread.
class CharacterListener {
public:
    virtual ~CharacterListener() = default;
    virtual void on_opened(const Opened& opened) = 0;
    virtual void on_timed(const TimedEvent& event) = 0;  // a viseme, an emotion or the end of an utterance is heard
    virtual void on_interrupted() = 0;
    virtual void on_refused(int code, const std::string& message, const std::string& remedy) = 0;
    virtual void on_connection_lost(const std::string& reason) = 0;
    virtual void on_connection_restored() = 0;
};

// What to do about an error of the server, by its google.rpc.Code; what else there is to say is in its message.
inline const char* remedy_for(int code) {
    switch (code) {
        case 3: return "Correct the value that the message names, in the component or in Project Settings > Voxrig.";
        case 5: return "Set the rig to arkit or metahuman, and ask for no less look-ahead than a model of the server has.";
        case 8: return "Close sessions of characters that are out of sight, or start the server with a higher limit.";
        case 9: return "Give audio before EndUtterance, and none after CloseSession.";
        case 11: return "Nothing is to be done: the session goes on where the server expects it.";
        case 13: return "See the server's log; the session is opened again by itself.";
        default: return "See the message.";
    }
}

// For the game thread, but for the queue and `Speaker::play`.
class Character : private Member {
public:
    Character(const SpeakerSettings& settings, OpenRequest request, CharacterListener& listener)
        : speaker_(settings), request_(std::move(request)), listener_(listener) {
        request_.audio = {Encoding::s16le, settings.sample_rate, 1};
    }
    ~Character() override { leave(); }
    Character(const Character&) = delete;
    Character& operator=(const Character&) = delete;

    Speaker& speaker() { return speaker_; }
    const Speaker& speaker() const { return speaker_; }
    const FacePose& face() const { return face_; }
    const BodyTurns& body() const { return body_; }
    bool is_open() const { return is_open_; }
    std::uint64_t refusals() const { return refusals_; }

    // Opens a session as soon as there is a connection, and again where it was lost.
    void join(Connection& connection) {
        leave();
        connection_ = &connection;
        wants_session_ = true;
        connection.join(*this);
    }

    void leave() {
        if (connection_ == nullptr) return;
        wants_session_ = false;
        speaker_.detach();
        connection_->leave(*this);
        connection_ = nullptr;
        is_open_ = false;
    }

    // At every picture, after `Connection::poll`: speech goes out, and the face is that of what is heard.
    void update(double now) {
        if (connection_ != nullptr && reopen_at_ > 0.0 && now >= reopen_at_) {
            reopen_at_ = 0.0;
            open();
        }
        const bool expected = wants_session_ && connection_ != nullptr && connection_->is_hopeful();
        speaker_.update(now, expected);
        if (const float* frame = speaker_.pose()) {
            face_.update(frame);
            if (has_frames_) body_.update(frame);
        }
        while (const TimedEvent* event = speaker_.due()) listener_.on_timed(*event);
    }

    // A cue for now. False where no session is open.
    bool cue(const Cue& cue) {
        if (!is_open_) return false;
        const std::uint32_t session = connection_->session(*this);
        const Result result =
            connection_->link().cue(session, speaker_.cue_sample(), cue.name, cue.values.data(), cue.count);
        return result == Result::ok;
    }

private:
    void open() {
        AudioInput* input = connection_->open(*this, request_);
        if (input != nullptr) speaker_.attach(connection_->link(), *input);
    }

    void on_connected(const Hello&) override {
        if (wants_session_) open();
    }

    void on_opened(const Opened& opened) override {
        request_.seed = opened.seed;  // the same character where it has to be opened again
        speaker_.opened(opened);
        face_.reset(opened);
        body_.reset(opened);
        has_frames_ = false;
        is_open_ = true;
        backoff_.reset();
        const bool was_lost = was_lost_;
        was_lost_ = false;
        if (was_lost) listener_.on_connection_restored();
        listener_.on_opened(opened);
    }

    void on_frames(const Frames& frames) override {
        speaker_.frames(frames, ClientThread::now());
        has_frames_ = true;
    }

    void on_event(const Event& event) override {
        speaker_.event(event);
        if (event.kind == EventKind::interrupted) listener_.on_interrupted();
        if (event.kind == EventKind::cue_ignored) {
            listener_.on_refused(0, std::string(event.message), "The server has nothing for this cue, and goes on without.");
        }
        if (event.kind == EventKind::closed) end();
    }

    void on_error(const Error& error) override {
        ++refusals_;
        const int code = error.code;
        const std::string message(error.message);
        if (error.session_closed) {
            end();
            if (code == 3 || code == 5) {
                wants_session_ = false;  // the request is wrong: it would be so again
            } else {
                reopen_at_ = ClientThread::now() + backoff_.next();
            }
        } else {
            speaker_.refused(error);
        }
        listener_.on_refused(code, message, remedy_for(code));
    }

    void on_waiting(std::string_view reason) override {
        if (!is_open_) return;
        told_ = waits_ = true;
        listener_.on_connection_lost(std::string(reason));
    }

    void on_back() override {
        if (std::exchange(waits_, false)) listener_.on_connection_restored();
    }

    void on_lost(std::string_view reason) override {
        if (std::exchange(waits_, false)) was_lost_ = true;
        const bool was_open = is_open_ && !was_lost_;
        end();
        if (was_open || !told_) {
            told_ = was_lost_ = true;
            listener_.on_connection_lost(std::string(reason));
        }
    }

    void end() {
        speaker_.detach();
        is_open_ = false;
        reopen_at_ = 0.0;
    }

    Speaker speaker_;
    FacePose face_;
    BodyTurns body_;
    OpenRequest request_;
    CharacterListener& listener_;
    Connection* connection_ = nullptr;
    Backoff backoff_{1.0, 30.0};
    double reopen_at_ = 0.0;
    std::uint64_t refusals_ = 0;
    bool wants_session_ = false;
    bool is_open_ = false;
    bool has_frames_ = false;  // of this session; before, the pose is rest or of a session before
    bool was_lost_ = false;
    bool waits_ = false;  // for the connection to come back, with the session
    bool told_ = false;  // that there is no connection at all
};

}  // namespace plugin
}  // namespace voxrig
