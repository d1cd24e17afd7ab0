// A file that calls itself a WAV, read by the plugin's reader and by that of the gRPC client.
#include <cstddef>
#include <cstdint>
#include <string>

#include "grpc_client/wav.h"
#include "input.h"
#include "wav.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    voxrig::plugin::Sound sound;
    if (voxrig::plugin::WavReader::read(data, size, sound) == nullptr) {
        must(sound.channels > 0 && sound.samples.size() % sound.channels == 0 && sound.samples.size() <= size);
    }
    Wav wav;
    if (parse_wav(std::string(reinterpret_cast<const char*>(data), size), "it", wav).empty()) {
        must(wav.channels > 0 && !wav.samples.empty() && wav.samples.size() <= size);
    }
    return 0;
}
