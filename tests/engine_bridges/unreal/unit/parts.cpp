// The parts of the plugin that stand alone: ring, resampler, queue, bookkeeping, cues, poses, WAV.
#include <cmath>
#include <thread>

#include "../../native/unit/checks.h"
#include "backoff.h"
#include "cues.h"
#include "face_pose.h"
#include "resampler.h"
#include "send_times.h"
#include "speech_queue.h"
#include "timed_events.h"
#include "voice_ring.h"
#include "wav.h"

using namespace voxrig;
using namespace voxrig::plugin;

namespace {

bool near(double is, double should, double within_what = 1e-5) { return std::fabs(is - should) < within_what; }

std::vector<float> counting(std::size_t from, std::size_t count) {
    std::vector<float> all(count);
    for (std::size_t k = 0; k < count; ++k) all[k] = static_cast<float>(from + k);
    return all;
}

std::vector<float> sine(std::uint32_t rate, double hertz, std::size_t count) {
    std::vector<float> all(count);
    for (std::size_t k = 0; k < count; ++k) {
        all[k] = static_cast<float>(0.5 * std::sin(6.283185307179586 * hertz * static_cast<double>(k) / rate));
    }
    return all;
}

}  // namespace

TEST(ring_plays_what_was_written_and_stands_still_where_there_is_nothing) {
    VoiceRing ring(1024);
    std::vector<float> out(100, 9.0F);
    CHECK_EQUAL(ring.play(out.data(), 100), 0U);
    CHECK_EQUAL(out[99], 0.0F);
    CHECK_EQUAL(ring.played(), 0);
    const std::vector<float> in = counting(1, 60);
    ring.write(in.data(), in.size());
    CHECK_EQUAL(ring.play(out.data(), 100), 60U);
    CHECK_EQUAL(out[59], 60.0F);
    CHECK_EQUAL(out[60], 0.0F);
    CHECK_EQUAL(ring.played(), 60);
    CHECK_EQUAL(ring.starved(), 2U);
}

TEST(ring_keeps_what_is_not_sent_yet) {
    VoiceRing ring(1024);
    const std::vector<float> in = counting(0, 1000);
    std::vector<float> out(1000);
    ring.write(in.data(), 1000);
    ring.play(out.data(), 1000);
    CHECK_EQUAL(ring.room(1000), 1024U);
    CHECK_EQUAL(ring.room(900), 924U);  // the game has hung: 100 samples are heard, and not sent
    ring.write(in.data(), 900);
    ring.read_at(900, out.data(), 1000);
    CHECK_EQUAL(out[0], 900.0F);
    CHECK_EQUAL(out[100], 0.0F);
    CHECK_EQUAL(out[999], 899.0F);
}

TEST(ring_cut_takes_back_all_but_a_fade) {
    VoiceRing ring(1024);
    const std::vector<float> in(500, 1.0F);
    std::vector<float> out(500);
    ring.write(in.data(), 500);
    ring.play(out.data(), 100);
    CHECK_EQUAL(ring.cut(9), 100);
    CHECK_EQUAL(ring.written(), 109);
    CHECK_EQUAL(ring.play(out.data(), 500), 9U);
    CHECK(near(out[0], 0.9) && near(out[8], 0.1));
    CHECK_EQUAL(out[9], 0.0F);
    CHECK_EQUAL(ring.cut(9), 109);
    CHECK_EQUAL(ring.written(), 109);
}

TEST(ring_between_two_threads_gives_every_sample_once_and_in_order) {
    VoiceRing ring(2000);
    constexpr std::int64_t all = 400000;
    std::int64_t wrong = 0;
    std::thread device([&] {
        std::vector<float> out(300);
        for (std::int64_t heard = 0; heard < all;) {
            const std::size_t count = ring.play(out.data(), out.size());
            for (std::size_t k = 0; k < count; ++k) wrong += out[k] == static_cast<float>((heard + static_cast<std::int64_t>(k)) % 9973) ? 0 : 1;
            heard += static_cast<std::int64_t>(count);
        }
    });
    std::vector<float> in;
    for (std::int64_t sent = 0; sent < all;) {
        const auto count = static_cast<std::size_t>(std::min<std::int64_t>(all - sent, static_cast<std::int64_t>(std::min<std::size_t>(250, ring.room(sent)))));
        in.resize(count);
        for (std::size_t k = 0; k < count; ++k) in[k] = static_cast<float>((sent + static_cast<std::int64_t>(k)) % 9973);
        ring.write(in.data(), count);
        sent += static_cast<std::int64_t>(count);
    }
    device.join();
    CHECK_EQUAL(wrong, 0);
}

TEST(resampler_keeps_a_tone_whatever_the_pieces) {
    const std::uint32_t rates[][2] = {{44100, 48000}, {24000, 48000}, {22050, 16000}, {48000, 16000}, {16000, 44100}};
    for (const auto& rate : rates) {
        const std::vector<float> in = sine(rate[0], 1000.0, rate[0] / 2);
        std::vector<float> whole;
        Resampler at_once(rate[0], rate[1]);
        at_once.push(in.data(), in.size(), whole);
        at_once.finish(whole);
        std::vector<float> pieces;
        Resampler in_pieces(rate[0], rate[1]);
        for (std::size_t k = 0; k < in.size(); k += 37) in_pieces.push(in.data() + k, std::min<std::size_t>(37, in.size() - k), pieces);
        in_pieces.finish(pieces);
        CHECK(whole == pieces);
        CHECK_EQUAL(whole.size(), (in.size() * rate[1] + rate[0] - 1) / rate[0]);
        const std::vector<float> should = sine(rate[1], 1000.0, whole.size());
        double worst = 0.0;
        for (std::size_t k = 200; k + 200 < whole.size(); ++k) worst = std::max(worst, std::fabs(static_cast<double>(whole[k] - should[k])));
        CHECK(worst < 2e-4);
    }
}

TEST(resampler_leaves_nothing_above_the_lower_half_rate) {
    const std::vector<float> in = sine(48000, 11000.0, 24000);
    std::vector<float> out;
    Resampler down(48000, 16000);
    down.push(in.data(), in.size(), out);
    double worst = 0.0;
    for (std::size_t k = 100; k < out.size(); ++k) worst = std::max(worst, std::fabs(static_cast<double>(out[k])));
    CHECK(worst < 1e-3);
}

TEST(queue_gives_clips_in_order_with_their_ends) {
    SpeechQueue queue(16000);
    CHECK(!queue.waits());
    const std::vector<float> stereo{1.0F, 0.0F, 0.5F, 0.5F, -1.0F, -1.0F};
    CHECK(queue.push(stereo.data(), 3, 2, 16000));
    queue.end();
    const std::vector<float> mono = counting(5, 2);
    CHECK(queue.push(mono.data(), 2, 1, 16000));
    CHECK(!queue.push(mono.data(), 2, 1, 7999) && !queue.push(mono.data(), 2, 0, 16000));
    float out[8]{};
    bool ended = false;
    CHECK_EQUAL(queue.read(out, 2, ended), 2U);
    CHECK(!ended && out[0] == 0.5F && out[1] == 0.5F);
    CHECK_EQUAL(queue.read(out, 8, ended), 1U);
    CHECK(ended && out[0] == -1.0F);
    CHECK_EQUAL(queue.read(out, 8, ended), 2U);
    CHECK(!ended && out[1] == 6.0F);
    CHECK(!queue.waits());
    queue.end();
    CHECK(queue.waits());
    CHECK_EQUAL(queue.read(out, 8, ended), 0U);
    CHECK(ended && !queue.waits());
}

TEST(queue_ends_right_after_the_last_sample_also_where_the_buffer_is_just_full) {
    SpeechQueue queue(16000);
    const std::vector<float> mono = counting(0, 8);
    queue.push(mono.data(), 8, 1, 16000);
    queue.end();
    float out[8]{};
    bool ended = false;
    CHECK_EQUAL(queue.read(out, 8, ended), 8U);
    CHECK(ended);
}

TEST(queue_resamples_a_live_voice_and_says_the_last_of_it) {
    SpeechQueue queue(48000);
    const std::vector<float> in = sine(24000, 400.0, 24000);
    std::vector<float> heard;
    float out[700];
    bool ended = false;
    for (std::size_t k = 0; k < in.size(); k += 480) {
        queue.push(in.data() + k, 480, 1, 24000);
        for (std::size_t got = 1; got > 0;) {
            got = queue.read(out, 700, ended);
            heard.insert(heard.end(), out, out + got);
        }
    }
    CHECK(!ended);
    queue.end();
    while (!ended) {
        const std::size_t got = queue.read(out, 700, ended);
        heard.insert(heard.end(), out, out + got);
    }
    CHECK_EQUAL(heard.size(), 48000U);
    CHECK(near(heard[24030], sine(48000, 400.0, 24031).back(), 1e-3));
}

TEST(send_times_are_found_in_order) {
    SendTimes times;
    double time = 0.0;
    CHECK(!times.of(0, time));
    times.sent(100, 1.0);
    times.sent(200, 2.0);
    CHECK(times.of(50, time) && time == 1.0);
    CHECK(times.of(100, time) && time == 2.0);
    CHECK(!times.of(200, time));
    for (int k = 0; k < 600; ++k) times.sent(300 + k, 3.0 + k);
    CHECK(times.of(350, time) && time == 3.0 + 88);  // the oldest are forgotten
}

TEST(timed_events_come_when_they_are_heard_and_void_ones_do_not) {
    TimedEvents events;
    Event viseme;
    viseme.kind = EventKind::viseme;
    for (std::uint64_t k = 0; k < 4; ++k) {
        viseme.frame_index = 10 + k;
        viseme.values = {{"PP", 0.25F * static_cast<float>(k)}};
        events.add(viseme, static_cast<std::int64_t>(1000 * k));
    }
    events.interrupt(12);
    const TimedEvent* due = events.due(10.0);
    CHECK(due != nullptr && due->frame_index == 10 && due->values[0].first == "PP");
    CHECK(events.due(999.9) == nullptr);
    due = events.due(5000.0);
    CHECK(due != nullptr && due->values[0].second == 0.25F);
    CHECK(events.due(1e9) == nullptr);
}

TEST(backoff_doubles_up_to_its_limit) {
    Backoff backoff(0.5, 3.0);
    CHECK_EQUAL(backoff.next(), 0.5);
    CHECK_EQUAL(backoff.next(), 1.0);
    CHECK_EQUAL(backoff.next(), 2.0);
    CHECK_EQUAL(backoff.next(), 3.0);
    backoff.reset();
    CHECK_EQUAL(backoff.next(), 0.5);
}

TEST(cues_bring_numbers_into_range_and_points_into_voxrigs_axes) {
    const Cue emotion = emotion_cue("brows.anger", 1.5, -2.0, 0.0);
    CHECK(emotion.name == "emotion" && emotion.count == 2);
    CHECK(emotion.values[0].name == "brows.anger" && emotion.values[0].value == 1.0F && emotion.values[1].value == 0.0F);
    CHECK_EQUAL(emotion_cue("valence", -0.5, 0.4, 2.0).values[0].value, -0.5F);
    CHECK_EQUAL(emotion_cue("joy", std::nan(""), 0.4, 2.0).values[0].value, 0.0F);
    const Cue gaze = gaze_cue({300.0, 100.0, 50.0}, 2.0, 0.0);  // 3 m ahead, 1 m to the right, 0.5 m up
    CHECK(near(gaze.values[0].value, -1.0) && near(gaze.values[1].value, 0.5) && near(gaze.values[2].value, 3.0));
    CHECK(gaze.values[3].name == "world" && gaze.values[4].value == 1.0F && gaze.count == 5);
    CHECK_EQUAL(gaze_cue({1.0, 0.0, 0.0}, -1.0, 0.0).count, 4U);
    const Cue place = place_cue({0.0, 0.0, 170.0}, {10.0, 450.0, 0.0});  // turned to the right, looking up
    CHECK(near(place.values[1].value, 1.7) && near(place.values[3].value, -90.0) && near(place.values[4].value, -10.0));
    CHECK_EQUAL(blink_cue(1.0, 0.0).count, 2U);
    CHECK_EQUAL(release_gaze_cue().values[0].name, std::string_view("release"));
}

TEST(a_gaze_at_a_point_ahead_of_a_turned_face_is_straight_ahead) {
    // Face and point turned together must give the same point in the head's own space, by the protocol's own formula.
    for (double yaw = -170.0; yaw <= 170.0; yaw += 20.0) {
        const double turn = yaw / unreal::degrees_in_a_radian;
        const Cue place = place_cue({100.0, -50.0, 160.0}, {0.0, yaw, 0.0});
        const Cue gaze = gaze_cue({100.0 + 200.0 * std::cos(turn), -50.0 + 200.0 * std::sin(turn), 160.0}, -1.0, 0.0);
        const double dx = static_cast<double>(gaze.values[0].value - place.values[0].value);
        const double dz = static_cast<double>(gaze.values[2].value - place.values[2].value);
        const double face = static_cast<double>(place.values[3].value) / unreal::degrees_in_a_radian;  // from Z towards X
        CHECK(near(dx, 2.0 * std::sin(face), 1e-4) && near(dz, 2.0 * std::cos(face), 1e-4));
    }
}

TEST(a_pose_of_either_rig_gives_the_same_turns) {
    const float head[3] = {0.3F, -0.2F, 0.1F};  // to its left, up, tilted to its right shoulder
    Opened arkit;
    arkit.controls = {"JawOpen", "HeadYaw", "HeadPitch", "HeadRoll", "LeftEyeYaw", "LeftEyePitch", "LeftEyeRoll", "RightEyeYaw", "RightEyePitch", "RightEyeRoll"};
    FacePose by_angles;
    by_angles.reset(arkit);
    const float frame[10] = {0.5F, head[0], head[1], head[2], 0.1F, 0.0F, 0.0F, 0.1F, 0.0F, 0.0F};
    by_angles.update(frame);
    Opened metahuman;
    metahuman.controls = {"CTRL_expressions_jawOpen"};
    metahuman.bones = {"head", "eye_l", "eye_r"};
    FacePose by_bones;
    by_bones.reset(metahuman);
    float bones[13] = {0.5F};
    for (std::size_t b = 0; b < 3; ++b) {
        for (std::size_t c = 0; c < 4; ++c) bones[1 + 4 * b + c] = by_angles.turn(static_cast<FacePose::Bone>(b))[c];
    }
    by_bones.update(bones);
    CHECK_EQUAL(by_bones.names().size(), 10U);
    CHECK_EQUAL(by_bones.names()[1], std::string("HeadYaw"));
    for (std::size_t k = 0; k < 10; ++k) CHECK(near(by_bones.values()[k], by_angles.values()[k]));
    const unreal::Rotator turn = by_bones.rotator(FacePose::head);
    CHECK(turn.yaw < 0.0 && turn.pitch > 0.0 && turn.roll > 0.0);  // Unreal: left is negative, up positive
    CHECK(near(turn.yaw, -0.3 * unreal::degrees_in_a_radian, 1e-3));
}

TEST(wav_is_read_in_its_kinds_and_a_broken_one_is_named) {
    std::vector<std::uint8_t> wav{'R', 'I', 'F', 'F', 0, 0, 0, 0, 'W', 'A', 'V', 'E', 'f', 'm', 't', ' ', 16, 0, 0, 0,
                                  1, 0, 2, 0, 0x80, 0xbb, 0, 0, 0, 0, 0, 0, 6, 0, 24, 0,
                                  'L', 'I', 'S', 'T', 3, 0, 0, 0, 'a', 'b', 'c', 0,
                                  'd', 'a', 't', 'a', 6, 0, 0, 0, 0, 0, 0x40, 0, 0, 0x80};
    Sound sound;
    CHECK(WavReader::read(wav.data(), wav.size(), sound) == nullptr);
    CHECK(sound.rate == 48000 && sound.channels == 2 && sound.samples == (std::vector<float>{0.5F, -1.0F}));
    wav[34] = 16;
    CHECK(WavReader::read(wav.data(), wav.size(), sound) == nullptr);
    CHECK_EQUAL(sound.samples.size(), 2U);  // three samples of one channel: one pair and a half
    wav[20] = 85;
    CHECK(std::string(WavReader::read(wav.data(), wav.size(), sound)).find("compressed") != std::string::npos);
    for (std::size_t size = 0; size < 48; ++size) CHECK(WavReader::read(wav.data(), size, sound) != nullptr);
}
