// A stand-in for a syntax check: declarations of the engine's that the plugin uses, and no Unreal.
#pragma once

#include <cstddef>
#include <cstdint>

using int8 = std::int8_t;
using int16 = std::int16_t;
using int32 = std::int32_t;
using int64 = long long;
using uint8 = std::uint8_t;
using uint16 = std::uint16_t;
using uint32 = std::uint32_t;
using uint64 = unsigned long long;
using TCHAR = char16_t;
using ANSICHAR = char;

#define TEXT(String) u##String
#define PLATFORM_WINDOWS 0
#define WITH_EDITOR 1
#define MAX_uint64 (~0ull)
constexpr int INDEX_NONE = -1;
#define VOXRIGRUNTIME_API
#define VOXRIGEDITOR_API
// Macros of Unreal's that the native core must not trip over.
#define check(Expression)
#define verify(Expression)
#define ensure(Expression) (!!(Expression))
#define PI (3.1415926535897932f)
