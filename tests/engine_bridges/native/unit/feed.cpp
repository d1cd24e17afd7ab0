// Audio on its way from a thread to the client: the ring, and what comes after what.
#include "voxrig/audio_feed.h"

#include <cstdint>
#include <string>
#include <vector>

#include "checks.h"
#include "server_words.h"

using voxrig::AudioFeed;
using voxrig::Client;

namespace {

const std::vector<float> sound(160, 0.25F);  // 10 ms

// A client with session 1 open and nothing left to send, and what that session has to say.
struct Speaking {
    voxrig::Waker waker;
    AudioFeed feed{1, voxrig::AudioFormat(), 4096, waker};
    Client client;

    Speaking() {
        client.open(1, voxrig::OpenRequest());
        client.sent(client.pending().size);
    }

    void push(std::size_t times = 1) {
        for (std::size_t k = 0; k < times; ++k) feed.input().push(sound.data(), sound.size());
    }

    std::string pumped(std::size_t most = 1 << 16) {
        feed.pump(client, most);
        const std::string text = packets_of(client.pending());
        client.sent(client.pending().size);
        return text;
    }

    void hear(const Buffer& out) {
        voxrig::Listener nobody;
        client.receive(out.data(), out.size(), 0.0, nobody);
    }
};

}  // namespace

TEST(what_comes_after_audio_comes_after_it) {
    Speaking one;
    one.push();
    one.feed.end_utterance(80);
    one.push(2);
    one.feed.end_utterance(0);
    one.feed.close();
    CHECK_EQUAL(one.pumped(), "audio1@0+320 end_utterance1 audio1@240+640 end_utterance1 close1");
    CHECK(one.feed.is_over());
}

TEST(audio_waits_in_the_ring_while_much_is_to_be_sent) {
    Speaking one;
    one.push(3);
    one.feed.close();
    CHECK_EQUAL(one.pumped(0), "");
    CHECK(!one.feed.is_idle());
    CHECK_EQUAL(one.pumped(1), "audio1@0+960 close1");
    CHECK(one.feed.is_idle());
}

TEST(an_interruption_drops_what_waits_but_not_the_closing) {
    Speaking one;
    one.push();
    one.feed.end_utterance(0);
    one.feed.close();
    one.feed.drop();
    CHECK_EQUAL(one.pumped(), "close1");
}

TEST(what_is_for_a_session_that_an_error_closed_goes_nowhere) {
    Speaking one;
    one.push(4);
    Buffer out;
    say_error(out, 1, "open", true);
    one.hear(out);
    CHECK_EQUAL(one.pumped(), "");
    CHECK(one.feed.is_idle());
    CHECK(!one.feed.is_over());  // the audio thread may be pushing still
    one.feed.close();
    CHECK_EQUAL(one.pumped(), "");
    CHECK(one.feed.is_over());
}

TEST(audio_goes_around_the_ring_unchanged) {
    voxrig::Waker waker;
    const voxrig::AudioFormat format;
    voxrig::AudioInput input(1, format, 1024, waker);
    std::uint32_t wrote = 0;
    std::uint32_t read = 0;
    for (std::uint32_t round = 0; round < 500; ++round) {
        std::vector<float> samples(1 + round * 7 % 300);
        for (float& sample : samples) sample = static_cast<float>(wrote++ % 32768) / 32768.0F;
        CHECK(input.push(samples.data(), samples.size()));
        while (input.written() > input.read()) {
            const voxrig::Bytes piece = input.piece(200);
            for (std::size_t k = 0; k < piece.size; k += 2) {
                CHECK_EQUAL(piece.data[k] | piece.data[k + 1] << 8, static_cast<int>(read++ % 32768));
            }
            input.release(piece.size);
        }
    }
    CHECK_EQUAL(read, wrote);
}

TEST(a_full_ring_takes_nothing_of_a_chunk_and_counts_it) {
    voxrig::Waker waker;
    voxrig::AudioInput input(1, voxrig::AudioFormat(), 1024, waker);
    const std::vector<float> samples(400, 2.0F);
    CHECK(input.push(samples.data(), samples.size()));
    CHECK(!input.push(samples.data(), samples.size()));
    CHECK_EQUAL(input.dropped(), 1U);
    CHECK_EQUAL(input.room(), 224U);
    CHECK(!input.push("abc", 3));  // one sample and a half
    CHECK_EQUAL(input.dropped(), 2U);
    const voxrig::Bytes piece = input.piece(2);
    CHECK_EQUAL(piece.data[0] | piece.data[1] << 8, 32767);  // clipped
}
