// A WAV file of 16-bit samples, as it lies on the disk.
#pragma once

#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>

struct Wav {
    std::uint32_t sample_rate = 0;  // Hz
    std::uint32_t channels = 0;
    std::string samples;  // little-endian, interleaved
};

inline std::uint32_t little_endian(const std::string& bytes, std::size_t at, std::size_t width) {
    std::uint32_t value = 0;
    for (std::size_t k = width; k-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[at + k]);
    return value;
}

// What is wrong with the bytes of the file `path`, or nothing.
inline std::string parse_wav(const std::string& bytes, const std::string& path, Wav& wav) {
    if (bytes.size() < 12 || bytes.compare(0, 4, "RIFF") != 0 || bytes.compare(8, 4, "WAVE") != 0) {
        return path + " is no WAV file";
    }
    for (std::size_t at = 12; at + 8 <= bytes.size();) {
        const std::string name = bytes.substr(at, 4);
        const std::size_t size = little_endian(bytes, at + 4, 4);
        at += 8;
        if (name == "fmt " && size >= 16 && at + 16 <= bytes.size()) {
            if (little_endian(bytes, at, 2) != 1 || little_endian(bytes, at + 14, 2) != 16) {
                return path + " is not of 16-bit integers: convert it, for instance with sox -b 16";
            }
            wav.channels = little_endian(bytes, at + 2, 2);
            wav.sample_rate = little_endian(bytes, at + 4, 4);
        } else if (name == "data") {
            wav.samples = bytes.substr(at, size);
        }
        at += size + size % 2;
    }
    return wav.channels == 0 || wav.samples.empty() ? path + " has no sound" : std::string();
}

// What is wrong with the file, or nothing.
inline std::string read_wav(const std::string& path, Wav& wav) {
    std::ifstream file(path, std::ios::binary);
    if (!file) return path + " cannot be read";
    return parse_wav({std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()}, path, wav);
}
