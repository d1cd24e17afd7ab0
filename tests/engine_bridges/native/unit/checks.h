// Tests without a library: TEST(name) { CHECK(what holds); CHECK_EQUAL(what is, what should be); }
#pragma once

#include <cstdio>
#include <sstream>
#include <string>
#include <vector>

namespace checks {

struct Test {
    const char* name;
    void (*run)();
};

inline std::vector<Test>& tests() {
    static std::vector<Test> all;
    return all;
}

inline int& failures() {
    static int count = 0;
    return count;
}

struct Registered {
    Registered(const char* name, void (*run)()) { tests().push_back({name, run}); }
};

inline void fail(const char* file, int line, const std::string& what) {
    ++failures();
    std::printf("%s:%d: %s\n", file, line, what.c_str());
}

template <class Is, class Should>
void equal(const char* file, int line, const char* text, const Is& is, const Should& should) {
    if (is == should) return;
    std::ostringstream what;
    what << text << " is " << is << ", not " << should;
    fail(file, line, what.str());
}

inline int run_all() {
    for (const Test& test : tests()) {
        const int before = failures();
        test.run();
        std::printf("%s %s\n", failures() == before ? "passed" : "FAILED", test.name);
    }
    return failures() == 0 ? 0 : 1;
}

}  // namespace checks

#define TEST(name)                                             \
    static void name();                                        \
    static const checks::Registered registered_##name(#name, name); \
    static void name()
#define CHECK(what) \
    if (!(what)) checks::fail(__FILE__, __LINE__, #what " does not hold")
#define CHECK_EQUAL(is, should) checks::equal(__FILE__, __LINE__, #is, is, should)
