// A clip through voxrig.v1 over gRPC:
//   voxrig_grpc HOST:PORT CLIP.wav [--rig RIG] [--fps N] [--seed N] [--paced] [--hashes]
// Prints one JSON line with the number of frames and how long they took; with --hashes a line for each frame before it,
// as the puppets do. --paced sends 20 ms every 20 ms, as a live voice comes.
#include <grpcpp/grpcpp.h>

#include <chrono>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>

#include "arrivals.h"
#include "voxrig/v1/performance.grpc.pb.h"
#include "wav.h"

namespace {

namespace pb = voxrig::v1;
using Stream = grpc::ClientReaderWriter<pb::PerformRequest, pb::PerformResponse>;

struct Settings {
    std::string target;
    std::string clip;
    std::string rig = "arkit";
    std::uint32_t frames_per_second = 60;
    std::uint64_t seed = 7;
    bool paced = false;
    bool hashes = false;
};

bool read_settings(int count, char** given, Settings& settings) {
    if (count < 3) return false;
    settings.target = given[1];
    settings.clip = given[2];
    for (int k = 3; k < count; ++k) {
        const std::string word = given[k];
        const char* value = k + 1 < count ? given[k + 1] : "";
        if (word == "--paced") {
            settings.paced = true;
        } else if (word == "--hashes") {
            settings.hashes = true;
        } else if (word == "--rig") {
            settings.rig = value;
            ++k;
        } else if (word == "--fps") {
            settings.frames_per_second = static_cast<std::uint32_t>(std::strtoul(value, nullptr, 10));
            ++k;
        } else if (word == "--seed") {
            settings.seed = std::strtoull(value, nullptr, 10);
            ++k;
        } else {
            return false;
        }
    }
    return true;
}

pb::PerformRequest open_request(const Settings& settings, const Wav& wav) {
    pb::PerformRequest request;
    pb::ClientMessage* message = request.add_messages();
    message->set_session(1);
    pb::OpenSession* open = message->mutable_open();
    open->set_rig(settings.rig);
    open->mutable_frame_rate()->set_numerator(settings.frames_per_second);
    open->mutable_frame_rate()->set_denominator(1);
    open->mutable_audio()->set_encoding(pb::AudioFormat::S16LE);
    open->mutable_audio()->set_sample_rate(wav.sample_rate);
    open->mutable_audio()->set_channels(wav.channels);
    open->set_seed(settings.seed);
    return request;
}

// Sends the clip in pieces of 20 ms, and closes.
void write_clip(Stream& stream, const Settings& settings, const Wav& wav, Arrivals& arrivals) {
    const std::size_t sample_bytes = 2 * wav.channels;
    const std::size_t piece = wav.sample_rate / 50 * sample_bytes;
    const auto start = std::chrono::steady_clock::now();
    stream.Write(open_request(settings, wav));
    for (std::size_t at = 0; at < wav.samples.size(); at += piece) {
        if (settings.paced) std::this_thread::sleep_until(start + std::chrono::milliseconds(20) * (at / piece));
        pb::PerformRequest request;
        pb::ClientMessage* message = request.add_messages();
        message->set_session(1);
        message->mutable_audio()->set_first_sample(at / sample_bytes);
        message->mutable_audio()->set_samples(wav.samples.substr(at, piece));
        if (!stream.Write(request)) return;  // the reader tells why
        arrivals.sent((at + message->audio().samples().size()) / sample_bytes);
    }
    pb::PerformRequest request;
    pb::ClientMessage* message = request.add_messages();
    message->set_session(1);
    message->mutable_close();
    stream.Write(request);
    stream.WritesDone();
}

std::uint32_t hash_of(const std::string& bytes, std::size_t at, std::size_t size) {  // FNV-1a
    std::uint32_t hash = 2166136261U;
    for (std::size_t k = at; k < at + size; ++k) hash = (hash ^ static_cast<unsigned char>(bytes[k])) * 16777619U;
    return hash;
}

// Takes what comes until the call ends; what the server refused, or nothing.
std::string read_answers(Stream& stream, const Settings& settings, const Wav& wav, Arrivals& arrivals) {
    pb::PerformResponse response;
    std::size_t frame_bytes = 0;
    double samples_ahead = 0.0;
    std::string refused;
    while (stream.Read(&response)) {
        for (const pb::ServerMessage& message : response.messages()) {
            if (message.has_opened()) {
                const pb::Fraction& ahead = message.opened().look_ahead();
                samples_ahead = static_cast<double>(ahead.numerator()) / static_cast<double>(ahead.denominator()) *
                                wav.sample_rate;
                frame_bytes = 4 * static_cast<std::size_t>(message.opened().stride());
            } else if (message.has_error() && refused.empty()) {  // what follows comes of the first
                refused = message.error().message();
            }
            const pb::Frames& frames = message.frames();
            for (int n = 0; n < frames.media_samples_size(); ++n) {
                arrivals.came(static_cast<double>(frames.media_samples(n)) + samples_ahead);
                if (!settings.hashes) continue;
                std::printf("frame 1 %" PRIu32 " %" PRIu64 " %" PRIu64 " %08" PRIx32 "\n", frames.utterance(),
                            frames.first_index() + static_cast<std::uint64_t>(n), frames.media_samples(n),
                            hash_of(frames.values(), static_cast<std::size_t>(n) * frame_bytes, frame_bytes));
            }
        }
    }
    return refused;
}

}  // namespace

int main(int count, char** given) {
    Settings settings;
    if (!read_settings(count, given, settings)) {
        std::fprintf(stderr,
                     "usage: voxrig_grpc HOST:PORT CLIP.wav [--rig RIG] [--fps N] [--seed N] [--paced] [--hashes]\n");
        return 2;
    }
    Wav wav;
    const std::string trouble = read_wav(settings.clip, wav);
    if (!trouble.empty()) {
        std::fprintf(stderr, "%s\n", trouble.c_str());
        return 2;
    }
    const auto channel = grpc::CreateChannel(settings.target, grpc::InsecureChannelCredentials());
    const auto stub = pb::Voxrig::NewStub(channel);
    grpc::ClientContext context;
    const auto stream = stub->Perform(&context);
    Arrivals arrivals;
    std::thread writer([&] { write_clip(*stream, settings, wav, arrivals); });
    const std::string refused = read_answers(*stream, settings, wav, arrivals);
    writer.join();
    const grpc::Status status = stream->Finish();
    if (!status.ok() || !refused.empty()) {
        std::fprintf(stderr, "%s\n", (status.ok() ? refused : status.error_message()).c_str());
        return 1;
    }
    std::printf("{\"frames\": %zu, \"first_frame_ms\": %.3f, ", arrivals.frames(), arrivals.first_ms());
    std::printf("\"latency_ms\": {\"p50\": %.3f, \"p99\": %.3f, \"max\": %.3f}}\n", arrivals.percentile_ms(0.5),
                arrivals.percentile_ms(0.99), arrivals.percentile_ms(1.0));
    return 0;
}
