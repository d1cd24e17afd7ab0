// A fuzzer's bytes as decisions: every read beyond the end is 0.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "voxrig/msgpack.h"

class Input {
public:
    Input(const std::uint8_t* data, std::size_t size) : at_(data), left_(size) {}

    bool is_over() const { return left_ == 0; }

    std::uint8_t byte() {
        if (left_ == 0) return 0;
        --left_;
        return *at_++;
    }

    std::uint32_t below(std::uint32_t bound) { return byte() % bound; }

    std::uint64_t whole(int width) {
        std::uint64_t value = 0;
        for (int k = 0; k < width; ++k) value = value << 8 | byte();
        return value;
    }

    voxrig::Bytes bytes(std::size_t size) {
        const voxrig::Bytes piece{at_, (std::min)(size, left_)};
        at_ += piece.size;
        left_ -= piece.size;
        return piece;
    }

private:
    const std::uint8_t* at_;
    std::size_t left_;
};

// What must hold, whatever comes.
inline void must(bool holds) {
    if (!holds) std::abort();
}
