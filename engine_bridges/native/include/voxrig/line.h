// A connection's bytes over a socket: whole packets in, packets out as far as they go.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "packets.h"
#include "socket.h"

namespace voxrig {

// For `ClientThread`'s thread.
class Line {
public:
    using Outcome = Socket::Outcome;

    Line() : received_(1 << 16) { outgoing_.reserve(1 << 16); }

    bool connect(const std::string& host, std::uint16_t port, double seconds, Waker& waker,
                 const std::atomic<bool>& stop) {
        packets_ = PacketReader();
        outgoing_.clear();
        sent_ = 0;
        half_closed_ = false;
        return socket_.connect(host, port, seconds, waker, stop);
    }

    // Whether everything was sent: then `load` may fill the buffer anew.
    bool is_sent() const { return sent_ == outgoing_.size(); }
    std::vector<std::uint8_t>& load() {
        sent_ = 0;
        return outgoing_;
    }

    // Sends as much as goes without waiting. `again` where something is left.
    Outcome send() {
        std::size_t done = 0;
        const Outcome outcome = socket_.send(outgoing_.data() + sent_, outgoing_.size() - sent_, done);
        sent_ += done;
        return outcome;
    }

    // Says once that nothing more comes from this side.
    void finish_writing() {
        if (!half_closed_) socket_.finish_writing();
        half_closed_ = true;
    }

    void wait(bool to_read, double seconds, Waker& waker) { socket_.wait(to_read, !is_sent(), seconds, waker); }

    // Reads once; `size` is what came, for `next`.
    Outcome receive(std::size_t& size) {
        const Outcome outcome = socket_.receive(received_.data(), received_.size(), size);
        packets_.feed(received_.data(), size);
        return outcome;
    }

    // As in PacketReader.
    bool next(Bytes& payload) { return packets_.next(payload); }
    bool broken() const { return packets_.broken(); }
    bool within() const { return packets_.within(); }

    void close() { socket_.close(); }
    const std::string& error() const { return socket_.error(); }

private:
    Socket socket_;
    PacketReader packets_;
    std::vector<std::uint8_t> received_;
    std::vector<std::uint8_t> outgoing_;
    std::size_t sent_ = 0;  // of `outgoing_`
    bool half_closed_ = false;
};

}  // namespace voxrig
