// What a client says and tells when its connection is lost, to servers that have its session and to those that have not.
#include <cstdint>
#include <string>
#include <vector>

#include "checks.h"
#include "server_words.h"
#include "voxrig/client.h"
#include "voxrig/media_grid.h"
#include "voxrig/reconnection.h"
#include "voxrig/seam.h"
#include "voxrig/standing_cues.h"

using voxrig::Client;
using voxrig::KeptCue;

namespace {

const std::vector<std::uint8_t> sound(32000, 1);  // 1 s

struct Heard : voxrig::Listener {
    std::string text;

    void on_opened(std::uint32_t, const voxrig::Opened&) override { text += "opened;"; }
    void on_frames(std::uint32_t, const voxrig::Frames& frames) override {
        text += "frames " + std::to_string(frames.first_index) + "+" + std::to_string(frames.count()) + ";";
    }
    void on_event(std::uint32_t, const voxrig::Event& event) override {
        text += std::string(voxrig::name_of(event.kind)) + "@" + std::to_string(event.frame_index) + ";";
    }
    void on_error(std::uint32_t, const voxrig::Error& error) override {
        text += "error " + std::string(error.refused) + ";";
    }
    void on_reconnected() override { text += "reconnected;"; }
    void on_resumed(std::uint32_t) override { text += "resumed;"; }
    void on_rebuilt(std::uint32_t, bool exact) override { text += exact ? "rebuilt exactly;" : "rebuilt;"; }
};

void say_resumed(Buffer& out, std::uint32_t session, std::uint64_t taken) {
    voxrig::PacketWriter packet(out);
    session_head(packet.body, session, "resumed");
    packet.body.map(1);
    packet.body.text("taken");
    packet.body.integer(taken);
}

void say_not_found(Buffer& out, std::uint32_t session) {
    voxrig::PacketWriter packet(out);
    session_head(packet.body, session, "error");
    packet.body.map(3);
    packet.body.text("code");
    packet.body.integer(5);
    packet.body.text("refused");
    packet.body.text("resume");
    packet.body.text("session_closed");
    packet.body.boolean(true);
}

// As `say_opened`, with a resume id.
void say_resumable(Buffer& out, std::uint32_t session) {
    voxrig::PacketWriter packet(out);
    session_head(packet.body, session, "opened");
    packet.body.map(5);
    packet.body.text("controls");
    packet.body.array(1);
    packet.body.text("jaw");
    packet.body.text("stride");
    packet.body.integer(1);
    packet.body.text("seed");
    packet.body.integer(77);
    packet.body.text("blend_samples");
    packet.body.integer(1920);
    packet.body.text("resume_id");
    packet.body.text("secret");
}

// A session of a server that keeps or loses it, with a second of audio and `frames` frames of it.
struct Lost {
    Client client{"test", "token", {20.0, 20.0}};
    Heard heard;

    explicit Lost(std::uint32_t frames) {
        client.open(1, voxrig::OpenRequest());
        client.audio(1, sound.data(), sound.size());
        Buffer out;
        say_hello(out, 1, 65536);
        say_resumable(out, 1);
        if (frames > 0) say_frames(out, 1, 0, frames, std::vector<float>(frames, 0.5F));
        hear(out);
        sent();
        heard.text.clear();
    }

    void hear(const Buffer& out) { CHECK(client.receive(out.data(), out.size(), 10.0, heard)); }

    std::string sent() {
        const std::string text = packets_of(client.pending());
        client.sent(client.pending().size);
        return text;
    }

    void reconnect() {
        CHECK(client.survives());
        client.lose();
        client.reconnect();
    }
};

}  // namespace

TEST(what_was_not_taken_is_said_again) {
    Lost lost(30);
    lost.reconnect();
    CHECK(lost.client.audio(1, sound.data(), 640) == voxrig::Result::ok);
    CHECK_EQUAL(lost.sent(), "hello resume1");
    Buffer out;
    say_hello(out);
    say_resumed(out, 1, 2);
    say_frames(out, 1, 30, 2, {0.5F, 0.5F});
    lost.hear(out);
    CHECK_EQUAL(lost.heard.text, "reconnected;resumed;frames 30+2;");
    CHECK_EQUAL(lost.sent(), "audio1@8192+15616 audio1@16000+640");
}

TEST(a_server_that_has_lost_the_session_is_told_all_of_it_and_what_has_come_is_dropped) {
    Lost lost(30);
    lost.reconnect();
    CHECK_EQUAL(lost.sent(), "hello resume1");
    Buffer out;
    say_hello(out);
    say_not_found(out, 1);
    lost.hear(out);
    CHECK_EQUAL(lost.sent(), "open1 audio1@0+16384 audio1@8192+15616");
    out.clear();
    say_resumable(out, 1);
    say_frames(out, 1, 0, 20, std::vector<float>(20, 0.5F));
    say_frames(out, 1, 20, 20, std::vector<float>(20, 0.5F));
    lost.hear(out);
    CHECK_EQUAL(lost.heard.text, "reconnected;rebuilt exactly;frames 30+10;");
}

TEST(a_session_that_was_never_opened_is_opened_again) {
    Lost lost(0);
    lost.client.open(2, voxrig::OpenRequest());
    lost.sent();
    lost.reconnect();
    CHECK_EQUAL(lost.sent(), "hello resume1 open2");
}

TEST(an_interruption_that_nobody_answered_is_answered_here) {
    Lost lost(30);
    lost.client.lose();
    CHECK(lost.client.interrupt(1) == voxrig::Result::ok);
    CHECK(lost.client.audio(1, sound.data(), 640) == voxrig::Result::ok);
    lost.client.reconnect();
    Buffer out;
    say_hello(out);
    say_not_found(out, 1);
    lost.sent();
    lost.hear(out);
    CHECK_EQUAL(lost.sent(), "open1 audio1@8000+3840 audio1@9920+640");
    out.clear();
    say_resumable(out, 1);
    lost.hear(out);
    CHECK_EQUAL(lost.heard.text, "reconnected;rebuilt;INTERRUPTED@30;");
    CHECK_EQUAL(lost.client.next_sample(1), 10240U);
}

TEST(a_session_of_a_rate_that_makes_no_sense_is_closed_all_the_same) {
    Client client("test", {}, {20.0, 20.0});
    Heard heard;
    voxrig::OpenRequest request;
    request.audio.sample_rate = 0;
    request.audio.channels = 0;
    client.open(1, request);
    Buffer out;
    say_hello(out);
    say_resumable(out, 1);
    say_event(out, 1, "INTERRUPTED", 500, 3);
    CHECK(client.receive(out.data(), out.size(), 1.0, heard));
    client.lose();
    client.reconnect();
    CHECK(client.audio(1, sound.data(), 640) == voxrig::Result::ok);
    CHECK(client.close(1) == voxrig::Result::ok);
}

TEST(who_was_sent_away_for_good_does_not_come_back) {
    Lost lost(1);
    Buffer out;
    {
        voxrig::PacketWriter packet(out);
        packet.body.map(1);
        packet.body.text("error");
        packet.body.map(1);
        packet.body.text("code");
        packet.body.integer(16);
    }
    lost.hear(out);
    CHECK(!lost.client.survives());
}

TEST(who_is_not_to_survive_ends_with_the_connection) {
    Client client("test");
    Heard heard;
    Buffer out;
    say_hello(out);
    CHECK(client.receive(out.data(), out.size(), 1.0, heard));
    CHECK(!client.survives());
}

TEST(a_grid_knows_the_frames_that_fall_on_a_sample) {
    const voxrig::MediaGrid grid(48000, {30000, 1001});
    CHECK(grid.is_usable());
    CHECK_EQUAL(grid.sample_of(5), 8008U);
    CHECK_EQUAL(grid.sample_of(1), 1601U);
    CHECK_EQUAL(grid.first_frame(1601), 1U);
    CHECK_EQUAL(grid.first_frame(1602), 2U);
    CHECK_EQUAL(grid.exactly_after(8009).frame_index, 10U);
    CHECK_EQUAL(grid.exactly_before(16015).media_sample, 8008U);
    CHECK(!voxrig::MediaGrid(0, {60, 1}).is_usable());
}

TEST(a_seam_is_eased_over_and_ends) {
    voxrig::Seam seam;
    seam.reset(1, {60, 1});
    voxrig::Frames frames;
    frames.stride = 1;
    frames.media_samples = {0};
    frames.values = {0.0F};
    seam.shown(frames);
    seam.begin();
    float last = 0.0F;
    for (int n = 0; n < 12; ++n) {
        CHECK(seam.is_open());
        frames.values = {1.0F};
        seam.over(frames);
        CHECK(frames.values[0] > last && frames.values[0] < 1.0F);
        CHECK(frames.values[0] - last < 0.15F);
        last = frames.values[0];
    }
    CHECK(!seam.is_open());
}

TEST(cues_that_stand_are_kept_and_one_shots_are_not) {
    voxrig::StandingCues cues;
    cues.add(KeptCue{0, "emotion", {{"joy", 0.5F}}});
    cues.add(KeptCue{10, "emotion", {{"brows.anger", 0.3F}}});
    cues.add(KeptCue{20, "gaze", {{"yaw", 5.0F}, {"hold", 1.0F}}});
    cues.add(KeptCue{30, "blink", {{"force", 1.0F}}});
    cues.add(KeptCue{40, "style", {{"lips", 1.2F}, {"transition", 0.1F}}});
    cues.add(KeptCue{50, "style", {{"jaw", 0.8F}}});
    cues.add(KeptCue{60, "gesture", {{"wave", 0.5F}}});
    cues.add(KeptCue{99999, "activity", {{"thinking", 1.0F}}});
    cues.pass(40000, 16000);
    std::string text;
    cues.each(40000, [&](const KeptCue& cue) {
        text += cue.name + "@" + std::to_string(cue.media_sample) + "/" + std::to_string(cue.values.size()) + " ";
    });
    CHECK_EQUAL(text, "emotion@40000/1 emotion@40000/1 style@40000/2 activity@99999/1 ");
}

TEST(tries_come_later_and_later_and_end) {
    voxrig::Reconnection reconnection(7);
    CHECK(!reconnection.is_lost());
    double now = 100.0;
    double shortest = 1.0;
    double longest = 0.0;
    int tries = 0;
    while (reconnection.lose(now, 20.0)) {
        const double wait = reconnection.wait(now);
        shortest = wait < shortest ? wait : shortest;
        longest = wait > longest ? wait : longest;
        now += wait;
        ++tries;
    }
    CHECK(now >= 119.9 && now <= 120.1);
    CHECK(shortest >= 0.0 && shortest <= 0.05);
    CHECK(longest > 1.0 && longest <= 2.0);
    CHECK(tries > 10 && tries < 40);
    reconnection.reset();
    CHECK(!reconnection.is_lost());
}
