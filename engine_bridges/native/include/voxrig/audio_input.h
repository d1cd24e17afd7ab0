// A session's way in for audio from a thread that must not wait: a ring of bytes between one thread that pushes and the
// thread of the connection.
#pragma once

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>

#include "messages.h"
#include "socket.h"

namespace voxrig {

// Made by `ClientThread::open` and its property. `push` is for one thread at a time and neither waits nor allocates.
class AudioInput {
public:
    AudioInput(std::uint32_t session, const AudioFormat& audio, std::size_t capacity, Waker& waker)
        : session_(session),
          audio_(audio),
          capacity_((std::max)(capacity, std::size_t{1024}) / 8 * 8),  // so that no sample is in two pieces
          ring_(new std::uint8_t[capacity_]),
          waker_(waker) {}

    std::uint32_t session() const { return session_; }
    const AudioFormat& audio_format() const { return audio_; }

    // Bytes that `push` would take now.
    std::size_t room() const {
        return capacity_ - static_cast<std::size_t>(written_.load(std::memory_order_relaxed) -
                                                    read_.load(std::memory_order_acquire));
    }

    // Chunks that found no room, since the start.
    std::uint64_t dropped() const { return dropped_.load(std::memory_order_relaxed); }

    // Bytes of whole samples in the session's format. Where they are not whole, or there is no room, nothing of them is
    // taken, false is returned and the chunk is counted as dropped: what follows comes so much earlier on the timeline.
    bool push(const void* bytes, std::size_t size) {
        if (size > room() || size % audio_.sample_bytes() != 0) return drop();
        put(static_cast<const std::uint8_t*>(bytes), size, 0);
        publish(size);
        return true;
    }

    // `count` floats, full scale at 1, interleaved: in s16le they are rounded and clipped, NaN is silence.
    bool push(const float* samples, std::size_t count) {
        if (audio_.encoding == Encoding::f32le) return push(static_cast<const void*>(samples), count * sizeof(float));
        if (2 * count > room() || count % audio_.channels != 0) return drop();
        std::uint8_t block[512];
        for (std::size_t start = 0; start < count; start += sizeof block / 2) {
            const std::size_t part = (std::min)(sizeof block / 2, count - start);
            for (std::size_t k = 0; k < part; ++k) to_s16(samples[start + k], block + 2 * k);
            put(block, 2 * part, 2 * start);
        }
        publish(2 * count);
        return true;
    }

    // ---- for the connection ----

    std::uint64_t written() const { return written_.load(std::memory_order_acquire); }
    std::uint64_t read() const { return read_.load(std::memory_order_relaxed); }

    // Bytes from `read()` on that lie in one piece, `most` at most.
    Bytes piece(std::size_t most) const {
        const auto waiting = static_cast<std::size_t>(written() - read());
        const auto place = static_cast<std::size_t>(read() % capacity_);
        return {ring_.get() + place, (std::min)((std::min)(waiting, most), capacity_ - place)};
    }

    void release(std::size_t size) { read_.store(read() + size, std::memory_order_release); }

private:
    static void to_s16(float sample, std::uint8_t* to) {
        const float scaled = sample * 32768.0F;
        std::int32_t value = 0;
        if (scaled >= 32767.0F) {
            value = 32767;
        } else if (scaled <= -32768.0F) {
            value = -32768;
        } else if (scaled == scaled) {
            value = static_cast<std::int32_t>(std::nearbyint(scaled));
        }
        const auto bits = static_cast<std::uint16_t>(value);
        to[0] = static_cast<std::uint8_t>(bits & 0xff);
        to[1] = static_cast<std::uint8_t>(bits >> 8);
    }

    bool drop() {
        dropped_.fetch_add(1, std::memory_order_relaxed);
        return false;
    }

    void put(const std::uint8_t* bytes, std::size_t size, std::size_t ahead) {
        if (size == 0) return;
        const auto place = static_cast<std::size_t>((written_.load(std::memory_order_relaxed) + ahead) % capacity_);
        const std::size_t first = (std::min)(size, capacity_ - place);
        std::memcpy(ring_.get() + place, bytes, first);
        std::memcpy(ring_.get(), bytes + first, size - first);
    }

    void publish(std::size_t size) {
        written_.fetch_add(size, std::memory_order_release);
        waker_.wake();
    }

    std::uint32_t session_;
    AudioFormat audio_;
    std::size_t capacity_;
    std::unique_ptr<std::uint8_t[]> ring_;
    Waker& waker_;
    std::atomic<std::uint64_t> written_{0};  // bytes since the start
    std::atomic<std::uint64_t> read_{0};
    std::atomic<std::uint64_t> dropped_{0};
};

}  // namespace voxrig
