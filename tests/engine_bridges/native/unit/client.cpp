// The client as a machine: what it sends for what it is told, and what it tells.
#include "voxrig/client.h"

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "checks.h"
#include "server_words.h"

using voxrig::Bytes;
using voxrig::Client;
using voxrig::Result;

namespace {

class Notes : public voxrig::Listener {
public:
    std::string text;

    void on_hello(const voxrig::Hello& hello) override { text += "hello " + hello.server + ";"; }
    void on_opened(std::uint32_t session, const voxrig::Opened& opened) override {
        text += "opened" + std::to_string(session) + " " + std::to_string(opened.stride) + ";";
    }
    void on_frames(std::uint32_t session, const voxrig::Frames& frames) override {
        text += "frames" + std::to_string(session) + " " + std::to_string(frames.count()) + ";";
    }
    void on_event(std::uint32_t session, const voxrig::Event& event) override {
        text += std::string(voxrig::name_of(event.kind)) + std::to_string(session) + ";";
    }
    void on_error(std::uint32_t session, const voxrig::Error& error) override {
        text += "error" + std::to_string(session) + " " + std::string(error.refused) + ";";
    }
    void on_connection_error(const voxrig::Error& error) override {
        text += "refused " + std::string(error.message) + ";";
    }
    void on_done() override { text += "done;"; }
    void on_lost(std::string_view reason) override { text += "lost " + std::string(reason) + ";"; }
};

// A client that a server has greeted, with nothing left to send.
struct Talk {
    Client client{"test"};
    Notes notes;

    Talk() {
        Buffer out;
        say_hello(out);
        hear(out);
        sent();
        notes.text.clear();
    }

    bool hear(const Buffer& out) { return client.receive(out.data(), out.size(), 10.0, notes); }

    std::string sent() {
        const std::string text = packets_of(client.pending());
        client.sent(client.pending().size);
        return text;
    }

    void open(std::uint32_t number) {
        client.open(number, voxrig::OpenRequest());
        Buffer out;
        say_opened(out, number, 3);
        hear(out);
        sent();
        notes.text.clear();
    }
};

const std::vector<std::uint8_t> sound(32000, 1);  // 1 s

}  // namespace

TEST(the_hello_comes_first_and_nothing_need_wait_for_its_answer) {
    Client client("Test 1.0");
    CHECK(client.open(3, voxrig::OpenRequest()) == Result::ok);
    CHECK(client.audio(3, sound.data(), 640) == Result::ok);
    CHECK_EQUAL(packets_of(client.pending()), "hello open3 audio3@0+640");
    Notes notes;
    Buffer out;
    say_hello(out);
    say_opened(out, 3, 3);
    CHECK(client.receive(out.data(), out.size(), 1.0, notes));
    CHECK_EQUAL(notes.text, "hello 9.9;opened3 7;");
    CHECK(client.opened(3) != nullptr);
    CHECK(client.opened(4) == nullptr);
}

TEST(another_version_is_not_spoken) {
    Client client;
    Notes notes;
    Buffer out;
    say_hello(out, 2);
    CHECK(!client.receive(out.data(), out.size(), 1.0, notes));
    CHECK(notes.text.find("lost the server speaks another version") == 0);
}

TEST(long_audio_goes_in_several_messages) {
    Talk talk;
    talk.open(1);
    CHECK(talk.client.audio(1, sound.data(), 10000) == Result::ok);
    CHECK_EQUAL(talk.sent(), "audio1@0+4096 audio1@2048+4096 audio1@4096+1808");
    CHECK(talk.client.audio(1, sound.data(), 640) == Result::ok);
    CHECK_EQUAL(talk.sent(), "audio1@5000+640");
    CHECK_EQUAL(talk.client.next_sample(1), 5320U);
    CHECK(talk.client.end_utterance(1, 160) == Result::ok);
    CHECK_EQUAL(talk.client.next_sample(1), 5480U);
    CHECK_EQUAL(talk.sent(), "end_utterance1");
}

TEST(what_cannot_be_sent_is_said_so) {
    Talk talk;
    talk.open(1);
    CHECK(talk.client.audio(1, sound.data(), 641) == Result::broken_samples);
    CHECK(talk.client.audio(2, sound.data(), 640) == Result::unknown_session);
    CHECK(talk.client.end_utterance(2) == Result::unknown_session);
    CHECK(talk.client.interrupt(2) == Result::unknown_session);
    CHECK(talk.client.close(2) == Result::unknown_session);
    CHECK_EQUAL(talk.sent(), "");
    std::size_t taken = 0;
    while (talk.client.audio(1, sound.data(), sound.size()) == Result::ok) taken += sound.size();
    CHECK(taken <= voxrig::max_pending_bytes);
    CHECK(taken > voxrig::max_pending_bytes / 10 * 9);
    CHECK(talk.client.audio_at(1, 0, sound.data(), sound.size()) == Result::congested);
    talk.client.sent(talk.client.pending().size);
    CHECK(talk.client.audio(1, sound.data(), sound.size()) == Result::ok);
    talk.client.finish();
    CHECK(talk.client.audio(1, sound.data(), 640) == Result::finished);
    CHECK(talk.client.open(5, voxrig::OpenRequest()) == Result::finished);
}

TEST(audio_waits_for_the_answer_to_an_interruption) {
    Talk talk;
    talk.open(1);
    talk.client.audio(1, sound.data(), 640);
    talk.client.interrupt(1, 160);
    talk.client.audio(1, sound.data(), 320);
    talk.client.audio(1, sound.data(), 6400);
    talk.client.end_utterance(1);
    talk.client.close(1);
    CHECK_EQUAL(talk.sent(), "audio1@0+640 interrupt1");
    talk.client.finish();
    CHECK(!talk.client.wants_half_close());
    Buffer out;
    say_event(out, 1, "INTERRUPTED", 5000, 0);
    talk.hear(out);
    CHECK_EQUAL(talk.sent(), "audio1@5000+4096 audio1@7048+2624 end_utterance1 close1");
    CHECK_EQUAL(talk.client.next_sample(1), 8360U);
    CHECK_EQUAL(talk.notes.text, "INTERRUPTED1;");
    CHECK(talk.client.wants_half_close());
}

TEST(another_interruption_drops_what_waits_for_the_first) {
    Talk talk;
    talk.open(1);
    talk.client.interrupt(1);
    talk.client.audio(1, sound.data(), 640);
    talk.client.interrupt(1);
    talk.client.audio(1, sound.data(), 320);
    CHECK_EQUAL(talk.sent(), "interrupt1 interrupt1");
    Buffer out;
    say_event(out, 1, "INTERRUPTED", 100, 0);
    talk.hear(out);
    CHECK_EQUAL(talk.sent(), "");
    out.clear();
    say_event(out, 1, "INTERRUPTED", 200, 0);
    talk.hear(out);
    CHECK_EQUAL(talk.sent(), "audio1@200+320");
}

TEST(a_refused_interruption_lets_speech_go_on) {
    Talk talk;
    talk.open(1);
    talk.client.audio(1, sound.data(), 640);
    talk.client.interrupt(1, 1);
    talk.client.audio(1, sound.data(), 320);
    talk.sent();
    Buffer out;
    say_error(out, 1, "interrupt", false);
    talk.hear(out);
    CHECK_EQUAL(talk.sent(), "audio1@320+320");
    CHECK_EQUAL(talk.notes.text, "error1 interrupt;");
}

TEST(an_utterance_that_was_cut_is_not_ended_again) {
    Talk talk;
    talk.open(1);
    talk.client.audio(1, sound.data(), 640);
    talk.client.interrupt(1);
    Buffer out;
    say_event(out, 1, "INTERRUPTED", 900, 0);
    talk.hear(out);
    talk.sent();
    talk.client.end_utterance(1, 50);
    CHECK_EQUAL(talk.sent(), "");
    CHECK_EQUAL(talk.client.next_sample(1), 900U);
    talk.client.audio(1, sound.data(), 2);
    talk.client.end_utterance(1);
    CHECK_EQUAL(talk.sent(), "audio1@900+2 end_utterance1");
}

TEST(only_so_much_waits_for_the_answer) {
    Talk talk;
    talk.open(1);
    talk.client.interrupt(1);
    std::size_t held = 0;
    while (talk.client.audio(1, sound.data(), sound.size()) == Result::ok) held += sound.size();
    CHECK(held <= voxrig::max_held_bytes);
    CHECK(held + 2 * sound.size() > voxrig::max_held_bytes);
    CHECK_EQUAL(talk.sent(), "interrupt1");
}

TEST(an_error_is_of_one_session) {
    Talk talk;
    talk.open(1);
    talk.open(2);
    Buffer out;
    say_error(out, 1, "audio", false);
    say_error(out, 2, "", true);
    talk.hear(out);
    CHECK_EQUAL(talk.notes.text, "error1 audio;error2 ;");
    CHECK(talk.client.audio(1, sound.data(), 2) == Result::ok);
    CHECK(talk.client.audio(2, sound.data(), 2) == Result::unknown_session);
    talk.client.set_next_sample(1, 77);
    talk.sent();
    talk.client.audio(1, sound.data(), 2);
    CHECK_EQUAL(talk.sent(), "audio1@77+2");
}

TEST(frames_of_another_width_end_the_connection) {
    Talk talk;
    talk.open(1);
    Buffer out;
    say_frames(out, 1, 0, 2, std::vector<float>(14, 0.0F));
    CHECK(talk.hear(out));
    CHECK_EQUAL(talk.notes.text, "frames1 2;");
    out.clear();
    say_frames(out, 1, 2, 2, std::vector<float>(16, 0.0F));
    CHECK(!talk.hear(out));
    CHECK(talk.notes.text.find("lost the server's answer breaks the protocol") != std::string::npos);
}

TEST(events_of_a_newer_server_and_messages_of_a_closed_session_are_not_told) {
    Talk talk;
    talk.open(1);
    Buffer out;
    say_event(out, 1, "BODY_MOVED", 123, 0);
    say_event(out, 9, "VISEME", 0, 0);
    say_event(out, 1, "CLOSED", 0, 0);
    say_event(out, 1, "VISEME", 0, 0);
    talk.hear(out);
    CHECK_EQUAL(talk.notes.text, "CLOSED1;");
    CHECK_EQUAL(talk.client.next_sample(1), 0U);
}

TEST(garbage_ends_the_connection) {
    Talk talk;
    CHECK(!talk.hear({3, 0, 0, 0, 0xc1, 0xc1, 0xc1}));
    CHECK(talk.notes.text.find("it is no message") != std::string::npos);
    Talk another;
    CHECK(!another.hear({0, 0, 0, 0x7f}));
    CHECK(another.notes.text.find("it is too long") != std::string::npos);
}

TEST(the_end_is_one_only_after_everything_was_answered) {
    Talk talk;
    talk.open(1);
    talk.client.finish();
    CHECK(talk.client.wants_half_close());
    Buffer out;
    say_event(out, 1, "CLOSED", 0, 0);
    talk.hear(out);
    talk.client.disconnected("closed", talk.notes);
    CHECK_EQUAL(talk.notes.text, "CLOSED1;done;");
    Talk cut;
    cut.open(1);
    cut.client.finish();
    cut.client.disconnected("closed", cut.notes);
    CHECK_EQUAL(cut.notes.text, "lost closed;");
    Talk within;
    within.client.finish();
    within.hear({9, 0, 0});
    within.client.disconnected("closed", within.notes);
    CHECK_EQUAL(within.notes.text, "lost closed;");
}

TEST(sent_bytes_leave_in_pieces_of_any_size) {
    Talk talk;
    talk.open(1);
    for (int k = 0; k < 40; ++k) talk.client.audio(1, sound.data(), 4096);
    Buffer stream;
    for (std::size_t piece = 1; talk.client.pending().size > 0; piece = piece * 3 % 9973 + 1) {
        const Bytes pending = talk.client.pending();
        const std::size_t part = pending.size < piece ? pending.size : piece;
        stream.insert(stream.end(), pending.data, pending.data + part);
        talk.client.sent(part);
    }
    const std::string text = packets_of({stream.data(), stream.size()});
    CHECK(text.find("audio1@79872+4096") == text.size() - 17);
}

TEST(the_shortest_way_tells_the_servers_clock_best) {
    voxrig::ClockSync clock;
    CHECK(!clock.known());
    clock.pong(1.0, 101.5, 101.6, 1.9);  // 0.8 s on the way, unevenly
    CHECK(clock.known());
    clock.pong(2.0, 102.01, 102.02, 2.03);  // 0.02 s
    clock.pong(3.0, 103.3, 103.3, 3.4);
    CHECK(std::abs(clock.offset() - 100.0) < 1e-9);
    CHECK(std::abs(clock.round_trip() - 0.02) < 1e-9);
    for (std::size_t k = 0; k < voxrig::ClockSync::kept; ++k) clock.pong(5.0, 106.0, 106.0, 5.2);
    CHECK(std::abs(clock.offset() - 100.9) < 1e-9);  // the short one was long ago
}
