// What a server says, written with the core's own writer, and what a client said, read back.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "voxrig/messages.h"
#include "voxrig/msgpack.h"
#include "voxrig/packets.h"

using Buffer = std::vector<std::uint8_t>;

inline void say_hello(Buffer& out, std::uint32_t version = 1, std::uint32_t max_chunk_bytes = 4096) {
    voxrig::PacketWriter packet(out);
    packet.body.map(1);
    packet.body.text("hello");
    packet.body.map(3);
    packet.body.text("version");
    packet.body.integer(version);
    packet.body.text("server");
    packet.body.text("9.9");
    packet.body.text("limits");
    packet.body.map(1);
    packet.body.text("max_chunk_bytes");
    packet.body.integer(max_chunk_bytes);
}

inline void session_head(voxrig::msgpack::Writer& body, std::uint32_t session, const char* kind) {
    body.map(2);
    body.text("session");
    body.integer(session);
    body.text(kind);
}

// A rig of `controls` controls and one bone, 16 kHz, 60 frames a second.
inline void say_opened(Buffer& out, std::uint32_t session, std::uint32_t controls) {
    voxrig::PacketWriter packet(out);
    session_head(packet.body, session, "opened");
    packet.body.map(5);
    packet.body.text("controls");
    packet.body.array(controls);
    for (std::uint32_t k = 0; k < controls; ++k) packet.body.text("control" + std::to_string(k));
    packet.body.text("bones");
    packet.body.array(1);
    packet.body.text("head");
    packet.body.text("stride");
    packet.body.integer(controls + 4);
    packet.body.text("sample_rate");
    packet.body.integer(16000);
    packet.body.text("look_ahead");
    packet.body.map(2);
    packet.body.text("numerator");
    packet.body.integer(13);
    packet.body.text("denominator");
    packet.body.integer(160);
}

inline void say_frames(Buffer& out, std::uint32_t session, std::uint64_t first, std::uint32_t count,
                       const std::vector<float>& values) {
    voxrig::PacketWriter packet(out);
    session_head(packet.body, session, "frames");
    packet.body.map(4);
    packet.body.text("first_index");
    packet.body.integer(first);
    packet.body.text("utterance");
    packet.body.integer(0);
    packet.body.text("media_samples");
    packet.body.array(count);
    for (std::uint64_t n = first; n < first + count; ++n) packet.body.integer(n * 16000 / 60);
    packet.body.text("values");
    packet.body.binary(values.data(), values.size() * sizeof(float));
}

inline void say_event(Buffer& out, std::uint32_t session, const char* kind, std::uint64_t next_sample,
                      std::uint64_t frame_index = 0) {
    voxrig::PacketWriter packet(out);
    session_head(packet.body, session, "event");
    packet.body.map(3);
    packet.body.text("kind");
    packet.body.text(kind);
    packet.body.text("next_sample");
    packet.body.integer(next_sample);
    packet.body.text("frame_index");
    packet.body.integer(frame_index);
}

inline void say_error(Buffer& out, std::uint32_t session, const char* refused, bool closed) {
    voxrig::PacketWriter packet(out);
    session_head(packet.body, session, "error");
    packet.body.map(3);
    packet.body.text("code");
    packet.body.integer(11);
    packet.body.text("refused");
    packet.body.text(refused);
    packet.body.text("session_closed");
    packet.body.boolean(closed);
}

// The kinds of the packets in `bytes`, each with its session, and where it is audio with its sample and size:
// "hello open1 audio1@0+640".
inline std::string packets_of(voxrig::Bytes bytes) {
    voxrig::PacketReader packets;
    packets.feed(bytes.data, bytes.size);
    voxrig::Bytes payload;
    std::string text;
    while (packets.next(payload)) {
        voxrig::msgpack::Reader in(payload.data, payload.size);
        std::uint32_t pairs = 0;
        std::string_view key;
        std::uint32_t session = 0;
        in.map(pairs);
        in.text(key);
        const bool of_session = pairs == 2 && in.integer(session) && in.text(key);
        text += (text.empty() ? "" : " ") + std::string(key) + (of_session ? std::to_string(session) : "");
        if (key != "audio") continue;
        std::uint64_t first = 0;
        voxrig::Bytes samples;
        in.map(pairs);
        in.text(key);
        in.integer(first);
        in.text(key);
        in.binary(samples);
        text += "@" + std::to_string(first) + "+" + std::to_string(samples.size);
    }
    return text;
}
