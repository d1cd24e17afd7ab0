// What a speaker is set up with.
#pragma once

#include <cstdint>

namespace voxrig {
namespace plugin {

struct SpeakerSettings {
    std::uint32_t sample_rate = 48000;  // of the voice and of the session, Hz
    double margin = 0.06;               // seconds more than the longest journey of late: pictures, uneven chunks
    double ahead = 0.5;                 // seconds of speech written ahead of what is played: how long the game may hang
    double output_latency = 0.03;       // seconds from the audio thread's taking a sample to the loudspeaker
    double patience = 1.0;              // seconds that speech waits for a session that is expected
    bool lives_in_silence = true;       // send silence while nothing is said
};

}  // namespace plugin
}  // namespace voxrig
