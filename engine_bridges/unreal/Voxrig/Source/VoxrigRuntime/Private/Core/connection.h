// One connection to a server for all characters that speak through it: comes back by itself where it is lost.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "voxrig/client_thread.h"

#include "backoff.h"

namespace voxrig {
namespace plugin {

class Connection;

// A character, as its connection knows it. All calls come from `Connection::poll`.
class Member {
public:
    virtual ~Member() = default;
    virtual void on_connected(const Hello& hello) = 0;  // sessions may be opened
    virtual void on_opened(const Opened& opened) = 0;
    virtual void on_frames(const Frames& frames) = 0;
    virtual void on_event(const Event& event) = 0;
    virtual void on_error(const Error& error) = 0;
    virtual void on_waiting(std::string_view reason) = 0;  // there is no connection for now: sessions wait for one
    virtual void on_back() = 0;                            // there is one again, and sessions go on
    virtual void on_lost(std::string_view reason) = 0;  // all sessions are gone; `on_connected` follows if it comes back
};

// Runs a connection's thread: `link.run()` until it returns. `finish` waits for that.
class Runner {
public:
    virtual ~Runner() = default;
    virtual void begin(ClientThread& link) = 0;
    virtual void finish() = 0;
};

// For the game thread.
class Connection : private Listener {
public:
    Connection(const Endpoint& endpoint, std::unique_ptr<Runner> runner)
        : endpoint_(endpoint), runner_(std::move(runner)) {}
    ~Connection() override { stop(); }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    ClientThread& link() { return link_; }
    const ClientThread& link() const { return link_; }
    bool is_connected() const { return greeted_; }
    const std::string& reason() const { return reason_; }  // of the last loss, for people

    // Whether it is being tried to connect for the first time, or was connected when it was tried last.
    bool is_hopeful() const { return greeted_ || (tries_ < 2 && running_); }

    void join(Member& member) {
        members_.push_back({&member, 0});
        if (greeted_) member.on_connected(hello_);
    }

    void leave(Member& member) {
        close(member);
        const auto is_it = [&](const Seat& seat) { return seat.member == &member; };
        members_.erase(std::remove_if(members_.begin(), members_.end(), is_it), members_.end());
    }

    // A session of `member`, in the place of any before it; null where there is no connection.
    AudioInput* open(Member& member, const OpenRequest& request) {
        Seat* seat = find(member);
        if (seat == nullptr || !greeted_) return nullptr;
        close(member);
        seat->session = ++last_session_;
        const std::size_t bytes = request.audio.sample_rate * request.audio.sample_bytes() * 4;
        return link_.open(seat->session, request, (std::max)(bytes, ClientThread::input_bytes));
    }

    void close(Member& member) {
        Seat* seat = find(member);
        if (seat == nullptr || seat->session == 0) return;
        link_.interrupt(seat->session);  // to end at once
        link_.close(seat->session);
        seat->session = 0;
    }

    // 0: none.
    std::uint32_t session(Member& member) {
        const Seat* seat = find(member);
        return seat == nullptr ? 0 : seat->session;
    }

    // At every picture, `now` on the connection's clock: tells the members what has come, and connects where need be.
    void poll(double now) {
        if (running_) {
            link_.poll(*this);
            if (lost_) lose(now);
        } else if (!members_.empty() && now >= retry_at_) {
            link_.prepare(endpoint_);
            ++tries_;
            running_ = true;
            runner_->begin(link_);
        }
    }

    // Drops the connection; the members are not told.
    void stop() {
        if (!running_) return;
        link_.request_stop();
        runner_->finish();
        link_.stop();
        running_ = greeted_ = lost_ = false;
        for (Seat& seat : members_) seat.session = 0;
    }

private:
    struct Seat {
        Member* member;
        std::uint32_t session;
    };

    Seat* find(const Member& member) {
        for (Seat& seat : members_) {
            if (seat.member == &member) return &seat;
        }
        return nullptr;
    }

    Member* of(std::uint32_t session) {
        for (const Seat& seat : members_) {
            if (seat.session == session) return seat.member;
        }
        return nullptr;
    }

    // Tells all; who is told may leave, or bring others.
    template <class Call>
    void tell(Call&& call) {
        const std::vector<Seat> there = members_;
        for (const Seat& seat : there) {
            if (find(*seat.member) != nullptr) call(*seat.member);
        }
    }

    void lose(double now) {
        stop();
        retry_at_ = now + backoff_.next();
        tell([this](Member& member) { member.on_lost(reason_); });
    }

    void on_hello(const Hello& hello) override {
        hello_ = hello;
        greeted_ = true;
        tries_ = 0;
        backoff_.reset();
        tell([this](Member& member) { member.on_connected(hello_); });
    }

    void on_reconnecting(std::string_view reason) override {
        reason_.assign(reason);
        tell([this](Member& member) { member.on_waiting(reason_); });
    }

    void on_reconnected() override {
        tell([](Member& member) { member.on_back(); });
    }

    void on_opened(std::uint32_t session, const Opened& opened) override {
        if (Member* member = of(session)) member->on_opened(opened);
    }

    void on_frames(std::uint32_t session, const Frames& frames) override {
        if (Member* member = of(session)) member->on_frames(frames);
    }

    void on_event(std::uint32_t session, const Event& event) override {
        if (Member* member = of(session)) member->on_event(event);
    }

    void on_error(std::uint32_t session, const Error& error) override {
        Member* member = of(session);
        if (member == nullptr) return;
        if (error.session_closed) {
            link_.close(session);  // its input may go
            find(*member)->session = 0;
        }
        member->on_error(error);
    }

    void on_connection_error(const Error& error) override { refusal_.assign(error.message); }
    void on_done() override { on_lost("the server has closed the connection"); }

    void on_lost(std::string_view reason) override {
        reason_.assign(refusal_.empty() ? reason : std::string_view(refusal_));
        refusal_.clear();
        lost_ = true;  // the members are told when the thread has ended
    }

    Endpoint endpoint_;
    std::unique_ptr<Runner> runner_;
    ClientThread link_;
    std::vector<Seat> members_;
    Backoff backoff_;
    Hello hello_;
    std::string reason_;
    std::string refusal_;
    std::uint32_t last_session_ = 0;
    int tries_ = 0;
    double retry_at_ = 0.0;
    bool running_ = false;
    bool greeted_ = false;
    bool lost_ = false;
};

}  // namespace plugin
}  // namespace voxrig
