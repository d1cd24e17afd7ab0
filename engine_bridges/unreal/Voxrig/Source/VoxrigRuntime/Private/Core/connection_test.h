// "Is there a server, and what can it do?", for a button: asks once and says it in lines for people.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "voxrig/client_thread.h"

#include "connection.h"

namespace voxrig {
namespace plugin {

// For the game thread: `begin`, then `poll` at every picture until `is_over`.
class ConnectionTest : private Listener {
public:
    explicit ConnectionTest(std::unique_ptr<Runner> runner) : runner_(std::move(runner)) {}
    ~ConnectionTest() override { finish(); }
    ConnectionTest(const ConnectionTest&) = delete;
    ConnectionTest& operator=(const ConnectionTest&) = delete;

    void begin(const Endpoint& endpoint, double now) {
        finish();
        endpoint_ = endpoint;
        text_.clear();
        over_ = worked_ = false;
        deadline_ = now + endpoint.connect_seconds + 5.0;
        link_.prepare(endpoint);
        running_ = true;
        runner_->begin(link_);
        link_.ping(1);
        link_.describe();
    }

    void poll(double now) {
        if (!running_) return;
        link_.poll(*this);
        if (!over_ && now > deadline_) say_failure("it accepts the connection, and says nothing");
        if (over_) finish();
    }

    bool is_over() const { return over_; }
    bool worked() const { return worked_; }
    const std::string& text() const { return text_; }

private:
    void finish() {
        if (!running_) return;
        link_.request_stop();
        runner_->finish();
        link_.stop();
        running_ = false;
    }

    void on_pong(const Pong&) override { round_trip_ = link_.clock().round_trip(); }

    void on_description(const Description& description) override {
        text_ = "Voxrig " + description.version + " at " + address() + "\n";
        text_ += "models: " + joined(description.models) + " (the first is the default)\n";
        text_ += "rigs: " + joined(description.rigs) + "\n";
        text_ += "limits: " + std::to_string(description.limits.max_sessions) + " sessions, " +
                 std::to_string(description.limits.max_chunk_bytes) + " bytes of audio in a message\n";
        text_ += "round trip: " + std::to_string(static_cast<int>(round_trip_ * 1e6)) + " microseconds";
        worked_ = over_ = true;
    }

    void on_connection_error(const Error& error) override { say_failure(error.message); }
    void on_done() override { say_failure("it has closed the connection"); }
    void on_lost(std::string_view reason) override {
        if (!over_) say_failure(reason);
    }

    void say_failure(std::string_view reason) {
        text_ = "No Voxrig server at " + address() + ": " + std::string(reason) + "\n";
        text_ += "Start one with `voxrig serve`. It prints the port of the engine link (52001 unless told otherwise; "
                 "52000 is gRPC's, not this one). For a server on another machine start it with `--host 0.0.0.0`, on a "
                 "net that you trust, and let its firewall pass the port.";
        over_ = true;
    }

    std::string address() const { return endpoint_.host + ":" + std::to_string(endpoint_.port); }

    static std::string joined(const std::vector<std::string>& names) {
        std::string all;
        for (const std::string& name : names) all += (all.empty() ? "" : ", ") + name;
        return all;
    }

    std::unique_ptr<Runner> runner_;
    ClientThread link_;
    Endpoint endpoint_;
    std::string text_;
    double round_trip_ = 0.0;
    double deadline_ = 0.0;
    bool running_ = false;
    bool over_ = false;
    bool worked_ = false;
};

}  // namespace plugin
}  // namespace voxrig
