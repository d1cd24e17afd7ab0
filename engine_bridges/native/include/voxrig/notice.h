// What happens to a connection that comes back, as it is told.
#pragma once

#include <cstdint>
#include <string>

#include "listener.h"
#include "messages.h"

namespace voxrig {

struct Notice {
    enum class Kind : std::uint8_t { nothing, reconnecting, reconnected, resumed, rebuilt, interrupted, given_up };

    Kind kind = Kind::nothing;
    bool exact = false;         // of rebuilt
    std::uint32_t session = 0;  // of resumed, rebuilt, interrupted, given_up
    Event event;                // of interrupted, without text
};

// A session is closed because it does not fit the server that has come back.
inline void give_up(std::uint32_t session, Listener& listener) {
    Error error;
    error.code = 9;  // failed precondition
    error.message = "the session was lost with its server, and cannot go on where it was: open another one";
    error.session_closed = true;
    listener.on_error(session, error);
}

// Tells `listener`; `text` is the reason of the loss.
inline void deliver(const Notice& notice, std::string_view text, Listener& listener) {
    switch (notice.kind) {
        case Notice::Kind::reconnecting: return listener.on_reconnecting(text);
        case Notice::Kind::reconnected: return listener.on_reconnected();
        case Notice::Kind::resumed: return listener.on_resumed(notice.session);
        case Notice::Kind::rebuilt: return listener.on_rebuilt(notice.session, notice.exact);
        case Notice::Kind::interrupted: return listener.on_event(notice.session, notice.event);
        case Notice::Kind::given_up: return give_up(notice.session, listener);
        case Notice::Kind::nothing: return;
    }
}

}  // namespace voxrig
