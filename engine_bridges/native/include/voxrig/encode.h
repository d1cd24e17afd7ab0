// Client messages as packets, each appended to a buffer that keeps its room.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "messages.h"
#include "msgpack.h"
#include "packets.h"

namespace voxrig {
namespace encode {

using Buffer = std::vector<std::uint8_t>;

// `session` and the name of what follows.
inline void head(msgpack::Writer& body, std::uint32_t session, std::string_view kind) {
    body.map(2);
    body.text("session");
    body.integer(session);
    body.text(kind);
}

// Without a token where that is empty.
inline void hello(Buffer& out, std::string_view client, std::string_view token = {}) {
    PacketWriter packet(out);
    packet.body.map(1);
    packet.body.text("hello");
    packet.body.map(token.empty() ? 2 : 3);
    packet.body.text("version");
    packet.body.integer(link_version);
    packet.body.text("client");
    packet.body.text(client);
    if (token.empty()) return;
    packet.body.text("token");
    packet.body.text(token);
}

inline void open(Buffer& out, std::uint32_t session, const OpenRequest& request) {
    PacketWriter packet(out);
    msgpack::Writer& body = packet.body;
    const Beginning& begin = request.begin;
    const bool begins = begin.frame_index > 0 || begin.media_sample > 0 || begin.utterance > 0;
    head(body, session, "open");
    body.map(6 + (request.resume_window_ms > 0 ? 1 : 0) + (begins ? 1 : 0));
    body.text("rig");
    body.text(request.rig);
    body.text("frame_rate");
    body.map(2);
    body.text("numerator");
    body.integer(request.frame_rate.numerator);
    body.text("denominator");
    body.integer(request.frame_rate.denominator);
    body.text("audio");
    body.map(3);
    body.text("encoding");
    body.text(request.audio.encoding == Encoding::s16le ? "S16LE" : "F32LE");
    body.text("sample_rate");
    body.integer(request.audio.sample_rate);
    body.text("channels");
    body.integer(request.audio.channels);
    body.text("seed");
    body.integer(request.seed);
    body.text("look_ahead_ms");
    body.integer(request.look_ahead_ms);
    body.text("options");
    body.map(static_cast<std::uint32_t>(request.options.size()));
    for (const auto& option : request.options) {
        body.text(option.first);
        body.text(option.second);
    }
    if (request.resume_window_ms > 0) {
        body.text("resume_window_ms");
        body.integer(request.resume_window_ms);
    }
    if (!begins) return;
    body.text("begin");
    body.map(3);
    body.text("frame_index");
    body.integer(begin.frame_index);
    body.text("media_sample");
    body.integer(begin.media_sample);
    body.text("utterance");
    body.integer(begin.utterance);
}

inline void resume(Buffer& out, std::uint32_t session, std::string_view id, std::uint64_t received) {
    PacketWriter packet(out);
    head(packet.body, session, "resume");
    packet.body.map(2);
    packet.body.text("id");
    packet.body.text(id);
    packet.body.text("received");
    packet.body.integer(received);
}

inline void audio(Buffer& out, std::uint32_t session, std::uint64_t first_sample, const void* bytes, std::size_t size) {
    PacketWriter packet(out);
    head(packet.body, session, "audio");
    packet.body.map(2);
    packet.body.text("first_sample");
    packet.body.integer(first_sample);
    packet.body.text("samples");
    packet.body.binary(bytes, size);
}

inline void cue(Buffer& out, std::uint32_t session, std::uint64_t media_sample, std::string_view name,
                const NamedValue* values, std::size_t count) {
    PacketWriter packet(out);
    head(packet.body, session, "cue");
    packet.body.map(3);
    packet.body.text("media_sample");
    packet.body.integer(media_sample);
    packet.body.text("name");
    packet.body.text(name);
    packet.body.text("values");
    packet.body.map(static_cast<std::uint32_t>(count));
    for (std::size_t k = 0; k < count; ++k) {
        packet.body.text(values[k].name);
        packet.body.number(values[k].value);
    }
}

inline void end_utterance(Buffer& out, std::uint32_t session, std::uint64_t tail_samples) {
    PacketWriter packet(out);
    head(packet.body, session, "end_utterance");
    packet.body.map(1);
    packet.body.text("tail_samples");
    packet.body.integer(tail_samples);
}

// Without `at_sample`: at the first frame that is not computed yet.
inline void interrupt(Buffer& out, std::uint32_t session, const std::uint64_t* at_sample) {
    PacketWriter packet(out);
    head(packet.body, session, "interrupt");
    packet.body.map(at_sample != nullptr ? 1 : 0);
    if (at_sample != nullptr) {
        packet.body.text("at_sample");
        packet.body.integer(*at_sample);
    }
}

inline void close(Buffer& out, std::uint32_t session) {
    PacketWriter packet(out);
    head(packet.body, session, "close");
    packet.body.map(0);
}

// What a server says, without its length: for a client that changes it on the way to those who are told.
inline void frames(Buffer& out, std::uint32_t session, const Frames& frames) {
    msgpack::Writer body(out);
    head(body, session, "frames");
    body.map(4);
    body.text("first_index");
    body.integer(frames.first_index);
    body.text("utterance");
    body.integer(frames.utterance);
    body.text("media_samples");
    body.array(static_cast<std::uint32_t>(frames.count()));
    for (const std::uint64_t sample : frames.media_samples) body.integer(sample);
    body.text("values");
    body.binary(frames.values.data(), frames.values.size() * sizeof(float));
}

// As `frames`, of an event without text and values.
inline void event(Buffer& out, std::uint32_t session, const Event& event) {
    msgpack::Writer body(out);
    head(body, session, "event");
    body.map(6);
    body.text("kind");
    body.text(name_of(event.kind));
    body.text("utterance");
    body.integer(event.utterance);
    body.text("frame_count");
    body.integer(event.frame_count);
    body.text("frame_index");
    body.integer(event.frame_index);
    body.text("media_sample");
    body.integer(event.media_sample);
    body.text("next_sample");
    body.integer(event.next_sample);
}

inline void ping(Buffer& out, std::uint64_t id, double sent) {
    PacketWriter packet(out);
    packet.body.map(1);
    packet.body.text("ping");
    packet.body.map(2);
    packet.body.text("id");
    packet.body.integer(id);
    packet.body.text("sent");
    packet.body.number(sent);
}

inline void describe(Buffer& out) {
    PacketWriter packet(out);
    packet.body.map(1);
    packet.body.text("describe");
    packet.body.map(0);
}

}  // namespace encode
}  // namespace voxrig
