// The server's clock against one's own, from pings and pongs: of the last ones that with the shortest way there and
// back says it best.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace voxrig {

class ClockSync {
public:
    static constexpr std::size_t kept = 16;  // pongs

    // Seconds: sent and back again on one's own clock, received and replied on the server's.
    void pong(double sent, double received, double replied, double back) {
        Trip& trip = trips_[count_++ % kept];
        trip.seconds = (back - sent) - (replied - received);
        trip.offset = ((received - sent) + (replied - back)) / 2.0;
    }

    bool known() const { return count_ > 0; }

    // The server's clock minus one's own, in seconds; wrong by half of `round_trip` at most. 0 before the first pong.
    double offset() const { return shortest().offset; }

    // Seconds on the way, there and back, of the best pong kept.
    double round_trip() const { return shortest().seconds; }

private:
    struct Trip {
        double seconds = 0.0;
        double offset = 0.0;
    };

    const Trip& shortest() const {
        std::size_t best = 0;
        for (std::size_t k = 1; k < kept && k < count_; ++k) {
            if (trips_[k].seconds < trips_[best].seconds) best = k;
        }
        return trips_[best];
    }

    std::array<Trip, kept> trips_{};
    std::uint64_t count_ = 0;
};

}  // namespace voxrig
