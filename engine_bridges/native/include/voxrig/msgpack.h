// MessagePack, the part of it that the engine link speaks: written into a buffer that is kept between packets, read by
// a cursor that never leaves its bytes. Neither throws; the cursor never allocates.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

namespace voxrig {

// Bytes that somebody else owns.
struct Bytes {
    const std::uint8_t* data = nullptr;
    std::size_t size = 0;
};

namespace msgpack {

// Appends to `out`, which grows as it must and keeps its room.
class Writer {
public:
    explicit Writer(std::vector<std::uint8_t>& out) : out_(out) {}

    void map(std::uint32_t entries) { counted(0x80, 16, 0xde, entries); }
    void array(std::uint32_t items) { counted(0x90, 16, 0xdc, items); }
    void boolean(bool value) { out_.push_back(static_cast<std::uint8_t>(value ? 0xc3 : 0xc2)); }

    void integer(std::uint64_t value) {
        if (value < 0x80) {
            out_.push_back(static_cast<std::uint8_t>(value));
        } else if (value <= 0xff) {
            tagged(0xcc, value, 1);
        } else if (value <= 0xffff) {
            tagged(0xcd, value, 2);
        } else if (value <= 0xffffffff) {
            tagged(0xce, value, 4);
        } else {
            tagged(0xcf, value, 8);
        }
    }

    void number(float value) {
        std::uint32_t bits = 0;
        std::memcpy(&bits, &value, sizeof bits);
        tagged(0xca, bits, 4);
    }

    void number(double value) {
        std::uint64_t bits = 0;
        std::memcpy(&bits, &value, sizeof bits);
        tagged(0xcb, bits, 8);
    }

    void text(std::string_view value) {
        const auto size = static_cast<std::uint32_t>(value.size());
        if (size < 32) {
            out_.push_back(static_cast<std::uint8_t>(0xa0 | size));
        } else if (size <= 0xff) {
            tagged(0xd9, size, 1);
        } else if (size <= 0xffff) {
            tagged(0xda, size, 2);
        } else {
            tagged(0xdb, size, 4);
        }
        out_.insert(out_.end(), value.begin(), value.end());
    }

    void binary(const void* bytes, std::size_t size) {
        if (size <= 0xff) {
            tagged(0xc4, size, 1);
        } else if (size <= 0xffff) {
            tagged(0xc5, size, 2);
        } else {
            tagged(0xc6, size, 4);
        }
        const auto* first = static_cast<const std::uint8_t*>(bytes);
        out_.insert(out_.end(), first, first + size);
    }

private:
    void tagged(std::uint8_t tag, std::uint64_t value, int width) {
        out_.push_back(tag);
        for (int shift = 8 * (width - 1); shift >= 0; shift -= 8) {
            out_.push_back(static_cast<std::uint8_t>(value >> shift));
        }
    }

    void counted(std::uint32_t fix, std::uint32_t fewer, std::uint8_t tag16, std::uint32_t count) {
        if (count < fewer) {
            out_.push_back(static_cast<std::uint8_t>(fix | count));
        } else if (count <= 0xffff) {
            tagged(tag16, count, 2);
        } else {
            tagged(static_cast<std::uint8_t>(tag16 + 1), count, 4);
        }
    }

    std::vector<std::uint8_t>& out_;
};

// Reads one value after the other. Each call returns whether what was asked for was there; once one was not, none is.
class Reader {
public:
    // Maps and arrays within each other, deeper than which nothing is skipped.
    static constexpr int deepest = 32;

    Reader() = default;
    Reader(const std::uint8_t* data, std::size_t size) : at_(data), end_(data + size) {}

    bool failed() const { return failed_; }
    std::size_t left() const { return static_cast<std::size_t>(end_ - at_); }

    // The number of pairs that follow; never more than the bytes left could hold.
    bool map(std::uint32_t& entries) { return counted(0x80, 0xde, 2, entries); }
    bool array(std::uint32_t& items) { return counted(0x90, 0xdc, 1, items); }

    bool boolean(bool& value) {
        std::uint8_t tag = 0;
        if (!byte(tag) || (tag != 0xc2 && tag != 0xc3)) return fail();
        value = tag == 0xc3;
        return true;
    }

    // Integers from 0; negative ones and floats are refused.
    bool integer(std::uint64_t& value) {
        std::int64_t low = 0;
        return whole(value, low) && (low >= 0 || fail());
    }

    bool integer(std::uint32_t& value) {
        std::uint64_t wide = 0;
        if (!integer(wide) || wide > 0xffffffff) return fail();
        value = static_cast<std::uint32_t>(wide);
        return true;
    }

    bool integer(std::int32_t& value) {
        std::uint64_t high = 0;
        std::int64_t low = 0;
        if (!whole(high, low)) return false;
        if (low < INT32_MIN || (low >= 0 && high > INT32_MAX)) return fail();
        value = low < 0 ? static_cast<std::int32_t>(low) : static_cast<std::int32_t>(high);
        return true;
    }

    // Floats of either width, and integers.
    bool number(double& value) {
        if (left() == 0) return fail();
        if (*at_ == 0xca || *at_ == 0xcb) {
            const int width = *at_++ == 0xca ? 4 : 8;
            std::uint64_t bits = 0;
            if (!big_endian(width, bits)) return false;
            if (width == 8) {
                std::memcpy(&value, &bits, sizeof value);
            } else {
                const auto half = static_cast<std::uint32_t>(bits);
                float single = 0.0F;
                std::memcpy(&single, &half, sizeof single);
                value = static_cast<double>(single);
            }
            return true;
        }
        std::uint64_t high = 0;
        std::int64_t low = 0;
        if (!whole(high, low)) return false;
        value = low < 0 ? static_cast<double>(low) : static_cast<double>(high);
        return true;
    }

    // A view of the bytes read from: copy what is kept.
    bool text(std::string_view& value) {
        std::uint8_t tag = 0;
        std::uint64_t size = 0;
        if (!byte(tag)) return false;
        if ((tag & 0xe0) == 0xa0) {
            size = tag & 0x1f;
        } else if (tag < 0xd9 || tag > 0xdb || !big_endian(1 << (tag - 0xd9), size)) {
            return fail();
        }
        if (size > left()) return fail();
        value = std::string_view(reinterpret_cast<const char*>(at_), static_cast<std::size_t>(size));
        at_ += size;
        return true;
    }

    bool binary(Bytes& value) {
        std::uint8_t tag = 0;
        std::uint64_t size = 0;
        if (!byte(tag) || tag < 0xc4 || tag > 0xc6 || !big_endian(1 << (tag - 0xc4), size)) return fail();
        if (size > left()) return fail();
        value = {at_, static_cast<std::size_t>(size)};
        at_ += size;
        return true;
    }

    bool at_text() const { return left() > 0 && ((*at_ & 0xe0) == 0xa0 || (*at_ >= 0xd9 && *at_ <= 0xdb)); }

    // Passes over one value with all that is in it. Without recursion: what is nested deeper than `deepest` is refused.
    bool skip() {
        std::uint64_t open[deepest + 1] = {1};  // values still to pass over, by depth
        int depth = 0;
        while (depth >= 0) {
            if (open[depth] == 0) {
                --depth;
                continue;
            }
            --open[depth];
            std::uint64_t inside = 0;
            if (!skip_head(inside)) return false;
            if (inside > 0) {
                if (depth == deepest) return fail();
                open[++depth] = inside;
            }
        }
        return true;
    }

private:
    bool fail() {
        failed_ = true;
        at_ = end_;
        return false;
    }

    bool byte(std::uint8_t& value) {
        if (left() == 0) return fail();
        value = *at_++;
        return true;
    }

    bool big_endian(int width, std::uint64_t& value) {
        if (left() < static_cast<std::size_t>(width)) return fail();
        value = 0;
        for (int k = 0; k < width; ++k) value = value << 8 | *at_++;
        return true;
    }

    bool counted(std::uint8_t fix, std::uint8_t tag16, std::uint64_t values_each, std::uint32_t& count) {
        std::uint8_t tag = 0;
        std::uint64_t wide = 0;
        if (!byte(tag)) return false;
        if ((tag & 0xf0) == fix) {
            wide = tag & 0x0f;
        } else if ((tag != tag16 && tag != tag16 + 1) || !big_endian(tag == tag16 ? 2 : 4, wide)) {
            return fail();
        }
        if (wide * values_each > left()) return fail();  // a byte a value at the least
        count = static_cast<std::uint32_t>(wide);
        return true;
    }

    // Any integer: `low` is negative or 0, and then `high` has the value.
    bool whole(std::uint64_t& high, std::int64_t& low) {
        std::uint8_t tag = 0;
        if (!byte(tag)) return false;
        low = 0;
        if (tag < 0x80) {
            high = tag;
        } else if (tag >= 0xe0) {
            low = static_cast<std::int64_t>(tag) - 0x100;
        } else if (tag >= 0xcc && tag <= 0xcf) {
            return big_endian(1 << (tag - 0xcc), high);
        } else if (tag >= 0xd0 && tag <= 0xd3) {
            const int width = 1 << (tag - 0xd0);
            if (!big_endian(width, high)) return false;
            const std::uint64_t sign = std::uint64_t{1} << (8 * width - 1);
            if ((high & sign) != 0) low = static_cast<std::int64_t>((high ^ sign) - sign);
        } else {
            return fail();
        }
        return true;
    }

    // Passes over one value without what is in it, and says how many values that are.
    bool skip_head(std::uint64_t& inside) {
        std::uint8_t tag = 0;
        if (!byte(tag)) return false;
        std::uint64_t size = 0;
        if (tag < 0x80 || tag >= 0xe0 || tag == 0xc0 || tag == 0xc2 || tag == 0xc3) return true;
        if (tag < 0x90) {
            inside = 2 * (tag & 0x0fU);
        } else if (tag < 0xa0) {
            inside = tag & 0x0f;
        } else if (tag < 0xc0) {
            size = tag & 0x1f;
        } else if (tag >= 0xc4 && tag <= 0xc6) {  // bin
            if (!big_endian(1 << (tag - 0xc4), size)) return false;
        } else if (tag >= 0xc7 && tag <= 0xc9) {  // ext: its type is one byte more
            if (!big_endian(1 << (tag - 0xc7), size)) return false;
            ++size;
        } else if (tag == 0xca || tag == 0xcb) {
            size = tag == 0xca ? 4 : 8;
        } else if (tag >= 0xcc && tag <= 0xcf) {
            size = std::uint64_t{1} << (tag - 0xcc);
        } else if (tag >= 0xd0 && tag <= 0xd3) {
            size = std::uint64_t{1} << (tag - 0xd0);
        } else if (tag >= 0xd4 && tag <= 0xd8) {  // fixext
            size = (std::uint64_t{1} << (tag - 0xd4)) + 1;
        } else if (tag >= 0xd9 && tag <= 0xdb) {  // str
            if (!big_endian(1 << (tag - 0xd9), size)) return false;
        } else if (tag >= 0xdc) {
            if (!big_endian((tag & 1) == 0 ? 2 : 4, inside)) return false;
            if (tag >= 0xde) inside *= 2;
        } else {
            return fail();  // 0xc1 is nothing
        }
        if (size > left() || inside > left()) return fail();
        at_ += size;
        return true;
    }

    const std::uint8_t* at_ = nullptr;
    const std::uint8_t* end_ = nullptr;
    bool failed_ = false;
};

}  // namespace msgpack
}  // namespace voxrig
