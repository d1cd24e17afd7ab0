// Sound from one sampling rate to another, in pieces of any size: a windowed sinc, tabulated.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace voxrig {
namespace plugin {

// For one stream and one thread. Same rates: what goes in comes out.
class Resampler {
public:
    Resampler(std::uint32_t from, std::uint32_t to) : from_(from), to_(to) {
        if (from_ == to_) return;
        const double cutoff = (std::min)(1.0, static_cast<double>(to) / static_cast<double>(from));
        half_ = static_cast<std::size_t>(std::ceil(crossings / cutoff));
        tabulate(cutoff * rolloff);
        kept_.assign(half_ - 1, 0.0F);  // silence before the first sample
    }

    // Appends what can be said with these samples; the last few wait for what follows.
    void push(const float* samples, std::size_t count, std::vector<float>& out) {
        if (from_ == to_) {
            out.insert(out.end(), samples, samples + count);
            return;
        }
        kept_.insert(kept_.end(), samples, samples + count);
        while (at_ + 2 * half_ <= kept_.size()) {
            out.push_back(sum());
            phase_ += from_;
            at_ += static_cast<std::size_t>(phase_ / to_);
            phase_ %= to_;
        }
        const std::size_t done = (std::min)(at_, kept_.size());
        kept_.erase(kept_.begin(), kept_.begin() + static_cast<std::ptrdiff_t>(done));
        at_ -= done;
    }

    // Appends what waited: nothing follows.
    void finish(std::vector<float>& out) {
        if (from_ == to_) return;
        const std::vector<float> silence(half_, 0.0F);
        push(silence.data(), silence.size(), out);
    }

private:
    static constexpr double crossings = 16.0;  // of zero, on each side
    static constexpr double rolloff = 0.94;    // of the lower rate's half: the window's skirt is above it
    static constexpr std::size_t phases = 256;
    static constexpr double pi = 3.14159265358979323846;

    void tabulate(double cutoff) {
        const std::size_t width = 2 * half_;
        table_.resize((phases + 1) * width);
        for (std::size_t p = 0; p <= phases; ++p) {
            const double shift = static_cast<double>(p) / static_cast<double>(phases);
            double total = 0.0;
            for (std::size_t k = 0; k < width; ++k) {
                const double x = static_cast<double>(k) - static_cast<double>(half_ - 1) - shift;
                const double turn = pi * x / static_cast<double>(half_);
                const double window = 0.42 + 0.5 * std::cos(turn) + 0.08 * std::cos(2.0 * turn);
                const double angle = pi * cutoff * x;
                const double value = (std::fabs(angle) < 1e-9 ? 1.0 : std::sin(angle) / angle) * window;
                table_[p * width + k] = static_cast<float>(value);
                total += value;
            }
            for (std::size_t k = 0; k < width; ++k) table_[p * width + k] /= static_cast<float>(total);
        }
    }

    float sum() const {
        const double place = static_cast<double>(phase_) / static_cast<double>(to_) * static_cast<double>(phases);
        const auto row = static_cast<std::size_t>(place);
        const auto part = static_cast<float>(place - static_cast<double>(row));
        const std::size_t width = 2 * half_;
        const float* low = table_.data() + row * width;
        const float* high = low + width;
        float total = 0.0F;
        for (std::size_t k = 0; k < width; ++k) total += kept_[at_ + k] * (low[k] + part * (high[k] - low[k]));
        return total;
    }

    std::uint64_t from_;
    std::uint64_t to_;
    std::uint64_t phase_ = 0;  // of `to_`, behind sample `at_ + half_ - 1`
    std::size_t half_ = 0;
    std::size_t at_ = 0;  // in `kept_`
    std::vector<float> table_;
    std::vector<float> kept_;
};

}  // namespace plugin
}  // namespace voxrig
