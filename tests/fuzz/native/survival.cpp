// A client that loses its connection at any moment, to a server that keeps its sessions or has lost them: every frame
// index comes exactly once, in order, with its own media sample, and all that waits is bounded.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "input.h"
#include "model_server.h"
#include "voxrig/client.h"

namespace {

constexpr std::uint32_t number = 7;

// Checks what is told of the one session.
class Judge : public voxrig::Listener {
public:
    bool is_open = false;
    bool is_closed = false;
    std::uint64_t next = 0;
    std::uint64_t position = 0;  // of the client's next audio, when it was last seen
    voxrig::Client* client = nullptr;

    void on_opened(std::uint32_t, const voxrig::Opened&) override {
        must(!is_open);
        is_open = true;
    }
    void on_frames(std::uint32_t, const voxrig::Frames& frames) override {
        must(is_open && !is_closed && frames.count() > 0);
        must(frames.first_index == next);
        for (std::size_t n = 0; n < frames.count(); ++n) {
            must(frames.media_samples[n] == ModelServer::sample_of(frames.first_index + n));
            for (std::size_t k = 0; k < frames.stride; ++k) must(frames.frame(n)[k] == frames.frame(n)[k]);
        }
        next += frames.count();
    }
    void on_event(std::uint32_t, const voxrig::Event& event) override {
        must(is_open && !is_closed);
        if (event.kind == voxrig::EventKind::interrupted) {
            must(event.frame_index <= next);
            next = event.frame_index;
        }
        if (event.kind != voxrig::EventKind::closed) position = client->next_sample(number);
        if (event.kind == voxrig::EventKind::closed) is_closed = true;
    }
    void on_error(std::uint32_t, const voxrig::Error& error) override {
        must(!error.session_closed && error.refused == "interrupt");
    }
    void on_lost(std::string_view) override { must(false); }
};

class Game {
public:
    explicit Game(Input& input) : input_(input), client_("fuzz", {}, {10.0, keep_seconds}) { judge_.client = &client_; }

    void run() {
        ModelServer server;
        voxrig::OpenRequest request;
        request.audio = {voxrig::Encoding::s16le, ModelServer::rate, 1};
        client_.open(number, request);
        trade(server);
        for (int step = 0; step < 200 && !input_.is_over(); ++step) act(server);
        end(0);
        client_.close(number);
        judge_.position = client_.next_sample(number);
        while (!judge_.is_closed && steps_ < 4000) trade(server);
        must(judge_.is_closed);
        must(judge_.next == ModelServer::first_frame(judge_.position));
    }

private:
    static constexpr double keep_seconds = 6.0;

    void act(ModelServer& server) {
        static const std::vector<std::uint8_t> sound(2 * ModelServer::rate, 1);
        switch (input_.below(10)) {
            case 0:
            case 1:
            case 2: {
                const std::size_t size = 2 * (1 + input_.whole(2) % (input_.below(8) == 0 ? ModelServer::rate : ModelServer::rate / 16));
                say(sound.data(), size);
                break;
            }
            case 3: end(input_.below(2) * 1000); break;
            case 4: interrupt(nullptr); break;
            case 5: {
                const std::uint64_t shown = ModelServer::sample_of(judge_.next);
                const std::uint64_t at = shown - (std::min)(shown, input_.whole(2));
                interrupt(&at);
                break;
            }
            case 6: {
                const char* name = input_.below(2) == 0 ? "gaze" : "emotion";
                client_.cue(number, input_.whole(2), name, {{"yaw", 1.0F}});
                break;
            }
            case 7: lose(server, input_.below(2) == 0); break;
            default: trade(server, 1 + input_.below(64));
        }
        if (input_.below(3) == 0) trade(server);
    }

    void say(const std::uint8_t* sound, std::size_t size) {
        const voxrig::Result result = client_.audio(number, sound, size);
        must(result == voxrig::Result::ok || result == voxrig::Result::congested);
        speaks_ = speaks_ || result == voxrig::Result::ok;
    }

    // Only of an utterance that runs: the server refuses any other, and what its silence moves.
    void end(std::uint64_t tail_samples) {
        if (speaks_) client_.end_utterance(number, tail_samples);
        speaks_ = false;
    }

    void interrupt(const std::uint64_t* at_sample) {
        if (at_sample != nullptr) {
            client_.interrupt(number, *at_sample);
        } else {
            client_.interrupt(number);
        }
        speaks_ = false;
    }

    // Bytes to and fro, `most` pieces of them.
    void trade(ModelServer& server, int most = 1000) {
        ++steps_;
        const voxrig::Bytes out = client_.pending();
        const std::size_t part = most < 1000 ? (std::min)(out.size, std::size_t(most) * 64) : out.size;
        server.hear({out.data, part});
        client_.sent(part);
        server.work(most);
        const std::vector<std::uint8_t> said = server.said(most < 1000 ? std::size_t(most) * 16 : ~std::size_t{0});
        must(client_.receive(said.data(), said.size(), 0.0, judge_));
    }

    void lose(ModelServer& server, bool forgets) {
        if (!client_.survives()) return;
        client_.lose();
        if (input_.below(2) == 0) act_offline();
        if (forgets) {
            server = ModelServer();
        } else {
            server.lose();
        }
        client_.reconnect();
    }

    void act_offline() {
        static const std::uint8_t sound[640] = {};
        if (input_.below(2) == 0) say(sound, sizeof sound);
        if (input_.below(4) == 0) interrupt(nullptr);
        if (input_.below(4) == 0) end(100);
    }

    Input& input_;
    voxrig::Client client_;
    Judge judge_;
    int steps_ = 0;
    bool speaks_ = false;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Input input(data, size);
    Game(input).run();
    return 0;
}
