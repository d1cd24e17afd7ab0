// Playout on strings: commands in, what is shown out.
#pragma once

#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "voxrig/playout_buffer.h"
#include "voxrig/playout_clock.h"
#include "voxrig/playout_delay.h"
#include "words.h"

namespace puppet {

class Playout {
public:
    // False for a line that is no command.
    bool obey(const std::vector<std::string>& line) {
        const std::string command = word(line, 0);
        if (command == "frame") {
            frame(line);
        } else if (command == "show") {
            const double media = clock_.at(real(line, 1));
            std::printf("shown %.17g", media);
            values(buffer_.sample(media));
        } else if (command == "sample") {
            std::printf("sampled");
            values(buffer_.sample(real(line, 1)));
        } else if (command == "report") {
            clock_.report(real(line, 1), real(line, 2));
        } else if (command == "cut") {
            buffer_.interrupt(whole(line, 1));
        } else if (command == "arrived") {
            delay_.arrived(real(line, 1), real(line, 2));
        } else if (command == "delay") {
            std::printf("delay %.17g\n", delay_.seconds());
        } else if (command == "counts") {
            counts();
        } else {
            return command == "buffer" && begin(line);
        }
        return true;
    }

private:
    bool begin(const std::vector<std::string>& line) {
        clock_ = voxrig::PlayoutClock(small_whole(line, 3));
        delay_ = voxrig::PlayoutDelay(0.02);
        return buffer_.reset(whole(line, 1), whole(line, 2), small_whole(line, 3), whole(line, 4), real(line, 5),
                             real(line, 6));
    }

    void frame(const std::vector<std::string>& line) {
        frame_.resize(buffer_.stride());
        for (std::size_t k = 0; k < frame_.size(); ++k) frame_[k] = static_cast<float>(real(line, 3 + k));
        if (!buffer_.push(whole(line, 1), whole(line, 2), frame_.data())) {
            std::printf("refused %" PRIu64 "\n", whole(line, 1));
        }
    }

    void values(const float* pose) {
        for (std::size_t k = 0; k < buffer_.stride(); ++k) std::printf(" %.9g", static_cast<double>(pose[k]));
        std::printf("\n");
    }

    void counts() {
        const voxrig::PlayoutCounts& b = buffer_.counts();
        const voxrig::ClockCounts& c = clock_.counts();
        std::printf("counts");
        for (const std::uint64_t count :
             {b.pushed, b.exact, b.interpolated, b.held, b.rested, b.waited, b.late, b.skipped, b.superseded,
              b.overflowed, c.reports, c.resyncs, c.pauses}) {
            std::printf(" %" PRIu64, count);
        }
        std::printf("\n");
    }

    voxrig::PlayoutBuffer buffer_;
    voxrig::PlayoutClock clock_{48000};
    voxrig::PlayoutDelay delay_;
    std::vector<float> frame_;
};

}  // namespace puppet
