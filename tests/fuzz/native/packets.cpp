// Bytes of a server in pieces of any size: packets, and messages in them. Pieces must make no difference.
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "input.h"
#include "voxrig/decode.h"
#include "voxrig/encode.h"
#include "voxrig/packets.h"

namespace {

constexpr std::size_t longest = 4096;

// What came of the bytes: a letter a packet.
std::string read(voxrig::Bytes stream, std::size_t piece) {
    voxrig::PacketReader packets(longest);
    voxrig::Decoder decoder;
    voxrig::ServerMessage message;
    std::string told;
    for (std::size_t at = 0; at < stream.size; at += piece) {
        packets.feed(stream.data + at, (std::min)(piece, stream.size - at));
        voxrig::Bytes payload;
        while (packets.next(payload)) {
            must(payload.size <= longest);
            const bool good = decoder.decode(payload, message);
            told.push_back(good ? static_cast<char>('a' + static_cast<int>(message.kind)) : '!');
            if (!good || message.kind != voxrig::ServerMessage::Kind::frames) continue;
            must(message.frames.values.size() == message.frames.count() * message.frames.stride);
            voxrig::encode::Buffer again;
            voxrig::encode::frames(again, message.session, message.frames);
            voxrig::ServerMessage read_again;
            must(decoder.decode({again.data(), again.size()}, read_again));
            must(read_again.frames.media_samples == message.frames.media_samples);
        }
    }
    return told + (packets.broken() ? "B" : "") + (packets.within() ? "W" : "");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Input input(data, size);
    const std::size_t piece = 1 + input.byte();
    const voxrig::Bytes stream = input.bytes(size);
    must(read(stream, piece) == read(stream, stream.size + 1));
    voxrig::Decoder decoder;
    voxrig::ServerMessage message;
    decoder.decode(stream, message);
    return 0;
}
