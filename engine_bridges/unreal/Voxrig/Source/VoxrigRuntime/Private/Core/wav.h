// WAV files: PCM of 16, 24 or 32 bits and floats, of any number of channels.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

namespace voxrig {
namespace plugin {

struct Sound {
    std::uint32_t rate = 0;
    std::uint32_t channels = 0;
    std::vector<float> samples;  // interleaved, full scale 1
};

class WavReader {
public:
    // Null, or what is wrong with the file, for people.
    static const char* read(const std::uint8_t* bytes, std::size_t size, Sound& out) {
        if (size < 12 || std::memcmp(bytes, "RIFF", 4) != 0 || std::memcmp(bytes + 8, "WAVE", 4) != 0) {
            return "this is no WAV file: give one with PCM or floats";
        }
        Format format;
        for (std::size_t at = 12; at + 8 <= size;) {
            const std::size_t length = word(bytes + at + 4);
            const std::uint8_t* chunk = bytes + at + 8;
            const std::size_t there = length < size - at - 8 ? length : size - at - 8;
            if (std::memcmp(bytes + at, "fmt ", 4) == 0 && there >= 16) {
                format = {half(chunk), half(chunk + 2), word(chunk + 4), half(chunk + 14)};
                if (format.kind == extensible && there >= 26) format.kind = half(chunk + 24);
            } else if (std::memcmp(bytes + at, "data", 4) == 0) {
                return convert(format, chunk, there, out);
            }
            if (length > size - at - 8) break;
            at += 8 + length + length % 2;
        }
        return "this WAV file has no sound in it";
    }

private:
    static constexpr std::uint32_t pcm = 1;
    static constexpr std::uint32_t floats = 3;
    static constexpr std::uint32_t extensible = 0xfffe;

    struct Format {
        std::uint32_t kind = 0;
        std::uint32_t channels = 0;
        std::uint32_t rate = 0;
        std::uint32_t bits = 0;
    };

    static std::uint32_t half(const std::uint8_t* p) { return p[0] | static_cast<std::uint32_t>(p[1]) << 8; }
    static std::uint32_t word(const std::uint8_t* p) { return half(p) | half(p + 2) << 16; }

    static const char* convert(const Format& format, const std::uint8_t* data, std::size_t size, Sound& out) {
        const bool is_pcm = format.kind == pcm && (format.bits == 16 || format.bits == 24 || format.bits == 32);
        if ((!is_pcm && !(format.kind == floats && format.bits == 32)) || format.channels == 0) {
            return "this WAV file is compressed or of a rare kind: save it as 16, 24 or 32 bit PCM or as floats";
        }
        const std::size_t width = format.bits / 8;
        const std::size_t count = size / (width * format.channels) * format.channels;
        out.rate = format.rate;
        out.channels = format.channels;
        out.samples.resize(count);
        for (std::size_t k = 0; k < count; ++k) out.samples[k] = sample(format, data + k * width);
        return nullptr;
    }

    static float sample(const Format& format, const std::uint8_t* p) {
        if (format.kind == floats) {
            float value = 0.0F;
            std::memcpy(&value, p, sizeof value);
            return value;
        }
        std::uint32_t bits = 0;  // left-aligned
        for (std::size_t k = 0; k < format.bits / 8; ++k) {
            bits |= static_cast<std::uint32_t>(p[k]) << (8 * k + 32 - format.bits);
        }
        std::int32_t value = 0;
        std::memcpy(&value, &bits, sizeof value);
        return static_cast<float>(static_cast<double>(value) / 2147483648.0);
    }
};

}  // namespace plugin
}  // namespace voxrig
