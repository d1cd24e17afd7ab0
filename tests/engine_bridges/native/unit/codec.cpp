// MessagePack, packets and the server's messages: what is good is read, what is not is refused within its bytes.
#include "voxrig/decode.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "checks.h"
#include "server_words.h"

using voxrig::Bytes;
using voxrig::Decoder;
using voxrig::ServerMessage;
using voxrig::msgpack::Reader;
using voxrig::msgpack::Writer;

namespace {

std::string hex(const Buffer& bytes) {
    std::string text;
    for (const std::uint8_t byte : bytes) {
        text += "0123456789abcdef"[byte >> 4];
        text += "0123456789abcdef"[byte & 15];
    }
    return text;
}

// Exactly so many bytes on the heap: a sanitizer sees a read beyond.
bool decodes(const std::uint8_t* data, std::size_t size, ServerMessage& message) {
    const std::unique_ptr<std::uint8_t[]> exact(new std::uint8_t[size]);
    if (size > 0) std::memcpy(exact.get(), data, size);
    Decoder decoder;
    return decoder.decode({exact.get(), size}, message);
}

bool skips(const Buffer& bytes) {
    Reader in(bytes.data(), bytes.size());
    return in.skip() && in.left() == 0;
}

Buffer payload_of(const Buffer& packet) { return Buffer(packet.begin() + 4, packet.end()); }

Buffer good_messages(int which) {
    Buffer out;
    switch (which) {
        case 0: say_hello(out); break;
        case 1: say_opened(out, 7, 3); break;
        case 2: say_frames(out, 7, 5, 2, std::vector<float>(14, 0.5F)); break;
        case 3: say_event(out, 7, "INTERRUPTED", 70000, 12); break;
        default: say_error(out, 7, "audio", false); break;
    }
    return payload_of(out);
}

}  // namespace

TEST(writes_the_bytes_of_the_format) {
    Buffer out;
    Writer writer(out);
    writer.map(1);
    writer.array(16);
    for (const std::uint64_t value : {0x7fULL, 0x80ULL, 0x100ULL, 0x10000ULL, 0x100000000ULL}) writer.integer(value);
    CHECK_EQUAL(hex(out), "81dc00107fcc80cd0100ce00010000cf0000000100000000");
    out.clear();
    writer.number(0.5F);
    writer.number(0.5);
    writer.boolean(true);
    writer.text("ab");
    writer.binary("\x01\x02", 2);
    CHECK_EQUAL(hex(out), "ca3f000000cb3fe0000000000000c3a26162c4020102");
    out.clear();
    writer.text(std::string(300, 'x'));
    writer.binary(std::string(70000, 'x').data(), 70000);
    writer.map(65536);
    CHECK_EQUAL(hex(Buffer(out.begin(), out.begin() + 3)), "da012c");
    CHECK_EQUAL(hex(Buffer(out.begin() + 303, out.begin() + 308)), "c600011170");
    CHECK_EQUAL(hex(Buffer(out.end() - 5, out.end())), "df00010000");
}

TEST(reads_every_width_of_an_integer) {
    const Buffer bytes = {0x05, 0xcc, 0xff, 0xcd, 1, 0,    0xce, 0,    1, 0, 0,    0xd0, 7, 0xd1, 1,   0,
                          0xd2, 0,    1,    0,    0, 0xd3, 0,    0,    0, 1, 0,    0,    0, 0,    0xcf, 255,
                          255,  255,  255,  255,  255, 255, 255};
    Reader in(bytes.data(), bytes.size());
    const std::uint64_t wanted[] = {5, 255, 256, 65536, 7, 256, 65536, 4294967296, UINT64_MAX};
    for (const std::uint64_t value : wanted) {
        std::uint64_t read = 0;
        CHECK(in.integer(read));
        CHECK_EQUAL(read, value);
    }
    CHECK_EQUAL(in.left(), 0U);
}

TEST(reads_negative_numbers_where_they_may_be) {
    const Buffer bytes = {0xff, 0xd0, 0x80, 0xd3, 0x80, 0, 0, 0, 0, 0, 0, 0};
    Reader in(bytes.data(), bytes.size());
    std::int32_t code = 0;
    double number = 0.0;
    CHECK(in.integer(code));
    CHECK_EQUAL(code, -1);
    CHECK(in.number(number));
    CHECK_EQUAL(number, -128.0);
    CHECK(in.number(number));
    CHECK_EQUAL(number, -9223372036854775808.0);
    std::uint64_t whole = 0;
    Reader again(bytes.data(), bytes.size());
    CHECK(!again.integer(whole));
    CHECK(again.failed());
}

TEST(what_is_too_wide_or_of_another_type_is_refused) {
    const Buffer wide = {0xcf, 0, 0, 0, 1, 0, 0, 0, 0};
    std::uint32_t narrow = 0;
    std::int32_t code = 0;
    CHECK(!Reader(wide.data(), wide.size()).integer(narrow));
    CHECK(!Reader(wide.data(), wide.size()).integer(code));
    const Buffer text = {0xa1, 'x'};
    Bytes binary;
    bool truth = false;
    double number = 0.0;
    std::uint32_t count = 0;
    CHECK(!Reader(text.data(), text.size()).binary(binary));
    CHECK(!Reader(text.data(), text.size()).boolean(truth));
    CHECK(!Reader(text.data(), text.size()).number(number));
    CHECK(!Reader(text.data(), text.size()).map(count));
    CHECK(!Reader(text.data(), text.size()).array(count));
    CHECK(!Reader(nullptr, 0).number(number));
}

TEST(lengths_beyond_the_bytes_are_refused) {
    std::uint32_t count = 0;
    Bytes binary;
    std::string_view view;
    const Buffer map = {0xdf, 0xff, 0xff, 0xff, 0xff, 0};
    const Buffer array = {0xdd, 0xff, 0xff, 0xff, 0xff, 0};
    const Buffer bin = {0xc6, 0xff, 0xff, 0xff, 0xff, 0};
    const Buffer text = {0xdb, 0xff, 0xff, 0xff, 0xff, 0};
    CHECK(!Reader(map.data(), map.size()).map(count));
    CHECK(!Reader(array.data(), array.size()).array(count));
    CHECK(!Reader(bin.data(), bin.size()).binary(binary));
    CHECK(!Reader(text.data(), text.size()).text(view));
    for (const Buffer& bytes : {map, array, bin, text}) CHECK(!skips(bytes));
}

TEST(skips_a_value_of_any_type) {
    CHECK(skips({0xc0}));
    CHECK(skips({0xe0}));
    CHECK(skips({0xc7, 2, 5, 1, 2}));                       // ext 8
    CHECK(skips({0xc8, 0, 1, 5, 1}));                       // ext 16
    CHECK(skips({0xd4, 5, 1}));                             // fixext 1
    CHECK(skips({0xd8, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}));  // fixext 16
    CHECK(skips({0xca, 0, 0, 0, 0}));
    CHECK(skips({0xd3, 0, 0, 0, 0, 0, 0, 0, 0}));
    CHECK(skips({0x82, 0xa1, 'a', 0x92, 1, 0xc3, 0xa1, 'b', 0x81, 3, 0x90}));
    CHECK(skips({0xde, 0, 1, 1, 0xdc, 0, 2, 1, 2}));
    CHECK(!skips({0xc1}));
    CHECK(!skips({0x91}));
}

TEST(nesting_ends_somewhere) {
    Buffer deep(Reader::deepest, 0x91);
    deep.push_back(0x01);
    CHECK(skips(deep));
    Buffer deeper(100000, 0x91);
    deeper.push_back(0x01);
    CHECK(!skips(deeper));
}

TEST(decodes_what_the_server_says) {
    ServerMessage message;
    const Buffer opened = good_messages(1);
    CHECK(decodes(opened.data(), opened.size(), message));
    CHECK(message.kind == ServerMessage::Kind::opened);
    CHECK_EQUAL(message.session, 7U);
    CHECK_EQUAL(message.opened.controls.size(), 3U);
    CHECK_EQUAL(message.opened.controls[2], "control2");
    CHECK_EQUAL(message.opened.bones[0], "head");
    CHECK_EQUAL(message.opened.look_ahead.denominator, 160U);
    const Buffer frames = good_messages(2);
    CHECK(decodes(frames.data(), frames.size(), message));
    CHECK_EQUAL(message.frames.count(), 2U);
    CHECK_EQUAL(message.frames.stride, 7U);
    CHECK_EQUAL(message.frames.media_samples[1], 1600U);
    CHECK_EQUAL(message.frames.frame(1)[6], 0.5F);
    const Buffer event = good_messages(3);
    CHECK(decodes(event.data(), event.size(), message));
    CHECK(message.event.kind == voxrig::EventKind::interrupted);
    CHECK_EQUAL(message.event.next_sample, 70000U);
}

TEST(unknown_keys_and_kinds_are_passed_over) {
    Buffer out;
    Writer body(out);
    body.map(4);
    body.integer(3);  // a key that is no text
    body.array(2);
    body.text("x");
    body.map(0);
    body.text("weather");
    body.text("fine");
    body.text("event");
    body.map(3);
    body.text("kind");
    body.text("BODY_MOVED");
    body.text("where");
    body.map(1);
    body.text("x");
    body.number(1.0);
    body.text("next_sample");
    body.integer(9);
    body.text("session");
    body.integer(2);
    ServerMessage message;
    CHECK(decodes(out.data(), out.size(), message));
    CHECK(message.event.kind == voxrig::EventKind::unknown);
    CHECK_EQUAL(message.event.next_sample, 9U);
    CHECK_EQUAL(message.session, 2U);
    const Buffer nothing = {0x81, 0xa1, 'z', 0x01};
    CHECK(decodes(nothing.data(), nothing.size(), message));
    CHECK(message.kind == ServerMessage::Kind::nothing);
}

TEST(every_beginning_of_a_message_is_refused) {
    for (int which = 0; which < 5; ++which) {
        const Buffer whole = good_messages(which);
        ServerMessage message;
        CHECK(decodes(whole.data(), whole.size(), message));
        for (std::size_t size = 0; size < whole.size(); ++size) CHECK(!decodes(whole.data(), size, message));
        Buffer longer = whole;
        longer.push_back(0xc0);
        CHECK(!decodes(longer.data(), longer.size(), message));
    }
}

TEST(frames_must_fill_their_bytes) {
    Buffer out;
    say_frames(out, 1, 0, 3, std::vector<float>(14, 0.0F));
    ServerMessage message;
    const Buffer uneven = payload_of(out);
    CHECK(!decodes(uneven.data(), uneven.size(), message));
    out.clear();
    say_frames(out, 1, 0, 0, {});
    const Buffer none = payload_of(out);
    CHECK(decodes(none.data(), none.size(), message));
    CHECK_EQUAL(message.frames.count(), 0U);
}

TEST(damaged_messages_never_leave_their_bytes) {
    std::mt19937 random(5);
    ServerMessage message;
    std::size_t read = 0;
    for (int round = 0; round < 20000; ++round) {
        Buffer bytes = good_messages(round % 5);
        const std::size_t changes = 1 + random() % 3;
        for (std::size_t k = 0; k < changes; ++k) bytes[random() % bytes.size()] = static_cast<std::uint8_t>(random());
        if (random() % 4 == 0) bytes.resize(random() % bytes.size());
        read += decodes(bytes.data(), bytes.size(), message) ? 1 : 0;
    }
    CHECK(read > 1000);  // a changed number is a number still
    CHECK(read < 19000);
}

TEST(packets_come_in_pieces_of_any_size) {
    Buffer stream;
    say_hello(stream);
    say_event(stream, 1, "CLOSED", 0);
    say_frames(stream, 1, 0, 30, std::vector<float>(30 * 7, 1.0F));
    for (const std::size_t piece : {std::size_t{1}, std::size_t{2}, std::size_t{7}, stream.size()}) {
        voxrig::PacketReader packets;
        Bytes payload;
        std::size_t count = 0;
        std::size_t bytes = 0;
        for (std::size_t at = 0; at < stream.size(); at += piece) {
            packets.feed(stream.data() + at, (std::min)(piece, stream.size() - at));
            for (; packets.next(payload); ++count) bytes += payload.size;
        }
        CHECK_EQUAL(count, 3U);
        CHECK_EQUAL(bytes, stream.size() - 12);
        CHECK(!packets.within());
    }
}

TEST(a_packet_that_is_too_long_ends_the_reading) {
    voxrig::PacketReader packets(100);
    const Buffer stream = {101, 0, 0, 0, 1, 2, 3};
    packets.feed(stream.data(), stream.size());
    Bytes payload;
    CHECK(!packets.next(payload));
    CHECK(packets.broken());
}
