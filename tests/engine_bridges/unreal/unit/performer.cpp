// The plugin's own parts against a real server, with a device made of a thread and a clock:
//   performer HOST PORT RIG WAV speak      a clip with cues, an interruption, a clip again
//   performer HOST PORT RIG WAV refuse     a rig that there is not: the voice is heard all the same
//   performer HOST PORT RIG WAV restart    a clip; the server goes away and comes back; a clip again
//   performer HOST PORT - - test           the test of a connection
// Says what happens, a line each.
#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>

#include "character.h"
#include "connection_test.h"
#include "thread_runner.h"
#include "wav.h"

using namespace voxrig;
using namespace voxrig::plugin;

namespace {

struct Told : CharacterListener {
    void on_opened(const Opened& opened) override {
        ++opens;
        std::printf("opened %s %zu %zu\n", opened.rig.c_str(), opened.controls.size(), opened.bones.size());
    }
    void on_timed(const TimedEvent& event) override {
        if (event.kind == EventKind::utterance_ended) {
            ++ends;
            std::printf("ended %u\n", event.utterance);
        } else {
            ++(event.kind == EventKind::viseme ? visemes : emotions);
            for (const auto& value : event.values) joy = value.first == "joy" ? std::max(joy, value.second) : joy;
        }
    }
    void on_interrupted() override {
        ++interruptions;
        std::printf("interrupted\n");
    }
    void on_refused(int code, const std::string& message, const std::string& remedy) override {
        ++refusals;
        std::printf("refused %d %s | %s\n", code, message.c_str(), remedy.c_str());
    }
    void on_connection_lost(const std::string& reason) override {
        ++losses;
        std::printf("lost %s\n", reason.c_str());
    }
    void on_connection_restored() override {
        ++restores; std::printf("restored\n"); }

    int opens = 0, restores = 0, ends = 0, visemes = 0, emotions = 0, interruptions = 0, losses = 0, refusals = 0;
    float joy = 0.0F;
};

class Play {
public:
    Play(const Endpoint& endpoint, const std::string& rig, Sound sound)
        : connection_(endpoint, std::make_unique<ThreadRunner>()), sound_(std::move(sound)) {
        SpeakerSettings settings;
        settings.sample_rate = 48000;
        OpenRequest request;
        request.rig = rig;
        request.seed = 7;
        request.options = {{"tell", "visemes,emotion"}};
        character_ = std::make_unique<Character>(settings, request, told_);
        character_->join(connection_);
        device_ = std::thread([this] { play(); });
    }
    ~Play() {
        over_.store(true);
        device_.join();
        character_->leave();
    }

    bool speak() {
        if (!until(20.0, [&] { return character_->is_open(); })) return false;
        cue(emotion_cue("joy", 0.8, 0.1, 0.0));
        cue(gaze_cue({200.0, 100.0, 0.0}, 1.0, 0.0));
        cue(blink_cue(1.0, 0.0));
        Cue gesture{"gesture"};
        gesture.add("wave", 1.0);
        cue(gesture);
        say();
        if (!until(20.0, [&] { return told_.ends > 0; })) return false;
        std::printf("mouth %.3f\nturned %.1f\njoy %.2f\n", static_cast<double>(most_), turned_, static_cast<double>(told_.joy));
        std::printf("told visemes %d emotions %d\n", told_.visemes, told_.emotions);
        say();
        most_ = 0.0F;
        if (!until(10.0, [&] { return most_ > 0.1F; })) return false;
        character_->speaker().interrupt();
        if (!until(5.0, [&] { return told_.interruptions > 0; })) return false;
        wait(0.6);
        std::printf("rest %.3f\n", static_cast<double>(now_));
        const int ends = told_.ends;
        say();
        most_ = 0.0F;
        if (!until(20.0, [&] { return told_.ends > ends; })) return false;
        std::printf("mouth %.3f\n", static_cast<double>(most_));
        return summary();
    }

    bool refuse() {
        if (!until(20.0, [&] { return told_.refusals > 0; })) return false;
        say();
        if (!until(20.0, [&] { return !character_->speaker().is_speaking(); })) return false;
        std::printf("heard %.2f\nrefusals %d\n", character_->speaker().heard() / 48000.0, told_.refusals);
        return true;
    }

    bool restart() {
        if (!until(20.0, [&] { return character_->is_open(); })) return false;
        say();
        if (!until(20.0, [&] { return most_ > 0.1F; })) return false;
        std::printf("stop the server\n");
        std::fflush(stdout);
        if (!until(20.0, [&] { return told_.losses > 0; })) return false;
        std::printf("start the server\n");
        std::fflush(stdout);
        if (!until(60.0, [&] { return told_.restores > 0 && told_.ends > 0; })) return false;  // the first clip is over
        const int ends = told_.ends;
        say();
        most_ = 0.0F;
        if (!until(20.0, [&] { return told_.ends > ends; })) return false;
        std::printf("mouth %.3f\n", static_cast<double>(most_));
        return summary();
    }

private:
    void cue(const Cue& cue) {
        if (!character_->cue(cue)) std::printf("no cue\n");
    }

    void say() {
        const std::size_t count = sound_.samples.size() / sound_.channels;
        character_->speaker().queue().push(sound_.samples.data(), count, sound_.channels, sound_.rate);
        character_->speaker().queue().end();
    }

    bool summary() {
        const PlayoutCounts& counts = character_->speaker().counts();
        std::printf("counts pushed %llu shown %llu late %llu\n", static_cast<unsigned long long>(counts.pushed),
                    static_cast<unsigned long long>(counts.exact + counts.interpolated),
                    static_cast<unsigned long long>(counts.late));
        return true;
    }

    // The device takes 512 samples at a time, as long as they last.
    void play() {
        float block[512];
        auto due = std::chrono::steady_clock::now();
        while (!over_.load()) {
            character_->speaker().play(block, 512);
            due += std::chrono::nanoseconds(512 * 1000000000LL / 48000);
            std::this_thread::sleep_until(due);
        }
    }

    void picture() {
        connection_.poll(ClientThread::now());
        character_->update(ClientThread::now());
        const FacePose& face = character_->face();
        for (std::size_t k = 0; k < face.names().size(); ++k) {
            if (face.names()[k] != "JawOpen" && face.names()[k] != "CTRL_expressions_jawOpen") continue;
            now_ = face.values()[k];
            most_ = std::max(most_, now_);
        }
        turned_ = std::max(turned_, face.rotator(FacePose::head).yaw);
        std::this_thread::sleep_for(std::chrono::milliseconds(16));
    }

    template <class Condition>
    bool until(double seconds, Condition&& condition) {
        const double end = ClientThread::now() + seconds;
        while (!condition()) {
            if (ClientThread::now() > end) return std::printf("nothing came\n"), false;
            picture();
        }
        return true;
    }

    void wait(double seconds) {
        const double end = ClientThread::now() + seconds;
        while (ClientThread::now() < end) picture();
    }

    Told told_;
    Connection connection_;
    Sound sound_;
    std::unique_ptr<Character> character_;
    std::thread device_;
    std::atomic<bool> over_{false};
    float now_ = 0.0F;
    float most_ = 0.0F;
    double turned_ = 0.0;
};

bool test(const Endpoint& endpoint) {
    ConnectionTest test(std::make_unique<ThreadRunner>());
    for (test.begin(endpoint, ClientThread::now()); !test.is_over(); test.poll(ClientThread::now())) {
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    std::printf("%s\n", test.text().c_str());
    return test.worked();
}

}  // namespace

int main(int count, char** words) {
    if (count != 6) return 2;
    Endpoint endpoint;
    endpoint.host = words[1];
    endpoint.port = static_cast<std::uint16_t>(std::atoi(words[2]));
    endpoint.client = "Unreal plugin's own parts";
    endpoint.ping_seconds = 0.5;
    endpoint.survival.window_seconds = 60.0;  // a busy machine takes long to start a server
    if (std::strcmp(words[5], "test") == 0) return test(endpoint) ? 0 : 1;
    std::ifstream file(words[4], std::ios::binary);
    const std::vector<char> bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    Sound sound;
    if (const char* wrong = WavReader::read(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size(), sound)) {
        std::printf("%s\n", wrong);
        return 2;
    }
    Play play(endpoint, words[3], std::move(sound));
    if (std::strcmp(words[5], "restart") == 0) return play.restart() ? 0 : 1;
    if (std::strcmp(words[5], "refuse") == 0) return play.refuse() ? 0 : 1;
    return play.speak() ? 0 : 1;
}
