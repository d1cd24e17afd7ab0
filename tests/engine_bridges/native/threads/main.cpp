// A game in small: three characters on one connection, each with an audio thread of its own, while the game thread
// polls, cues, interrupts one of them and asks for the clock. Meant for the thread sanitizer: threads HOST PORT.
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "voxrig/voxrig.h"

namespace {

constexpr std::uint32_t characters = 3;
constexpr std::uint32_t cut_one = 2;
constexpr std::size_t chunk = 320;  // samples: 20 ms
constexpr std::size_t chunks = 100;

struct Heard {
    std::size_t frames = 0;
    std::uint64_t next_index = 0;
    std::size_t ended = 0;
    std::size_t interrupted = 0;
    std::size_t closed = 0;
};

class Game : public voxrig::Listener {
public:
    Heard heard[characters + 1];
    std::string trouble;
    std::size_t pongs = 0;
    bool over = false;

    void on_frames(std::uint32_t session, const voxrig::Frames& frames) override {
        if (frames.first_index != heard[session].next_index) trouble = "frames are missing";
        heard[session].frames += frames.count();
        heard[session].next_index = frames.first_index + frames.count();
    }
    void on_event(std::uint32_t session, const voxrig::Event& event) override {
        Heard& one = heard[session];
        one.ended += event.kind == voxrig::EventKind::utterance_ended ? 1 : 0;
        one.closed += event.kind == voxrig::EventKind::closed ? 1 : 0;
        if (event.kind != voxrig::EventKind::interrupted) return;
        ++one.interrupted;
        one.next_index = event.frame_index;
    }
    void on_error(std::uint32_t, const voxrig::Error& error) override { trouble = std::string(error.message); }
    void on_pong(const voxrig::Pong&) override { ++pongs; }
    void on_done() override { over = true; }
    void on_lost(std::string_view reason) override {
        trouble = std::string(reason);
        over = true;
    }
};

// An audio thread: 2 s of a saw, as fast as there is room.
void speak(voxrig::AudioInput& input, std::atomic<std::uint32_t>& speaking) {
    std::vector<float> samples(chunk);
    for (std::size_t n = 0; n < chunks; ++n) {
        for (std::size_t k = 0; k < chunk; ++k) samples[k] = static_cast<float>((n * chunk + k) % 107) / 200.0F;
        while (!input.push(samples.data(), samples.size())) std::this_thread::yield();
        if (n % 10 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    --speaking;
}

std::string judge(const Game& game) {
    if (!game.trouble.empty()) return game.trouble;
    if (game.pongs == 0) return "no pong came";
    for (std::uint32_t session = 1; session <= characters; ++session) {
        const Heard& one = game.heard[session];
        const std::string name = "session " + std::to_string(session);
        if (one.closed != 1) return name + " was not closed";
        if (session == cut_one) {
            if (one.interrupted != 1) return name + " was not interrupted";
        } else if (one.frames != 120 || one.ended != 1) {
            return name + " has " + std::to_string(one.frames) + " frames, not 120";
        }
    }
    return "";
}

}  // namespace

int main(int count, char** given) {
    if (count != 3) return 2;
    voxrig::ClientThread connection;
    voxrig::Endpoint endpoint;
    endpoint.host = given[1];
    endpoint.port = static_cast<std::uint16_t>(std::atoi(given[2]));
    endpoint.ping_seconds = 0.01;
    connection.start(endpoint);
    Game game;
    std::vector<std::thread> threads;
    std::atomic<std::uint32_t> speaking{characters};
    for (std::uint32_t session = 1; session <= characters; ++session) {
        voxrig::AudioInput* input = connection.open(session, voxrig::OpenRequest(), 8192);
        threads.emplace_back([input, &speaking] { speak(*input, speaking); });
    }
    std::uint64_t pictures = 0;
    while (speaking.load() > 0) {
        connection.wait(0.002);
        connection.poll(game);
        connection.ping(++pictures);
        if (pictures < 50) connection.cue(1, connection.next_sample(1) + 8000, "emotion", {{"joy", 0.5F}});
        static_cast<void>(connection.clock().offset());
        if (pictures == 3) connection.interrupt(cut_one);
    }
    if (pictures < 3) connection.interrupt(cut_one);
    for (std::thread& thread : threads) thread.join();
    for (std::uint32_t session = 1; session <= characters; ++session) {
        connection.end_utterance(session);
        connection.close(session);
    }
    connection.finish();
    while (!game.over) {
        connection.wait(1.0);
        connection.poll(game);
    }
    const std::string trouble = judge(game);
    if (!trouble.empty()) std::printf("%s\n", trouble.c_str());
    return trouble.empty() ? 0 : 1;
}
