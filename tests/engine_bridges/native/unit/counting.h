// How often this program has asked for memory.
#pragma once

#include <cstddef>

std::size_t allocations();
