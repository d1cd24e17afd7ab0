// Gives a target the files that are named, without a fuzzer: for every compiler.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int main(int count, char** given) {
    for (int k = 1; k < count; ++k) {
        std::ifstream file(given[k], std::ios::binary);
        const std::vector<char> bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
        const std::vector<std::uint8_t> data(bytes.begin(), bytes.end());  // its end is where the sanitizer sees it
        LLVMFuzzerTestOneInput(data.data(), data.size());
    }
    std::printf("replayed %d\n", count - 1);
    return 0;
}
