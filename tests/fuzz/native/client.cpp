// A server that says anything at any time, to a client whose game does anything: no crash, and what is kept is bounded.
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "input.h"
#include "voxrig/client.h"
#include "voxrig/encode.h"

namespace {

using Buffer = std::vector<std::uint8_t>;

constexpr const char* refusals[] = {"audio", "interrupt", "cue", "end_utterance", "open", "resume", "close", ""};

std::uint64_t number(Input& input) { return input.below(4) == 0 ? input.whole(8) : input.whole(2); }

void say_opened(Input& input, Buffer& out) {
    voxrig::msgpack::Writer body(out);
    voxrig::encode::head(body, input.below(3), "opened");
    const std::uint32_t controls = input.below(4);
    const std::uint32_t bones = input.below(3);
    body.map(5);
    body.text("controls");
    body.array(controls);
    for (std::uint32_t k = 0; k < controls; ++k) body.text(input.below(8) == 0 ? "b" : "a");
    body.text("bones");
    body.array(bones);
    for (std::uint32_t k = 0; k < bones; ++k) body.text("bone");
    body.text("stride");
    body.integer(controls + 4 * bones);
    body.text("blend_samples");
    body.integer(number(input));
    body.text("resume_id");
    body.text(input.below(4) == 0 ? "" : "id");
}

void say_frames(Input& input, Buffer& out) {
    voxrig::Frames frames;
    frames.first_index = number(input);
    frames.utterance = input.below(4);
    frames.stride = input.below(12);
    for (std::uint32_t count = input.below(6); count > 0; --count) {
        frames.media_samples.push_back(number(input));
        for (std::size_t k = 0; k < frames.stride; ++k) frames.values.push_back(static_cast<float>(input.byte()));
    }
    voxrig::encode::frames(out, input.below(3), frames);
}

void say_event(Input& input, Buffer& out) {
    voxrig::Event event;
    event.kind = static_cast<voxrig::EventKind>(input.below(9));
    event.utterance = static_cast<std::uint32_t>(input.whole(1));
    event.frame_count = number(input);
    event.frame_index = number(input);
    event.media_sample = number(input);
    event.next_sample = number(input);
    voxrig::encode::event(out, input.below(3), event);
}

void say_error(Input& input, Buffer& out) {
    voxrig::msgpack::Writer body(out);
    const bool of_session = input.below(8) > 0;
    if (of_session) {
        voxrig::encode::head(body, input.below(3), "error");
    } else {
        body.map(1);
        body.text("error");
    }
    body.map(4);
    body.text("code");
    body.integer(input.below(17));
    body.text("refused");
    body.text(refusals[input.below(8)]);
    body.text("session_closed");
    body.boolean(input.below(2) == 0);
    body.text("next_sample");
    body.integer(number(input));
}

void say_resumed(Input& input, Buffer& out) {
    voxrig::msgpack::Writer body(out);
    voxrig::encode::head(body, input.below(3), "resumed");
    body.map(2);
    body.text("taken");
    body.integer(number(input));
    body.text("next_sample");
    body.integer(number(input));
}

void say_hello(Buffer& out) {
    voxrig::msgpack::Writer body(out);
    body.map(1);
    body.text("hello");
    body.map(1);
    body.text("version");
    body.integer(1);
}

// A message in its packet; one in sixteen is no message at all.
Buffer say(Input& input) {
    Buffer body;
    switch (input.below(16)) {
        case 0: {
            const voxrig::Bytes raw = input.bytes(input.byte());
            body.assign(raw.data, raw.data + raw.size);
            break;
        }
        case 1:
        case 2: say_hello(body); break;
        case 3:
        case 4: say_opened(input, body); break;
        case 5: say_error(input, body); break;
        case 6:
        case 7: say_resumed(input, body); break;
        case 8:
        case 9:
        case 10: say_event(input, body); break;
        default: say_frames(input, body);
    }
    Buffer packet;
    for (int k = 0; k < 4; ++k) packet.push_back(static_cast<std::uint8_t>(body.size() >> (8 * k)));
    packet.insert(packet.end(), body.begin(), body.end());
    return packet;
}

void play(Input& input, voxrig::Client& client) {
    static const Buffer sound(4096, 1);
    const std::uint32_t session = input.below(3);
    voxrig::OpenRequest request;
    switch (input.below(9)) {
        case 0:
            request.frame_rate = {input.below(4) == 0 ? 24000U : 60U, input.below(4) == 0 ? 1001U : input.below(3)};
            request.audio.sample_rate = static_cast<std::uint32_t>(number(input));
            request.audio.channels = input.below(3);
            client.open(session, request);
            break;
        case 1: client.audio(session, sound.data(), 8 * input.whole(2) % sound.size()); break;
        case 2: client.audio_at(session, number(input), sound.data(), 4 * input.byte()); break;
        case 3: client.end_utterance(session, number(input)); break;
        case 4: client.interrupt(session); break;
        case 5: client.interrupt(session, number(input)); break;
        case 6: client.cue(session, number(input), "emotion", {{"joy", 0.5F}, {"hold", 1.0F}}); break;
        case 7: client.close(session); break;
        default: client.set_next_sample(session, number(input));
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Input input(data, size);
    voxrig::Client client("fuzz", "token", {20.0, 20.0});
    voxrig::Listener nobody;
    while (!input.is_over()) {
        const std::uint32_t what = input.below(8);
        if (what < 4) {
            const Buffer packet = say(input);
            if (!client.receive(packet.data(), packet.size(), 1.0, nobody)) return 0;
        } else if (what < 7) {
            play(input, client);
        } else if (input.below(2) == 0 && client.survives()) {
            client.lose();
            for (std::uint32_t times = input.below(4); times > 0; --times) play(input, client);
            client.reconnect();
        } else {
            client.sent(client.pending().size);
        }
        must(client.pending().size < 3 * voxrig::max_pending_bytes);
    }
    return 0;
}
