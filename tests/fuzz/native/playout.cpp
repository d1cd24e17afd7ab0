// Playout under any order of frames, cuts, clocks and delays: every value finite, every frame accounted for.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "input.h"
#include "voxrig/playout_buffer.h"
#include "voxrig/playout_clock.h"
#include "voxrig/playout_delay.h"

namespace {

// Anything that a clock may say, sense or not.
double moment(Input& input) {
    switch (input.below(8)) {
        case 0: return 0.0;
        case 1: return -static_cast<double>(input.whole(2));
        case 2: return static_cast<double>(input.whole(8));
        case 3: return static_cast<double>(input.whole(3)) / 7.0;
        default: return static_cast<double>(input.whole(2));
    }
}

void check(const voxrig::PlayoutBuffer& buffer, const float* pose) {
    for (std::size_t k = 0; k < buffer.stride(); ++k) must(std::isfinite(pose[k]) && std::fabs(pose[k]) <= 4.1F);
    const voxrig::PlayoutCounts& counts = buffer.counts();
    must(counts.late + counts.skipped + counts.superseded + counts.overflowed <= counts.pushed);
    must(counts.pushed >= buffer.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Input input(data, size);
    const std::size_t controls = input.below(5);
    const std::size_t bones = input.below(3);
    const std::size_t capacity = input.below(12);
    const auto rate = static_cast<std::uint32_t>(8000 + input.whole(2));
    voxrig::PlayoutBuffer buffer;
    if (!buffer.reset(controls, bones, rate, capacity, 0.1, 0.2, input.below(4))) must(capacity < 2);
    voxrig::PlayoutClock clock(rate);
    voxrig::PlayoutDelay delay;
    std::vector<float> frame(buffer.stride());
    std::uint64_t index = 0;
    while (!input.is_over()) {
        switch (input.below(7)) {
            case 0:
            case 1:
                for (float& value : frame) value = static_cast<float>(input.byte()) / 64.0F - 2.0F;
                index += input.below(4);
                buffer.push(index, input.below(4) == 0 ? input.whole(8) : index * rate / 60, frame.data());
                break;
            case 2: check(buffer, buffer.sample(moment(input))); break;
            case 3: buffer.interrupt(input.below(2) == 0 ? index : input.whole(8)); break;
            case 4: clock.report(moment(input), moment(input)); break;
            case 5: check(buffer, buffer.sample(clock.at(moment(input)))); break;
            default: {
                const double came = moment(input);
                delay.arrived(came, moment(input));
                must(std::isfinite(delay.seconds()));
            }
        }
    }
    return 0;
}
