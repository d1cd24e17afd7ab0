// The only file that knows the system's sockets. On Windows link ws2_32.
#include "voxrig/socket.h"

#ifdef _WIN32
#ifndef NOMINMAX
#define NOMINMAX
#endif
#ifndef WIN32_LEAN_AND_MEAN
#define WIN32_LEAN_AND_MEAN
#endif
#include <winsock2.h>
#include <ws2tcpip.h>
#else
#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#endif

#include <algorithm>
#include <chrono>
#include <cstring>
#include <system_error>

namespace voxrig {
namespace {

#ifdef _WIN32
using Handle = SOCKET;
using Length = int;
using Count = int;
constexpr int no_signal = 0;

// Windows' sockets are there for as long as somebody has started them.
struct Started {
    Started() { WSAStartup(MAKEWORD(2, 2), &data); }
    ~Started() { WSACleanup(); }
    Started(const Started&) = delete;
    Started& operator=(const Started&) = delete;
    WSADATA data{};
};
void start_sockets() { static const Started started; }
int last_error() { return WSAGetLastError(); }
bool would_wait(int error) { return error == WSAEWOULDBLOCK || error == WSAEINPROGRESS; }
void close_handle(Handle handle) { closesocket(handle); }
bool unblock(Handle handle) {
    u_long on = 1;
    return ioctlsocket(handle, FIONBIO, &on) == 0;
}
constexpr int shut_writing = SD_SEND;
#else
using Handle = int;
using Length = socklen_t;
using Count = std::size_t;
#ifdef MSG_NOSIGNAL
constexpr int no_signal = MSG_NOSIGNAL;
#else
constexpr int no_signal = 0;
#endif
void start_sockets() {}
int last_error() { return errno; }
bool would_wait(int error) {
    return error == EAGAIN || error == EINPROGRESS || error == EINTR || (EWOULDBLOCK != EAGAIN && error == EWOULDBLOCK);
}
void close_handle(Handle handle) { ::close(handle); }
bool unblock(Handle handle) {
    ::fcntl(handle, F_SETFD, FD_CLOEXEC);
    return ::fcntl(handle, F_SETFL, ::fcntl(handle, F_GETFL, 0) | O_NONBLOCK) == 0;
}
constexpr int shut_writing = SHUT_WR;
#endif

Handle native(std::intptr_t handle) { return static_cast<Handle>(handle); }

// Opens a socket that does not wait; -1 where that fails.
std::intptr_t open_handle(int family, int type) {
    start_sockets();
    const Handle handle = ::socket(family, type, 0);
    const auto kept = static_cast<std::intptr_t>(handle);
    if (kept == -1) return -1;
    if (!unblock(handle)) {
        close_handle(handle);
        return -1;
    }
    return kept;
}

void set_option(Handle handle, int level, int option) {
    const int on = 1;
    ::setsockopt(handle, level, option, reinterpret_cast<const char*>(&on), static_cast<Length>(sizeof on));
}

std::string text_of(int error) { return std::system_category().message(error); }

double seconds_now() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace

// ---- waker: a datagram socket that sends to itself, which every system can wait for together with another ----

Waker::Waker() {
    handle_ = open_handle(AF_INET, SOCK_DGRAM);
    if (handle_ == -1) return;
    sockaddr_in self{};
    self.sin_family = AF_INET;
    self.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* address = reinterpret_cast<sockaddr*>(&self);
    auto size = static_cast<Length>(sizeof self);
    const Handle handle = native(handle_);
    if (::bind(handle, address, size) != 0 || ::getsockname(handle, address, &size) != 0 ||
        ::connect(handle, address, size) != 0) {
        close_handle(handle);
        handle_ = -1;
    }
}

Waker::~Waker() {
    if (handle_ != -1) close_handle(native(handle_));
}

void Waker::wake() {
    if (handle_ == -1 || woken_.exchange(true)) return;
    const char byte = 1;
    ::send(native(handle_), &byte, 1, no_signal);
}

void Waker::rest() {
    if (handle_ == -1) return;
    char bytes[16];
    while (::recv(native(handle_), bytes, static_cast<Count>(sizeof bytes), 0) > 0) {
    }
    woken_.exchange(false);  // reads what `wake` wrote, so that what was done before it is seen
}

// ---- socket ----

bool Socket::connect(const std::string& host, std::uint16_t port, double seconds, Waker& waker,
                     const std::atomic<bool>& stop) {
    close();
    start_sockets();
    addrinfo wanted{};
    wanted.ai_family = AF_UNSPEC;
    wanted.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &wanted, &found) != 0 || found == nullptr) {
        error_ = "there is no host \"" + host + "\": give a name or an address such as 127.0.0.1";
        return false;
    }
    const double until = seconds_now() + seconds;
    bool connected = false;
    for (const addrinfo* each = found; each != nullptr && !connected && !stop.load(); each = each->ai_next) {
        connected = connect_to(each->ai_addr, static_cast<std::size_t>(each->ai_addrlen), each->ai_family,
                               until - seconds_now(), waker, stop);
    }
    ::freeaddrinfo(found);
    if (!connected) {
        error_ = "no Voxrig server answers at " + host + ":" + std::to_string(port) + " (" + error_ +
                 "): start one with `voxrig serve`";
    }
    return connected;
}

bool Socket::connect_to(const void* address, std::size_t size, int family, double seconds, Waker& waker,
                        const std::atomic<bool>& stop) {
    handle_ = open_handle(family, SOCK_STREAM);
    if (handle_ == -1) {
        error_ = text_of(last_error());
        return false;
    }
    const Handle handle = native(handle_);
    set_option(handle, IPPROTO_TCP, TCP_NODELAY);
#ifdef SO_NOSIGPIPE
    set_option(handle, SOL_SOCKET, SO_NOSIGPIPE);
#endif
    int error = 0;
    if (::connect(handle, static_cast<const sockaddr*>(address), static_cast<Length>(size)) != 0) error = last_error();
    const double until = seconds_now() + seconds;
    while (would_wait(error) && !stop.load()) {
        const double left = until - seconds_now();
        if (left <= 0.0) break;
        wait(false, true, (std::min)(left, waker.works() ? 1.0 : 0.05), waker);
        sockaddr_storage peer{};
        auto room = static_cast<Length>(sizeof peer);
        auto length = static_cast<Length>(sizeof error);
        int state = 0;
        ::getsockopt(handle, SOL_SOCKET, SO_ERROR, reinterpret_cast<char*>(&state), &length);
        if (state != 0) {
            error = state;
        } else if (::getpeername(handle, reinterpret_cast<sockaddr*>(&peer), &room) == 0) {
            return true;
        }
    }
    if (error == 0) return true;
    error_ = would_wait(error) ? "no answer in time" : text_of(error);
    close();
    return false;
}

Socket::Outcome Socket::send(const std::uint8_t* data, std::size_t size, std::size_t& done) {
    done = 0;
    while (done < size) {
        const auto part = static_cast<Count>((std::min)(size - done, std::size_t{1} << 20));
        const auto sent = ::send(native(handle_), reinterpret_cast<const char*>(data + done), part, no_signal);
        if (sent < 0) {
            const int error = last_error();
            if (would_wait(error)) return Outcome::again;
            error_ = text_of(error);
            return Outcome::failed;
        }
        done += static_cast<std::size_t>(sent);
    }
    return Outcome::ok;
}

Socket::Outcome Socket::receive(std::uint8_t* data, std::size_t size, std::size_t& done) {
    done = 0;
    const auto got = ::recv(native(handle_), reinterpret_cast<char*>(data), static_cast<Count>(size), 0);
    if (got > 0) {
        done = static_cast<std::size_t>(got);
        return Outcome::ok;
    }
    if (got == 0) return Outcome::closed;
    const int error = last_error();
    if (would_wait(error)) return Outcome::again;
    error_ = text_of(error);
    return Outcome::failed;
}

#ifdef _WIN32
void Socket::wait(bool to_read, bool to_write, double seconds, Waker& waker) {
    // select, not WSAPoll: that says nothing of a connection that failed before Windows 10 2004.
    fd_set readable{}, writable{}, failed{};
    if (handle_ != -1) {
        if (to_read) FD_SET(native(handle_), &readable);
        if (to_write) FD_SET(native(handle_), &writable);
        FD_SET(native(handle_), &failed);
    }
    if (waker.works()) FD_SET(native(waker.handle_), &readable);
    const auto micro = static_cast<long>((std::max)(0.0, seconds) * 1e6);
    timeval time{};
    time.tv_sec = micro / 1000000;
    time.tv_usec = micro % 1000000;
    ::select(0, &readable, &writable, &failed, &time);
    if (waker.works() && FD_ISSET(native(waker.handle_), &readable)) waker.rest();
}
#else
void Socket::wait(bool to_read, bool to_write, double seconds, Waker& waker) {
    pollfd watched[2] = {};
    watched[0].fd = static_cast<int>(handle_);  // -1 is passed over
    watched[0].events = static_cast<short>((to_read ? POLLIN : 0) | (to_write ? POLLOUT : 0));
    if (watched[0].events == 0) watched[0].fd = -1;  // else a hang-up nobody reads would end every wait at once
    watched[1].fd = static_cast<int>(waker.handle_);
    watched[1].events = POLLIN;
    ::poll(watched, 2, static_cast<int>((std::max)(0.0, seconds) * 1e3));
    if ((watched[1].revents & POLLIN) != 0) waker.rest();
}
#endif

void Socket::finish_writing() {
    if (handle_ != -1) ::shutdown(native(handle_), shut_writing);
}

void Socket::close() {
    if (handle_ == -1) return;
    close_handle(native(handle_));
    handle_ = -1;
}

}  // namespace voxrig
