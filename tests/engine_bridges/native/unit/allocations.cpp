// Once a session is open, nothing on the way of audio and frames asks for memory.
#include "voxrig/inbox.h"

#include <vector>

#include "checks.h"
#include "counting.h"
#include "server_words.h"
#include "voxrig/audio_feed.h"
#include "voxrig/client.h"
#include "voxrig/playout_buffer.h"
#include "voxrig/playout_clock.h"
#include "voxrig/playout_delay.h"

namespace {

constexpr std::uint32_t controls = 251;

// A character: audio in, what comes back into the playout.
class Character : public voxrig::Listener {
public:
    voxrig::PlayoutBuffer face;
    voxrig::PlayoutClock clock{16000};
    voxrig::PlayoutDelay delay;
    std::size_t events = 0;

    void on_opened(std::uint32_t, const voxrig::Opened& opened) override {
        face.reset(opened.controls.size(), opened.bones.size(), opened.sample_rate, 512);
    }
    void on_frames(std::uint32_t, const voxrig::Frames& frames) override {
        for (std::size_t n = 0; n < frames.count(); ++n) {
            face.push(frames.first_index + n, frames.media_samples[n], frames.frame(n));
        }
    }
    void on_event(std::uint32_t, const voxrig::Event& event) override { events += event.next_sample; }
};

}  // namespace

TEST(six_hundred_frames_allocate_nothing) {
    voxrig::Client client;
    voxrig::Waker waker;
    voxrig::AudioFeed feed(1, voxrig::AudioFormat(), 1 << 16, waker);
    voxrig::Inbox inbox;
    voxrig::PacketReader packets;
    Character character;
    voxrig::Listener quiet;
    client.open(1, voxrig::OpenRequest());
    Buffer out;
    say_hello(out);
    say_opened(out, 1, controls);
    client.receive(out.data(), out.size(), 0.0, character);
    Buffer outgoing;
    outgoing.reserve(1 << 16);
    const std::vector<float> values(2 * (controls + 4), 0.25F);
    const std::vector<float> sound(533, 0.5F);
    const auto picture = [&](std::uint64_t n) {  // two frames each: through the client, and into the inbox
        feed.input().push(sound.data(), sound.size());
        feed.pump(client, 1 << 16);
        client.take_pending(outgoing);
        out.clear();
        say_frames(out, 1, 2 * n, 2, values);
        say_event(out, 1, "VISEME", n, 2 * n);
        client.receive(out.data(), out.size(), 0.0, quiet);
        voxrig::Bytes payload;
        packets.feed(out.data(), out.size());
        while (packets.next(payload)) inbox.put(payload, 0.0);
        const double now = static_cast<double>(n) / 30.0;
        character.delay.arrived(now, now - 0.1);
        character.clock.report(now, static_cast<double>(n) * 533.0);
        character.face.sample(character.clock.at(now));
    };
    for (std::uint64_t n = 0; n < 10; ++n) picture(n);
    inbox.poll(character);
    for (std::uint64_t n = 10; n < 20; ++n) picture(n);
    inbox.poll(character);
    const std::size_t before = allocations();
    for (std::uint64_t n = 20; n < 320; ++n) {
        picture(n);
        if (n % 10 == 9) inbox.poll(character);
    }
    CHECK_EQUAL(allocations() - before, 0U);
    CHECK_EQUAL(character.face.counts().pushed, 640U);
    CHECK_EQUAL(client.next_sample(1), 320U * 533U);
    CHECK_EQUAL(feed.input().dropped(), 0U);
}
