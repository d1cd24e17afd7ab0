// The client on strings: commands of standard input to a server, its answers to standard output as they come.
#pragma once

#include <cstdint>
#include <cstdio>
#include <deque>
#include <iostream>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "transcript.h"
#include "voxrig/client_thread.h"
#include "words.h"

namespace puppet {

class Live {
public:
    enum class Step { obeyed, later, quit };

    explicit Live(const voxrig::Endpoint& endpoint) { connection_.start(endpoint); }

    // Until the connection is over or `quit`; the exit code.
    int run() {
        std::thread reader([this] { read(); });
        reader.detach();  // it waits for lines to the end of the program
        while (!transcript_.is_over()) {
            connection_.wait(congested_ ? 0.01 : 1.0);
            connection_.poll(transcript_);
            std::fflush(stdout);
            if (!transcript_.is_over() && !obey_all()) return 0;
        }
        return transcript_.exit_code();
    }

private:
    void read() {
        std::string line;
        bool more = true;
        while (more) {
            more = static_cast<bool>(std::getline(std::cin, line));
            {
                const std::lock_guard<std::mutex> lock(mutex_);
                lines_.push_back(more ? line : "quit");
            }
            connection_.nudge();
        }
    }

    bool obey_all() {
        congested_ = false;
        while (!congested_ && !finishing_) {
            std::string line;
            {
                const std::lock_guard<std::mutex> lock(mutex_);
                if (lines_.empty()) return true;
                line = lines_.front();
            }
            const Step step = obey(words_of(line));
            if (step == Step::quit) return false;
            congested_ = step == Step::later;
            const std::lock_guard<std::mutex> lock(mutex_);
            if (!congested_) lines_.pop_front();
        }
        return true;
    }

    Step obey(const std::vector<std::string>& line) {
        const std::string command = word(line, 0);
        const std::uint32_t session = small_whole(line, 1);
        if (command == "quit") return Step::quit;
        if (command == "done") {
            connection_.finish();
            finishing_ = true;  // what follows it in the input waits for the end
        } else if (command == "ping") {
            connection_.ping(++pings_);
        } else if (command == "open") {
            open(line, session);
        } else if (command == "audio") {
            const std::vector<std::uint8_t> bytes = bytes_of_hex(word(line, 3));
            const voxrig::Result result = connection_.audio_at(session, whole(line, 2), bytes.data(), bytes.size());
            return result == voxrig::Result::congested ? Step::later : Step::obeyed;
        } else if (command == "end") {
            judge(session, "end_utterance", connection_.end_utterance(session, whole(line, 2)));
        } else if (command == "interrupt") {
            judge(session, "interrupt", line.size() > 2 ? connection_.interrupt(session, whole(line, 2))
                                                        : connection_.interrupt(session));
        } else if (command == "cue") {
            cue(line, session);
        } else if (command == "close") {
            judge(session, "close", connection_.close(session));
        } else if (!command.empty()) {
            std::fprintf(stderr, "%s is no command of the puppet protocol\n", command.c_str());
            std::exit(2);
        }
        return Step::obeyed;
    }

    void open(const std::vector<std::string>& line, std::uint32_t session) {
        voxrig::OpenRequest request;
        request.rig = word(line, 2);
        request.frame_rate = {small_whole(line, 3), small_whole(line, 4)};
        request.audio = {voxrig::Encoding::s16le, small_whole(line, 5), 1};
        request.seed = whole(line, 6);
        for (std::size_t k = 7; k < line.size(); ++k) {
            const std::size_t equals = line[k].find('=');
            if (equals == std::string::npos) continue;
            request.options.emplace_back(line[k].substr(0, equals), line[k].substr(equals + 1));
        }
        connection_.open(session, request);
    }

    void cue(const std::vector<std::string>& line, std::uint32_t session) {
        std::vector<voxrig::NamedValue> values;
        for (std::size_t k = 4; k < line.size(); ++k) {
            const std::size_t equals = line[k].find('=');
            if (equals == std::string::npos) continue;
            const double value = std::strtod(line[k].c_str() + equals + 1, nullptr);
            values.push_back({std::string_view(line[k]).substr(0, equals), static_cast<float>(value)});
        }
        connection_.cue(session, whole(line, 2), word(line, 3), values.data(), values.size());
    }

    // Says what the server would say of a message to a session that is closed.
    void judge(std::uint32_t session, const char* refused, voxrig::Result result) {
        if (result != voxrig::Result::unknown_session) return;
        const std::string text = "session " + std::to_string(session) + " is closed";
        voxrig::Error error;
        error.code = 5;
        error.message = text;
        error.session_closed = true;
        error.refused = refused;
        transcript_.on_error(session, error);
    }

    voxrig::ClientThread connection_;
    Transcript transcript_;
    bool congested_ = false;
    bool finishing_ = false;
    std::uint64_t pings_ = 0;
    std::mutex mutex_;
    std::deque<std::string> lines_;
};

}  // namespace puppet
