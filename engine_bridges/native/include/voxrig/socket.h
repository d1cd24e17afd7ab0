// TCP with time limits, the same on POSIX and on Windows. No system header is needed here: src/socket.cpp has them.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>

namespace voxrig {

// Ends another thread's `Socket::wait`. Never waits itself.
class Waker {
public:
    Waker();
    ~Waker();
    Waker(const Waker&) = delete;
    Waker& operator=(const Waker&) = delete;

    // From any thread; costs a system call at most once until the waiting thread is awake.
    void wake();

    // Whether there is one: some sandboxes allow no socket of one's own. Then wait in short steps.
    bool works() const { return handle_ != -1; }

private:
    friend class Socket;
    void rest();

    std::intptr_t handle_ = -1;
    std::atomic<bool> woken_{false};
};

// One connection to a server; for one thread.
class Socket {
public:
    enum class Outcome { ok, again, closed, failed };

    Socket() = default;
    ~Socket() { close(); }
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;

    // False where nobody answered within `seconds`, or `*stop` was set meanwhile (and `waker` woken); `error` says why.
    bool connect(const std::string& host, std::uint16_t port, double seconds, Waker& waker,
                 const std::atomic<bool>& stop);

    // As much as goes without waiting; `done` says how much.
    Outcome send(const std::uint8_t* data, std::size_t size, std::size_t& done);

    // What has come, `size` at most, without waiting. `closed`: the server has done writing.
    Outcome receive(std::uint8_t* data, std::size_t size, std::size_t& done);

    // Until something can be read (if asked for) or written (if asked for), `waker` was woken, or `seconds` are over.
    void wait(bool to_read, bool to_write, double seconds, Waker& waker);

    // Half-close: the server reads the end, and goes on writing.
    void finish_writing();

    void close();

    // Of what failed last, for people.
    const std::string& error() const { return error_; }

private:
    bool connect_to(const void* address, std::size_t size, int family, double seconds, Waker& waker,
                    const std::atomic<bool>& stop);

    std::intptr_t handle_ = -1;
    std::string error_;
};

}  // namespace voxrig
