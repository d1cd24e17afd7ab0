// What is said over the engine link, as structs. Names, units and meanings are those of voxrig.v1
// (proto/voxrig/v1/performance.proto).
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "msgpack.h"

namespace voxrig {

constexpr std::uint32_t link_version = 1;

// ---- client to server ----

enum class Encoding { s16le, f32le };

struct AudioFormat {
    Encoding encoding = Encoding::s16le;
    std::uint32_t sample_rate = 16000;  // Hz
    std::uint32_t channels = 1;         // or 2, interleaved

    // Bytes of one sample of all channels.
    std::size_t sample_bytes() const { return (std::max)(1U, channels) * (encoding == Encoding::s16le ? 2U : 4U); }
};

struct FrameRate {
    std::uint32_t numerator = 60;
    std::uint32_t denominator = 1;
};

// Where a session's counting begins: at a frame that falls exactly on a media sample.
struct Beginning {
    std::uint64_t frame_index = 0;
    std::uint64_t media_sample = 0;
    std::uint32_t utterance = 0;  // the number of the first
};

struct OpenRequest {
    std::string rig = "arkit";  // or "metahuman"
    FrameRate frame_rate;
    AudioFormat audio;
    std::uint64_t seed = 0;           // 0: the server draws one, and `Opened::seed` says which
    std::uint32_t look_ahead_ms = 0;  // 0: the server's default model
    std::vector<std::pair<std::string, std::string>> options;  // "style", "emotion", "tell", ...
    std::uint32_t resume_window_ms = 0;  // 0: as the client is told, see `Survival`
    Beginning begin;                     // a client that survives sets it by itself
};

// What a client does about a connection that is lost.
struct Survival {
    double window_seconds = 20.0;  // for which it tries again and the server keeps the sessions; 0: neither
    double keep_seconds = 20.0;    // of audio that was heard, for a server that has lost the sessions
};

// A number by name: of a cue, or of an event.
struct NamedValue {
    std::string_view name;
    float value = 0.0F;
};

// ---- server to client ----

struct Limits {
    std::uint32_t max_sessions = 0;
    std::uint32_t max_chunk_bytes = 0;
    std::uint32_t max_message_bytes = 0;
    double max_buffered_seconds = 0.0;
    double interrupt_history_seconds = 0.0;
    std::uint32_t max_resume_window_ms = 0;  // 0: the server keeps no sessions
    double max_idle_seconds = 0.0;
    double max_session_seconds = 0.0;
};

struct Hello {
    std::uint32_t version = 0;
    std::string server;  // version of its software
    Limits limits;
};

struct Fraction {
    std::uint64_t numerator = 0;
    std::uint64_t denominator = 1;
};

struct Opened {
    std::string rig;
    std::vector<std::string> controls;  // in the order of a frame's values
    std::vector<float> minimum;         // of each control
    std::vector<float> maximum;
    std::vector<std::string> bones;  // in a frame after the controls, each x, y, z, w
    std::uint32_t stride = 0;        // floats in a frame: controls + 4 * bones
    FrameRate frame_rate;
    Fraction look_ahead;  // seconds of later audio that a frame needs
    std::uint64_t blend_samples = 0;
    std::uint32_t sample_rate = 0;
    std::uint64_t seed = 0;
    std::string resume_id;  // a secret
    std::uint32_t resume_window_ms = 0;
};

struct Resumed {
    std::uint64_t taken = 0;
    std::uint64_t next_sample = 0;
};

// Consecutive frames of one utterance. Memory of the client: copy what is kept beyond the call.
struct Frames {
    std::uint64_t first_index = 0;
    std::uint32_t utterance = 0;
    std::vector<std::uint64_t> media_samples;  // one a frame
    std::vector<float> values;                 // [frame][stride]
    std::size_t stride = 0;

    std::size_t count() const { return media_samples.size(); }
    const float* frame(std::size_t n) const { return values.data() + n * stride; }

    // Without the first `n`, or all where there are no more.
    void drop_first(std::size_t n) {
        n = (std::min)(n, count());
        media_samples.erase(media_samples.begin(), media_samples.begin() + static_cast<std::ptrdiff_t>(n));
        values.erase(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(n * stride));
        first_index += n;
    }
};

enum class EventKind { unknown, utterance_ended, interrupted, closed, cue_ignored, cue_late, viseme, emotion, frames_dropped };

inline std::string_view name_of(EventKind kind) {
    switch (kind) {
        case EventKind::utterance_ended: return "UTTERANCE_ENDED";
        case EventKind::interrupted: return "INTERRUPTED";
        case EventKind::closed: return "CLOSED";
        case EventKind::cue_ignored: return "CUE_IGNORED";
        case EventKind::cue_late: return "CUE_LATE";
        case EventKind::viseme: return "VISEME";
        case EventKind::emotion: return "EMOTION";
        case EventKind::frames_dropped: return "FRAMES_DROPPED";
        case EventKind::unknown: break;
    }
    return "UNKNOWN";
}

// Its views hold during the call that it is given to.
struct Event {
    EventKind kind = EventKind::unknown;
    std::uint32_t utterance = 0;
    std::uint64_t frame_count = 0;
    std::uint64_t frame_index = 0;
    std::uint64_t media_sample = 0;
    std::uint64_t next_sample = 0;
    std::string_view message;        // for people
    std::vector<NamedValue> values;  // of viseme and emotion
};

// Its views hold during the call that it is given to.
struct Error {
    std::int32_t code = 0;     // of google.rpc.Code: 3 invalid argument, 11 out of range, ...
    std::string_view message;  // for people
    bool session_closed = false;
    std::uint64_t next_sample = 0;  // that the session expects
    std::string_view refused;       // the message that was refused: "audio", "interrupt", ...; may be empty
};

struct Pong {
    std::uint64_t id = 0;
    double sent = 0.0;      // seconds on one's own clock
    double received = 0.0;  // seconds on the server's
    double replied = 0.0;   // seconds on the server's
    double back = 0.0;      // seconds on one's own clock
};

struct Description {
    std::string version;
    std::vector<std::string> rigs;
    std::vector<std::string> models;  // the first is the default
    Limits limits;
};

// One message of the server, decoded into memory that is kept from one to the next.
struct ServerMessage {
    enum class Kind { nothing, hello, opened, frames, event, error, resumed, pong, description };

    Kind kind = Kind::nothing;  // also of a kind that this version does not know
    bool has_session = false;
    std::uint32_t session = 0;
    Hello hello;
    Opened opened;
    Frames frames;
    Event event;
    Error error;
    Resumed resumed;
    Pong pong;
    Description description;
};

}  // namespace voxrig
