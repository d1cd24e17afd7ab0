// The fuzzer's own main, for an archive of libFuzzer that has none.
#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerRunDriver(int* count, char*** given, int (*one)(const std::uint8_t*, std::size_t));
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int main(int count, char** given) { return LLVMFuzzerRunDriver(&count, &given, LLVMFuzzerTestOneInput); }
