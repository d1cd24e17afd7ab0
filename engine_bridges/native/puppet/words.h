// The words of a line, and what they stand for.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace puppet {

inline std::vector<std::string> words_of(std::string_view line) {
    std::vector<std::string> words;
    std::size_t at = 0;
    while ((at = line.find_first_not_of(" \t\r\n", at)) != std::string_view::npos) {
        const std::size_t end = line.find_first_of(" \t\r\n", at);
        words.emplace_back(line.substr(at, end - at));
        at = end == std::string_view::npos ? line.size() : end;
    }
    return words;
}

// Word `k`, or nothing.
inline std::string word(const std::vector<std::string>& words, std::size_t k) {
    return k < words.size() ? words[k] : std::string();
}

inline std::uint64_t whole(const std::vector<std::string>& words, std::size_t k) {
    return std::strtoull(word(words, k).c_str(), nullptr, 10);
}

inline std::uint32_t small_whole(const std::vector<std::string>& words, std::size_t k) {
    return static_cast<std::uint32_t>(whole(words, k));
}

inline double real(const std::vector<std::string>& words, std::size_t k) {
    return std::strtod(word(words, k).c_str(), nullptr);
}

inline std::vector<std::uint8_t> bytes_of_hex(const std::string& text) {
    const auto digit = [](char c) {
        const int value = c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
        return static_cast<std::uint8_t>(value);
    };
    std::vector<std::uint8_t> bytes(text.size() / 2);
    for (std::size_t k = 0; k < bytes.size(); ++k) {
        bytes[k] = static_cast<std::uint8_t>(digit(text[2 * k]) << 4 | digit(text[2 * k + 1]));
    }
    return bytes;
}

}  // namespace puppet
