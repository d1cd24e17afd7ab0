// A connection's thread as the standard library has it; in the plugin it is the engine's.
#pragma once

#include <thread>

#include "connection.h"

class ThreadRunner : public voxrig::plugin::Runner {
public:
    ~ThreadRunner() override { finish(); }
    void begin(voxrig::ClientThread& link) override {
        thread_ = std::thread([&link] { link.run(); });
    }
    void finish() override {
        if (thread_.joinable()) thread_.join();
    }

private:
    std::thread thread_;
};
