// Everything that a client is told, one line each on standard output.
#pragma once

#include <algorithm>
#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>

#include "voxrig/listener.h"

namespace puppet {

// FNV-1a, 32 bit.
inline std::uint32_t hash_of(const float* values, std::size_t count) {
    std::uint32_t hash = 2166136261U;
    for (std::size_t k = 0; k < count; ++k) {
        std::uint32_t bits = 0;
        std::memcpy(&bits, values + k, sizeof bits);
        for (int shift = 0; shift < 32; shift += 8) hash = (hash ^ ((bits >> shift) & 0xff)) * 16777619U;
    }
    return hash;
}

// One line of what is said to people; nothing is a dash.
inline std::string line_of(std::string_view text) {
    std::string line(text.empty() ? std::string_view("-") : text);
    std::replace(line.begin(), line.end(), '\n', ' ');
    std::replace(line.begin(), line.end(), '\r', ' ');
    return line;
}

class Transcript : public voxrig::Listener {
public:
    bool is_over() const { return over_; }
    int exit_code() const { return exit_code_; }

    void on_hello(const voxrig::Hello& hello) override {
        std::printf("hello %" PRIu32 " %s\n", hello.version, line_of(hello.server).c_str());
    }

    void on_opened(std::uint32_t session, const voxrig::Opened& opened) override {
        std::printf("opened %" PRIu32 " %s %zu %zu %" PRIu32 " %" PRIu32, session, line_of(opened.rig).c_str(),
                    opened.controls.size(), opened.bones.size(), opened.stride, opened.sample_rate);
        std::printf(" %" PRIu32 " %" PRIu32 " %" PRIu64 " %" PRIu64, opened.frame_rate.numerator,
                    opened.frame_rate.denominator, opened.look_ahead.numerator, opened.look_ahead.denominator);
        std::printf(" %" PRIu64 " %" PRIu64 " %s\n", opened.seed, opened.blend_samples,
                    line_of(opened.controls.empty() ? std::string() : opened.controls.front()).c_str());
    }

    void on_frames(std::uint32_t session, const voxrig::Frames& frames) override {
        for (std::size_t n = 0; n < frames.count(); ++n) {
            std::printf("frame %" PRIu32 " %" PRIu32 " %" PRIu64 " %" PRIu64 " %08" PRIx32 "\n", session,
                        frames.utterance, frames.first_index + n, frames.media_samples[n],
                        hash_of(frames.frame(n), frames.stride));
        }
    }

    void on_event(std::uint32_t session, const voxrig::Event& event) override {
        std::printf("event %" PRIu32 " %s %" PRIu32 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64, session,
                    std::string(voxrig::name_of(event.kind)).c_str(), event.utterance, event.frame_count,
                    event.frame_index, event.media_sample, event.next_sample);
        auto values = event.values;
        std::sort(values.begin(), values.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
        for (const voxrig::NamedValue& value : values) {
            std::printf(" %s=%.9g", std::string(value.name).c_str(), static_cast<double>(value.value));
        }
        std::printf("\n");
    }

    void on_error(std::uint32_t session, const voxrig::Error& error) override {
        refuse(std::to_string(session), error);
    }
    void on_connection_error(const voxrig::Error& error) override { refuse("-", error); }

    void on_pong(const voxrig::Pong& pong) override {
        std::printf("pong %.9f\n", (pong.back - pong.sent) - (pong.replied - pong.received));
    }

    void on_reconnecting(std::string_view reason) override {
        std::printf("reconnecting %s\n", line_of(reason).c_str());
    }
    void on_reconnected() override { std::printf("reconnected\n"); }
    void on_resumed(std::uint32_t session) override { std::printf("resumed %" PRIu32 "\n", session); }
    void on_rebuilt(std::uint32_t session, bool exact) override {
        std::printf("rebuilt %" PRIu32 " %s\n", session, exact ? "exactly" : "anew");
    }

    void on_done() override {
        std::printf("done\n");
        over_ = true;
    }

    void on_lost(std::string_view reason) override {
        std::printf("lost %s\n", line_of(reason).c_str());
        over_ = true;
        exit_code_ = 1;
    }

private:
    static void refuse(const std::string& session, const voxrig::Error& error) {
        std::printf("error %s %" PRId32 " %s %d %" PRIu64 " %s\n", session.c_str(), error.code,
                    line_of(error.refused).c_str(), error.session_closed ? 1 : 0, error.next_sample,
                    line_of(error.message).c_str());
    }

    bool over_ = false;
    int exit_code_ = 0;
};

}  // namespace puppet
