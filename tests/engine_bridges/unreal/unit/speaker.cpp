// One character's line of samples, on a clock of the test's own: a device that takes blocks, a game that draws pictures
// and hangs, and a server that answers as the protocol says.
#include <cmath>
#include <deque>
#include <memory>

#include "../../native/unit/checks.h"
#include "speaker.h"

using namespace voxrig;
using namespace voxrig::plugin;

namespace {

constexpr std::uint32_t rate = 48000;
constexpr std::uint64_t step = 800;  // samples from frame to frame
constexpr double look_ahead = 0.09;

// The far end of a session: a frame for every 800 samples as soon as its look-ahead is in, whose value is its sample.
class Far {
public:
    Far(Speaker& speaker, AudioInput& input) : speaker_(speaker), input_(input) {}

    void serve(double now, double journey) {
        const std::uint64_t come = input_.written() - input_.read();
        input_.release(static_cast<std::size_t>(come));
        if (come > 0) arrivals_.push_back({now, have_ += come / 2});
        std::uint64_t heard = seen_;
        while (!arrivals_.empty() && arrivals_.front().time + journey <= now) {
            heard = arrivals_.front().have;
            arrivals_.pop_front();
        }
        seen_ = heard;
        const auto late = static_cast<std::uint64_t>(look_ahead * rate);
        Frames frames;
        frames.stride = 1;
        frames.first_index = next_;
        while (next_ * step + late <= seen_) {
            frames.media_samples.push_back(next_ * step);
            frames.values.push_back(static_cast<float>(next_ * step));
            ++next_;
        }
        if (frames.count() > 0) speaker_.frames(frames, now);
    }

    // Cuts at `sample`, or at the first frame that is not computed.
    void interrupt(std::uint64_t sample) {
        Event event;
        event.kind = EventKind::interrupted;
        event.frame_index = std::min(next_, (sample + step - 1) / step);
        event.media_sample = std::min(sample, next_ * step);
        event.next_sample = event.media_sample + 5760;
        next_ = event.frame_index;
        have_ = seen_ = event.next_sample;
        arrivals_.clear();
        speaker_.event(event);
    }

    std::uint64_t have() const { return have_; }

private:
    struct Arrival {
        double time;
        std::uint64_t have;
    };
    Speaker& speaker_;
    AudioInput& input_;
    std::deque<Arrival> arrivals_;
    std::uint64_t have_ = 0;
    std::uint64_t seen_ = 0;
    std::uint64_t next_ = 0;
};

struct Stage {
    explicit Stage(const SpeakerSettings& settings) : speaker(settings) {
        link.prepare({});  // never run: nothing is sent
        OpenRequest request;
        request.audio = {Encoding::s16le, rate, 1};
        input = link.open(1, request);
        far = std::make_unique<Far>(speaker, *input);
        speaker.attach(link, *input);
        Opened opened;
        opened.controls = {"sample"};
        opened.stride = 1;
        opened.sample_rate = rate;
        opened.look_ahead = {9, 100};
        speaker.opened(opened);
    }

    // Time goes on to `until` in thousandths; the game draws every sixteenth of them, but while it hangs.
    void run(double until, bool hangs = false) {
        for (; now < until; now += 0.001) {
            if (++ticks % 21 == 0 && device_plays) {
                out.assign(1024, 0.0F);
                const std::size_t count = speaker.play(out.data(), out.size());
                heard.insert(heard.end(), out.begin(), out.begin() + static_cast<std::ptrdiff_t>(count));
            }
            if (ticks % 16 != 0 || hangs) continue;
            far->serve(now, journey);
            speaker.update(now, false);
            if (speaker.pose() != nullptr && now > watched_from) {
                ++watched;
                const double error = std::fabs(static_cast<double>(*speaker.pose()) + offset - speaker.heard());
                if (error <= static_cast<double>(step)) ++right;
            }
        }
    }

    void say(double seconds, float value) {
        const std::vector<float> clip(static_cast<std::size_t>(seconds * rate), value);
        speaker.queue().push(clip.data(), clip.size(), 1, rate);
    }

    std::size_t heard_of(float value) const {
        std::size_t count = 0;
        for (const float sample : heard) count += sample == value ? 1 : 0;
        return count;
    }

    Speaker speaker;
    ClientThread link;
    AudioInput* input = nullptr;
    std::unique_ptr<Far> far;
    std::vector<float> out;
    std::vector<float> heard;
    double now = 100.0;
    double journey = 0.02;
    double watched_from = 100.5;
    double offset = 0.0;  // of the session's sample 0 in the voice
    int ticks = 0;
    int watched = 0;
    int right = 0;
    bool device_plays = true;
};

}  // namespace

TEST(the_face_is_that_of_what_is_heard_and_silence_lives) {
    Stage stage({rate});
    stage.run(101.0);
    CHECK(stage.speaker.heard() > 0.5 * rate);  // silence is played and sent
    stage.say(2.0, 0.25F);
    stage.speaker.queue().end();
    stage.run(105.0);
    CHECK_EQUAL(stage.heard_of(0.25F), 2U * rate);
    CHECK(stage.watched > 200);
    CHECK_EQUAL(stage.right, stage.watched);
    CHECK(stage.speaker.counts().late <= 1U);  // at the start nothing is known of journeys
    CHECK_EQUAL(stage.speaker.clock_counts().pauses, 0U);
}

TEST(a_live_voice_in_uneven_chunks_is_heard_in_one_piece) {
    Stage stage({rate});
    stage.run(101.0);
    for (int k = 0; k < 100; ++k) {  // 20 ms each, up to 15 ms late
        stage.run(101.0 + 0.02 * k + 0.005 * (k * 7 % 4));
        stage.say(0.02, 0.5F);
    }
    stage.speaker.queue().end();
    stage.run(104.0);
    CHECK_EQUAL(stage.heard_of(0.5F), 2U * rate);
    const auto first = std::find(stage.heard.begin(), stage.heard.end(), 0.5F);
    CHECK(std::all_of(first, first + 2 * rate, [](float sample) { return sample == 0.5F; }));
    CHECK_EQUAL(stage.right, stage.watched);
}

TEST(a_game_that_hangs_is_heard_for_a_while_and_the_face_finds_the_voice_again) {
    Stage stage({rate});
    stage.run(101.0);
    stage.say(4.0, 0.25F);
    stage.speaker.queue().end();
    stage.run(102.0);
    const std::size_t before = stage.heard.size();
    stage.run(103.0, true);
    CHECK(stage.heard.size() - before > rate / 4);  // half a second was written ahead
    stage.watched_from = 103.4;
    stage.watched = stage.right = 0;
    stage.run(107.0);
    CHECK_EQUAL(stage.heard_of(0.25F), 4U * rate);  // nothing is lost
    CHECK(stage.watched > 200);
    CHECK_EQUAL(stage.right, stage.watched);
}

TEST(a_device_that_pauses_stops_the_face) {
    Stage stage({rate});
    stage.run(102.0);
    stage.device_plays = false;
    stage.run(103.0);
    const double stood = stage.speaker.heard();
    stage.run(104.0);
    CHECK_EQUAL(stage.speaker.heard(), stood);
    CHECK(stage.input->written() / 2 < 4U * rate);  // and no silence is sent for ever
    stage.device_plays = true;
    stage.watched_from = stage.now + 0.2;
    stage.watched = stage.right = 0;
    stage.run(106.0);
    CHECK_EQUAL(stage.right, stage.watched);
}

TEST(an_interruption_cuts_the_voice_at_once_and_the_next_speech_is_in_step) {
    Stage stage({rate});
    stage.run(101.0);
    stage.say(5.0, 0.25F);
    stage.speaker.queue().end();
    stage.run(102.5);
    const std::size_t said = stage.heard_of(0.25F);
    const auto cut = static_cast<std::uint64_t>(stage.speaker.voice().played());
    stage.speaker.interrupt();
    CHECK(stage.speaker.state() == Speaker::State::interrupting);
    stage.run(102.55);
    CHECK_EQUAL(stage.heard_of(0.25F), said);
    stage.far->interrupt(cut);
    CHECK(stage.speaker.state() == Speaker::State::open);
    stage.say(1.0, 0.5F);
    stage.watched_from = 103.0;
    stage.watched = stage.right = 0;
    stage.run(106.0);
    CHECK_EQUAL(stage.heard_of(0.25F), said);
    CHECK_EQUAL(stage.heard_of(0.5F), std::size_t{rate});
    CHECK_EQUAL(stage.right, stage.watched);
    stage.far->serve(stage.now, 0.0);
    CHECK_EQUAL(stage.far->have(), static_cast<std::uint64_t>(stage.speaker.voice().written()));
}

TEST(two_interruptions_wait_for_two_answers_and_a_refused_one_goes_on) {
    Stage stage({rate});
    stage.run(101.5);
    stage.speaker.interrupt();
    stage.speaker.interrupt();
    stage.far->interrupt(static_cast<std::uint64_t>(stage.speaker.voice().played()));
    CHECK(stage.speaker.state() == Speaker::State::interrupting);
    Error error;
    error.refused = "interrupt";
    error.next_sample = stage.far->have();
    stage.speaker.refused(error);
    CHECK(stage.speaker.state() == Speaker::State::open);
}

TEST(without_a_session_the_voice_is_heard_all_the_same_after_a_little_patience) {
    Stage stage({rate});
    stage.speaker.detach();
    stage.say(1.0, 0.25F);
    stage.run(102.0);
    CHECK_EQUAL(stage.heard_of(0.25F), std::size_t{rate});
    SpeakerSettings settings{rate};
    Speaker waiting(settings);
    const std::vector<float> clip(1000, 0.5F);
    waiting.queue().push(clip.data(), clip.size(), 1, rate);
    waiting.update(10.0, true);
    waiting.update(10.9, true);
    CHECK(waiting.is_speaking() && waiting.queue().waits());  // a session may come yet
    waiting.update(11.1, true);
    CHECK(!waiting.queue().waits());
}

TEST(ends_of_utterances_are_told_when_they_are_heard) {
    Stage stage({rate});
    stage.run(101.0);
    Event ended;
    ended.kind = EventKind::utterance_ended;
    ended.next_sample = 2 * rate;
    stage.speaker.event(ended);
    stage.run(101.8);
    CHECK(stage.speaker.due() == nullptr);
    stage.run(102.6);
    CHECK(stage.speaker.heard() > 2.0 * rate);
    CHECK(stage.speaker.due() != nullptr);
}

TEST(a_voice_that_does_not_live_in_silence_stands_still_after_its_tail) {
    SpeakerSettings settings{rate};
    settings.lives_in_silence = false;
    Stage stage(settings);
    stage.run(101.0);
    CHECK_EQUAL(stage.heard.size(), 0U);
    stage.say(1.0, 0.25F);
    stage.speaker.queue().end();
    stage.run(103.0);
    const std::size_t all = stage.heard.size();
    CHECK_EQUAL(stage.heard_of(0.25F), std::size_t{rate});
    CHECK_EQUAL(stage.heard[all - 1], 0.0F);
    stage.run(104.0);
    CHECK_EQUAL(stage.heard.size(), all);
    CHECK_EQUAL(stage.input->written() / 2, all);
}
