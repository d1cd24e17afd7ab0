// A connection with a thread of its own. The game thread calls everything here, and `poll` at every picture; audio
// threads call `AudioInput::push`, one thread a session. `state` and `nudge` are for any thread.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "audio_feed.h"
#include "audio_input.h"
#include "client.h"
#include "inbox.h"
#include "line.h"
#include "listener.h"
#include "messages.h"
#include "notice.h"
#include "reconnection.h"
#include "socket.h"

namespace voxrig {

struct Endpoint {
    std::string host = "127.0.0.1";
    std::uint16_t port = 52001;
    std::string client = "Voxrig native";  // who this is, for people
    std::string token{};                   // for servers that ask for one; it goes over the net as it is
    Survival survival{};                   // what happens when the connection is lost
    double connect_seconds = 5.0;          // for the connection to come about
    double ping_seconds = 2.0;             // between two pings, which keep the clock; 0: none
    double silence_seconds = 20.0;         // a server that says nothing for so long, though pinged, is lost
};

class ClientThread {
public:
    enum class State { idle, connecting, connected, reconnecting, ended };

    // What a session's input holds unless `open` is told otherwise: 33 s of 16 kHz s16le.
    static constexpr std::size_t input_bytes = std::size_t{1} << 20;

    ClientThread() : client_(std::make_unique<Client>()) {}
    ~ClientThread() { stop(); }
    ClientThread(const ClientThread&) = delete;
    ClientThread& operator=(const ClientThread&) = delete;

    // The clock of all times here: seconds, steady.
    static double now() {
        return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
    }

    // ---- the connection ----

    // Begins to connect and returns; sessions may be opened at once. An earlier connection is dropped.
    void start(const Endpoint& endpoint) {
        prepare(endpoint);
        thread_ = std::thread([this] { run(); });
    }

    // `start` for a host with threads of its own: `prepare`, then `run` in one of them. That returns when the
    // connection has ended, or soon after `request_stop`: wait for it before `prepare`, `stop` or the end of this.
    void prepare(const Endpoint& endpoint) {
        stop();
        endpoint_ = endpoint;
        client_ = std::make_unique<Client>(endpoint.client, endpoint.token, endpoint.survival);
        reconnection_ = Reconnection(static_cast<std::uint64_t>(now() * 1e9));
        inbox_.reset();
        finishing_ = false;
        stop_.store(false);
        state_.store(State::connecting);
    }

    void run() {
        while (!stop_.load()) {
            if (line_.connect(endpoint_.host, endpoint_.port, endpoint_.connect_seconds, waker_, stop_)) {
                begin();
                talk();
            } else {
                lose(line_.error());
            }
            line_.close();
            if (!reconnection_.is_lost() || state_.load() == State::ended) return;
            rest(reconnection_.wait(now()));
        }
    }

    void request_stop() {
        stop_.store(true);
        waker_.wake();
    }

    // Drops the connection and all its sessions, and waits for the thread. No input is left after it.
    void stop() {
        request_stop();
        if (thread_.joinable()) thread_.join();
        feeds_.clear();
        state_.store(State::idle);
    }

    State state() const { return state_.load(); }

    // Tells `listener` all that has come since the last call, in order; at the end `on_done` or `on_lost`, once.
    void poll(Listener& listener) {
        if (inbox_.poll(listener)) waker_.wake();  // it was full: the server may be read on
    }

    // For who has no pictures: until there is something to poll, somebody has nudged, or `seconds` are over.
    void wait(double seconds) { inbox_.wait(seconds); }
    void nudge() { inbox_.nudge(); }

    // `id` must be more than 0: pings of 0 are the thread's own, and not told.
    Result ping(std::uint64_t id) {
        return say([&] { return client_->ping(id, now()); });
    }

    Result describe() {
        return say([&] { return client_->describe(); });
    }

    // No more comes from this side. After all audio pushed before.
    void finish() {
        say([&] {
            finishing_ = true;
            return Result::ok;
        });
    }

    ClockSync clock() const {
        const std::lock_guard<std::mutex> lock(mutex_);
        return client_->clock();
    }

    // ---- sessions: as in Client, which has the words ----

    // The input is there until you `close` the session (do so too where an error closed it), `start` or `stop`: end
    // your pushing first. Null after `finish`. `capacity` is in bytes.
    AudioInput* open(std::uint32_t number, const OpenRequest& request, std::size_t capacity = input_bytes) {
        AudioInput* input = nullptr;
        say([&] {
            const Result result = client_->open(number, request);
            if (result != Result::ok) return result;
            feeds_.push_back(std::make_unique<AudioFeed>(number, request.audio, capacity, waker_));
            input = &feeds_.back()->input();
            return result;
        });
        return input;
    }

    // `congested` also while audio that was pushed before waits.
    Result audio_at(std::uint32_t number, std::uint64_t first_sample, const void* bytes, std::size_t size) {
        return say([&] {
            const AudioFeed* feed = find(number);
            if (feed != nullptr && !feed->is_idle()) return Result::congested;
            return client_->audio_at(number, first_sample, bytes, size);
        });
    }

    Result cue(std::uint32_t number, std::uint64_t media_sample, std::string_view name, const NamedValue* values,
               std::size_t count) {
        return say([&] { return client_->cue(number, media_sample, name, values, count); });
    }

    Result cue(std::uint32_t number, std::uint64_t media_sample, std::string_view name,
               std::initializer_list<NamedValue> values) {
        return cue(number, media_sample, name, values.begin(), values.size());
    }

    // After all audio pushed before.
    Result end_utterance(std::uint32_t number, std::uint64_t tail_samples = 0) {
        return with_feed(number, [&](AudioFeed& feed) { feed.end_utterance(tail_samples); });
    }

    // After all audio pushed before.
    Result close(std::uint32_t number) {
        return with_feed(number, [](AudioFeed& feed) { feed.close(); });
    }

    // Audio pushed before and not sent yet is dropped; what is pushed from now on comes after the interruption.
    Result interrupt(std::uint32_t number) {
        return say([&] {
            if (AudioFeed* feed = find(number)) feed->drop();
            return client_->interrupt(number);
        });
    }

    Result interrupt(std::uint32_t number, std::uint64_t at_sample) {
        return say([&] {
            if (AudioFeed* feed = find(number)) feed->drop();
            return client_->interrupt(number, at_sample);
        });
    }

    std::uint64_t next_sample(std::uint32_t number) const {
        const std::lock_guard<std::mutex> lock(mutex_);
        return client_->next_sample(number);
    }

    void set_next_sample(std::uint32_t number, std::uint64_t sample) {
        const std::lock_guard<std::mutex> lock(mutex_);
        client_->set_next_sample(number, sample);
    }

private:
    static constexpr std::size_t in_flight_bytes = 1 << 16;  // audio beyond that waits in the inputs

    template <class Message>
    Result say(Message&& message) {
        Result result = Result::finished;
        {
            const std::lock_guard<std::mutex> lock(mutex_);
            if (!finishing_) result = message();
        }
        waker_.wake();
        return result;
    }

    template <class Step>
    Result with_feed(std::uint32_t number, Step&& step) {
        return say([&] {
            AudioFeed* feed = find(number);
            if (feed == nullptr) return Result::unknown_session;
            step(*feed);
            feed->pump(*client_, in_flight_bytes);
            return Result::ok;
        });
    }

    AudioFeed* find(std::uint32_t number) {  // of several with one number, the last opened
        const auto is_it = [&](const std::unique_ptr<AudioFeed>& feed) {
            return feed->session() == number && !feed->is_over();
        };
        const auto found = std::find_if(feeds_.rbegin(), feeds_.rend(), is_it);
        return found == feeds_.rend() ? nullptr : found->get();
    }

    // ---- the thread's own ----

    // There is a line: a first one, or another.
    void begin() {
        const std::lock_guard<std::mutex> lock(mutex_);
        if (reconnection_.is_lost()) {
            client_->reconnect();
        } else {
            state_.store(State::connected);
        }
    }

    // The server has said hello.
    void greeted() {
        reconnection_.reset();
        state_.store(State::connected);
    }

    void rest(double seconds) {
        const double until = now() + seconds;
        for (double left = seconds; left > 0.0 && !stop_.load(); left = until - now()) {
            line_.wait(false, (std::min)(left, waker_.works() ? 1.0 : 0.02), waker_);
        }
    }

    void talk() {
        double heard = now();
        double pinged = heard;
        const double patience = heard + endpoint_.connect_seconds;
        while (!stop_.load()) {
            if (!send(pinged)) return;
            const bool reads = !inbox_.is_full();
            line_.wait(reads, waker_.works() ? 0.25 : 0.005, waker_);
            const double time = now();
            if (reads && !receive(time, heard)) return;
            if (!reads) heard = time;
            if (reconnection_.is_lost() && time > patience) {
                lose("the server takes connections, but does not answer");
                return;
            }
            if (endpoint_.ping_seconds > 0.0 && time - heard > endpoint_.silence_seconds) {
                lose("the server has not answered for long: is it stopped, or the net cut?");
                return;
            }
        }
    }

    // Sends what there is, as far as it goes without waiting. False where the connection is over.
    bool send(double& pinged) {
        bool finished = false;
        bool gathered = false;
        do {
            if (line_.is_sent()) gathered = gather(pinged, finished);
            if (line_.send() == Line::Outcome::failed) return last_words();
        } while (gathered && line_.is_sent());
        if (finished) line_.finish_writing();
        return true;
    }

    // Takes what is to be sent next; false where that is nothing, and `finished` where nothing will come either.
    bool gather(double& pinged, bool& finished) {
        const std::lock_guard<std::mutex> lock(mutex_);
        bool idle = true;
        for (const auto& feed : feeds_) {
            feed->pump(*client_, in_flight_bytes);
            idle = idle && feed->is_idle();
        }
        const auto over = [](const std::unique_ptr<AudioFeed>& feed) { return feed->is_over(); };
        feeds_.erase(std::remove_if(feeds_.begin(), feeds_.end(), over), feeds_.end());
        const double time = now();
        if (endpoint_.ping_seconds > 0.0 && time - pinged >= endpoint_.ping_seconds) {
            client_->ping(0, time);
            pinged = time;
        }
        if (finishing_ && idle) client_->finish();
        finished = client_->wants_half_close();
        client_->take_pending(line_.load());
        return !line_.is_sent();
    }

    // Reads what there is. False where the connection is over.
    bool receive(double time, double& heard) {
        bool came = false;
        Line::Outcome outcome = Line::Outcome::ok;
        for (int times = 0; outcome == Line::Outcome::ok && times < 16 && !inbox_.is_full(); ++times) {
            std::size_t size = 0;
            outcome = line_.receive(size);
            if (size > 0) heard = time;
            if (!take(time, came)) return false;
        }
        if (came) inbox_.tell();
        if (outcome == Line::Outcome::failed) return lose(line_.error());
        if (outcome == Line::Outcome::closed) {
            return close();
        }
        return true;
    }

    bool take(double time, bool& came) {
        Bytes payload;
        while (line_.next(payload)) {
            bool worth = false;
            {
                const std::unique_lock<std::mutex> lock(mutex_);
                if (!client_->accept(payload, time)) return fail(client_->broken());
                worth = client_->message().kind != ServerMessage::Kind::nothing;
                if (client_->changed().size > 0) payload = client_->changed();
                came = came || worth || !client_->notices().empty();
                for (const Notice& notice : client_->notices()) {
                    if (notice.kind == Notice::Kind::reconnected) greeted();
                    inbox_.put(notice);
                }
                if (worth) inbox_.put(payload, time);
            }
        }
        return !line_.broken() || fail("the server's answer breaks the protocol: it is too long");
    }

    // Nothing can be sent any more: what the server said before it closed is still read.
    bool last_words() {
        const std::string why = line_.error();
        double heard = 0.0;
        if (receive(now(), heard)) lose(why);
        return false;
    }

    // The server has closed: the end, or a loss.
    bool close() {
        bool done = false;
        {
            const std::lock_guard<std::mutex> lock(mutex_);
            done = client_->is_done() && !line_.within();
        }
        if (!done) return lose("the server has closed the connection");
        end(true, {});
        return false;
    }

    // For good where nothing can come back, or the time for that is over.
    bool lose(std::string_view reason) {
        const bool was_lost = reconnection_.is_lost();
        bool survives = false;
        {
            const std::lock_guard<std::mutex> lock(mutex_);
            survives = (was_lost || client_->survives()) && client_->may_return();
            survives = survives && reconnection_.lose(now(), endpoint_.survival.window_seconds);
            if (survives) client_->lose();
        }
        if (!survives) return fail(reason);
        state_.store(State::reconnecting);
        if (!was_lost) {
            inbox_.put({Notice::Kind::reconnecting, false, 0, {}}, reason);
            inbox_.tell();
        }
        return false;
    }

    bool fail(std::string_view reason) {
        end(false, reason);
        return false;
    }

    void end(bool done, std::string_view reason) {
        inbox_.end(done, reason);
        state_.store(State::ended);
        inbox_.tell();
    }

    Endpoint endpoint_;
    mutable std::mutex mutex_;  // for what follows
    std::unique_ptr<Client> client_;
    std::vector<std::unique_ptr<AudioFeed>> feeds_;
    bool finishing_ = false;

    Reconnection reconnection_{1};  // the thread's own, from here on
    Inbox inbox_;
    Waker waker_;
    Line line_;
    std::atomic<bool> stop_{false};
    std::atomic<State> state_{State::idle};
    std::thread thread_;
};

}  // namespace voxrig
