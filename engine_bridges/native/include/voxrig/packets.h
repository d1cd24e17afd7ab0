// Packets in a byte stream: u32 little-endian length, then so many bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "msgpack.h"

namespace voxrig {

// The longest payload that a client takes from a server (whose answers are 1 MiB at most, by the protocol).
constexpr std::size_t max_packet_bytes = std::size_t{4} << 20;

// Cuts a stream that comes in pieces of any size into payloads.
class PacketReader {
public:
    explicit PacketReader(std::size_t longest = max_packet_bytes) : longest_(longest) { kept_.reserve(1 << 16); }

    void feed(const std::uint8_t* data, std::size_t size) {
        if (first_ == kept_.size()) {
            kept_.clear();
        } else if (first_ > 0) {
            std::memmove(kept_.data(), kept_.data() + first_, kept_.size() - first_);
            kept_.resize(kept_.size() - first_);
        }
        first_ = 0;
        kept_.insert(kept_.end(), data, data + size);
    }

    // The next whole payload, which holds until `feed`; false where there is none yet, or never will be.
    bool next(Bytes& payload) {
        const std::size_t there = kept_.size() - first_;
        if (broken_ || there < 4) return false;
        const std::uint8_t* head = kept_.data() + first_;
        const std::size_t length = head[0] | static_cast<std::size_t>(head[1]) << 8 |
                                   static_cast<std::size_t>(head[2]) << 16 | static_cast<std::size_t>(head[3]) << 24;
        broken_ = length > longest_;
        if (broken_ || there - 4 < length) return false;
        payload = {head + 4, length};
        first_ += 4 + length;
        return true;
    }

    // A packet longer than allowed was announced: nothing after that can be read.
    bool broken() const { return broken_; }

    // Whether the stream stands in the middle of a packet.
    bool within() const { return first_ < kept_.size(); }

private:
    std::size_t longest_;
    std::vector<std::uint8_t> kept_;
    std::size_t first_ = 0;
    bool broken_ = false;
};

// One packet at the end of `out`: made where it begins, whole where its life ends.
class PacketWriter {
public:
    explicit PacketWriter(std::vector<std::uint8_t>& out) : body(out), out_(out), start_(out.size()) {
        out_.resize(start_ + 4);
    }
    PacketWriter(const PacketWriter&) = delete;
    PacketWriter& operator=(const PacketWriter&) = delete;
    ~PacketWriter() {
        const std::size_t length = out_.size() - start_ - 4;
        for (std::size_t k = 0; k < 4; ++k) out_[start_ + k] = static_cast<std::uint8_t>(length >> (8 * k));
    }

    msgpack::Writer body;

private:
    std::vector<std::uint8_t>& out_;
    std::size_t start_;
};

}  // namespace voxrig
