// Where the sound is, between the coarse reports of an audio device: an alpha-beta filter on position and speed that
// stops where the device stops and jumps where it jumps. As engine_bridges/playout_clock.py, decision for decision.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace voxrig {

// What the clock was told, since the start.
struct ClockCounts {
    std::uint64_t reports = 0;  // with a new position
    std::uint64_t resyncs = 0;  // so far from what was expected that the clock jumped there, the first one left out
    std::uint64_t pauses = 0;   // times that the position stayed for longer than the device's steps
};

// Media samples of `sample_rate` Hz against seconds of the caller's own clock, which never goes back.
class PlayoutClock {
public:
    explicit PlayoutClock(std::uint32_t sample_rate) : rate_(static_cast<double>(sample_rate)) {}

    const ClockCounts& counts() const { return counts_; }

    // The device says that media sample `sample` is audible at `now` seconds. Report at every picture, also when the
    // position is the same as before: that is how a pause is noticed.
    void report(double now, double sample) {
        looked_ = now;
        if (started_ && sample == reported_) {
            if (moving_ && now - time_ > patience * step_) {
                moving_ = false;
                position_ = sample + 0.5 * grain_;
                ++counts_.pauses;
            }
            return;
        }
        ++counts_.reports;
        const double passed = now - time_;
        double expected = position_;
        if (moving_) expected += passed * speed_ * rate_;  // however long nobody looked
        const double error = sample - expected;
        const double moved = sample - reported_;
        if (!started_ || std::fabs(error) > jump * rate_) {
            counts_.resyncs += started_ ? 1 : 0;
            position_ = sample + 0.5 * grain_;
        } else if (!moving_ || passed <= 0.0) {  // on from a pause: how long the step took is not known
            position_ = (std::max)(sample, expected);
        } else {
            follow(expected, error, passed, moved);
        }
        started_ = moving_ = true;
        time_ = now;
        reported_ = sample;
    }

    // The media sample that is audible at `now` seconds; 0 before the first report. It may go back a little where a
    // pause is noticed or a report corrects it.
    double at(double now) const {
        if (!moving_) return position_;
        const double ahead = (std::max)(0.0, (std::min)(now - time_, patience * step_));
        const double position = position_ + ahead * speed_ * rate_;
        if (grain_ == 0.0) return position;
        // A device that has not told of the next grain has not come to it: so much less is to be taken back in a pause.
        const double since = (std::max)(0.0, now - looked_);
        return (std::min)(position, reported_ + grain_ + since * speed_ * rate_);
    }

    // Seconds of sound in a second of the caller's clock, 0.9 to 1.1.
    double speed() const { return speed_; }

    // Whether the device plays, as far as is known.
    bool is_moving() const { return moving_; }

private:
    void follow(double expected, double error, double passed, double moved) {
        position_ = expected + alpha * error;
        const double speed = speed_ + beta * error / (passed * rate_);
        speed_ = (std::min)(fastest, (std::max)(slowest, speed));
        if (passed < longest_step) step_ = (std::max)({shortest_step, passed, 0.95 * step_});
        if (moved > 0.0) grain_ = grain_ == 0.0 ? moved : (std::min)(moved, growth * grain_);
    }

    static constexpr double alpha = 0.1;
    static constexpr double beta = alpha * alpha / (2.0 - alpha);  // critically damped
    static constexpr double slowest = 0.9;
    static constexpr double fastest = 1.1;
    static constexpr double jump = 0.08;  // seconds; further off, the sound was moved and is not merely uneven
    static constexpr double shortest_step = 0.005;
    static constexpr double longest_step = 0.1;
    static constexpr double growth = 1.1;    // by how much the grain may grow with a report
    static constexpr double patience = 1.5;  // steps of the device after which a position that stays is a pause

    ClockCounts counts_;
    double rate_;
    double speed_ = 1.0;
    double time_ = 0.0;      // of the last new position
    double position_ = 0.0;  // filtered, at `time_`
    double reported_ = 0.0;  // as told
    double looked_ = 0.0;    // when it was told last, new or not
    double grain_ = 0.0;     // least of late by which the position moved, samples: the sound is somewhere within it
    double step_ = longest_step;  // longest of late between two new positions, seconds
    bool started_ = false;
    bool moving_ = false;
};

}  // namespace voxrig
