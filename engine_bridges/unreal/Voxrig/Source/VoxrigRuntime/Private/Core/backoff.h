// How long to wait before another try to connect: twice as long each time, up to a limit.
#pragma once

#include <algorithm>

namespace voxrig {
namespace plugin {

class Backoff {
public:
    explicit Backoff(double first = 0.5, double longest = 8.0) : first_(first), longest_(longest), next_(first) {}

    // Seconds to wait now.
    double next() {
        const double wait = next_;
        next_ = (std::min)(longest_, 2.0 * next_);
        return wait;
    }

    void reset() { next_ = first_; }

private:
    double first_;
    double longest_;
    double next_;
};

}  // namespace plugin
}  // namespace voxrig
