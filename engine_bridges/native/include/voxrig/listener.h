// Who is told what the server says.
#pragma once

#include <cstdint>
#include <string_view>

#include "messages.h"

namespace voxrig {

// What is handed over is the client's memory and holds during the call. The methods may call the client back.
class Listener {
public:
    Listener() = default;
    Listener(const Listener&) = default;
    Listener& operator=(const Listener&) = default;
    virtual ~Listener() = default;

    virtual void on_hello(const Hello&) {}
    virtual void on_opened(std::uint32_t /*session*/, const Opened&) {}
    virtual void on_frames(std::uint32_t /*session*/, const Frames&) {}
    virtual void on_event(std::uint32_t /*session*/, const Event&) {}

    // A message of one session was refused, or the session failed; the others, and where it is not closed it, go on.
    virtual void on_error(std::uint32_t /*session*/, const Error&) {}

    // The connection was refused: `on_lost` follows.
    virtual void on_connection_error(const Error&) {}

    virtual void on_pong(const Pong&) {}
    virtual void on_description(const Description&) {}

    // The connection is lost, and it is being tried to bring it back; messages go on to be taken meanwhile.
    virtual void on_reconnecting(std::string_view /*reason*/) {}

    // There is one again, and each session is brought back: its frames go on, no index twice, none left out.
    virtual void on_reconnected() {}

    // The server had kept the session.
    virtual void on_resumed(std::uint32_t /*session*/) {}

    // The server had lost it, and it was begun anew. `exact`: the frames are those that would have come; else they are
    // eased over from the last one.
    virtual void on_rebuilt(std::uint32_t /*session*/, bool /*exact*/) {}

    // After `finish`: everything sent was answered and the server has closed.
    virtual void on_done() {}

    // The connection ended otherwise, or never began, and did not come back in time; all its sessions with it.
    virtual void on_lost(std::string_view /*reason*/) {}
};

// Tells `listener` of one message.
inline void deliver(const ServerMessage& message, Listener& listener) {
    using Kind = ServerMessage::Kind;
    switch (message.kind) {
        case Kind::hello: return listener.on_hello(message.hello);
        case Kind::opened: return listener.on_opened(message.session, message.opened);
        case Kind::frames: return listener.on_frames(message.session, message.frames);
        case Kind::event: return listener.on_event(message.session, message.event);
        case Kind::error:
            if (message.has_session) return listener.on_error(message.session, message.error);
            return listener.on_connection_error(message.error);
        case Kind::pong: return listener.on_pong(message.pong);
        case Kind::description: return listener.on_description(message.description);
        case Kind::resumed:
        case Kind::nothing: return;
    }
}

}  // namespace voxrig
