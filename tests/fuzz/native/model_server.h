// A server of one session as the protocol describes it, small and without sound: frame n follows when the audio up to
// its time is there. It can lose its connection, and its client may come back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "input.h"
#include "voxrig/encode.h"
#include "voxrig/packets.h"

class ModelServer {
public:
    static constexpr std::uint32_t rate = 16000;
    static constexpr std::uint64_t blend = 1920;
    static std::uint64_t sample_of(std::uint64_t index) { return index * rate / 60; }
    static std::uint64_t first_frame(std::uint64_t sample) { return (sample * 60 + rate - 1) / rate; }

    // Of the timeline, in samples.
    std::uint64_t end() const { return end_; }

    // Bytes of the client, whole packets or not.
    void hear(voxrig::Bytes bytes) {
        in_.feed(bytes.data, bytes.size);
        voxrig::Bytes payload;
        while (in_.next(payload)) read(payload);
    }

    // Shows frames, `most` at most.
    void work(int most) {
        const std::uint64_t known = ended_ || is_closing_ ? end_ : end_ - (end_ < 1000 ? end_ : 1000);
        while (is_open_ && most-- > 0 && next_ < first_frame(known)) {
            voxrig::Frames frames;
            frames.first_index = next_;
            frames.utterance = next_ < first_frame(cut_end_) ? cut_utterance_ : utterance_;
            frames.stride = 6;
            while (frames.count() < 8 && next_ < first_frame(known)) {
                frames.media_samples.push_back(sample_of(next_++));
                frames.values.insert(frames.values.end(), {0.5F, 0.25F, 0.0F, 0.0F, 0.0F, 1.0F});
            }
            body([&](auto& out) { voxrig::encode::frames(out, session_, frames); });
        }
        if (!is_open_ || next_ < first_frame(known)) return;
        if (told_ends_ && ended_) {
            event(voxrig::EventKind::utterance_ended, ended_utterance_);
            told_ends_ = false;
        }
        if (is_closing_) {
            event(voxrig::EventKind::closed, 0);
            is_open_ = false;
        }
    }

    // Of what is to be said, `most` bytes at most.
    std::vector<std::uint8_t> said(std::size_t most) {
        const std::size_t size = out_.size() < most ? out_.size() : most;
        std::vector<std::uint8_t> part(out_.begin(), out_.begin() + static_cast<std::ptrdiff_t>(size));
        out_.erase(out_.begin(), out_.begin() + static_cast<std::ptrdiff_t>(size));
        return part;
    }

    // The connection is gone, the session waits.
    void lose() {
        in_ = voxrig::PacketReader();
        out_.clear();
        is_greeted_ = false;
        is_parked_ = true;
    }

private:
    using Reader = voxrig::msgpack::Reader;

    template <class Write>
    void packet(Write&& write) {
        voxrig::PacketWriter packet(out_);
        write(packet.body);
    }

    // A message of the session: kept for who comes back.
    template <class Write>
    void body(Write&& write) {
        std::vector<std::uint8_t> bytes;
        write(bytes);
        const auto size = static_cast<std::uint32_t>(bytes.size());
        for (int k = 0; k < 4; ++k) bytes.insert(bytes.begin() + k, static_cast<std::uint8_t>(size >> (8 * k)));
        answers_.push_back(bytes);
        out_.insert(out_.end(), bytes.begin(), bytes.end());
    }

    void event(voxrig::EventKind kind, std::uint32_t utterance, std::uint64_t frame = 0, std::uint64_t sample = 0) {
        voxrig::Event event;
        event.kind = kind;
        event.utterance = utterance;
        event.frame_index = frame;
        event.media_sample = sample;
        event.next_sample = end_;
        body([&](auto& out) { voxrig::encode::event(out, session_, event); });
    }

    void refuse(std::int32_t code, std::string_view refused, bool closed) {
        body([&](auto& out) {
            voxrig::msgpack::Writer body(out);
            voxrig::encode::head(body, session_, "error");
            body.map(4);
            body.text("code");
            body.integer(static_cast<std::uint64_t>(code));
            body.text("refused");
            body.text(refused);
            body.text("session_closed");
            body.boolean(closed);
            body.text("next_sample");
            body.integer(closed ? 0 : end_);
        });
    }

    void read(voxrig::Bytes payload) {
        Reader in(payload.data, payload.size);
        std::uint32_t pairs = 0;
        std::string_view key;
        must(in.map(pairs) && in.text(key));
        if (key == "hello") return greet();
        must(is_greeted_);
        if (key != "session") return;
        must(in.integer(session_) && in.text(key));
        if (key == "resume") return resume(in);
        ++taken_;
        if (key == "open") {
            open(in);
        } else if (!is_open_) {
            refuse(5, key, true);
        } else if (key == "audio") {
            audio(in);
        } else if (key == "end_utterance") {
            end_utterance(in);
        } else if (key == "interrupt") {
            interrupt(in);
        } else if (key == "close") {
            is_closing_ = true;
            if (speaks_) told_ends_ = true;
            ended_ = true;
        }
    }

    void greet() {
        is_greeted_ = true;
        packet([](auto& body) {
            body.map(1);
            body.text("hello");
            body.map(1);
            body.text("version");
            body.integer(1);
        });
    }

    void open(Reader& in) {
        if (is_parked_) forget();  // the client never knew what it is called
        must(!is_open_);
        is_open_ = true;
        std::uint32_t pairs = 0;
        std::string_view key;
        in.map(pairs);
        for (; pairs > 0; --pairs) {
            must(in.text(key));
            if (key == "begin") {
                begin(in);
            } else {
                must(in.skip());
            }
        }
        body([&](auto& out) { say_opened(out); });
    }

    void forget() {
        ModelServer fresh;
        std::swap(fresh.in_, in_);
        std::swap(fresh.out_, out_);
        fresh.session_ = session_;
        fresh.is_greeted_ = true;
        fresh.taken_ = 1;
        *this = std::move(fresh);
    }

    void begin(Reader& in) {
        std::uint32_t pairs = 0;
        std::string_view key;
        std::uint64_t utterance = 0;
        must(in.map(pairs) && pairs == 3);
        must(in.text(key) && in.integer(next_) && in.text(key) && in.integer(end_) && in.text(key));
        must(in.integer(utterance));
        must(end_ * 60 == next_ * rate);  // exactly
        utterance_ = static_cast<std::uint32_t>(utterance);
    }

    void say_opened(std::vector<std::uint8_t>& out) {
        voxrig::msgpack::Writer body(out);
        voxrig::encode::head(body, session_, "opened");
        body.map(7);
        body.text("controls");
        body.array(2);
        body.text("a");
        body.text("b");
        body.text("bones");
        body.array(1);
        body.text("head");
        body.text("stride");
        body.integer(6);
        body.text("blend_samples");
        body.integer(blend);
        body.text("seed");
        body.integer(3);
        body.text("resume_id");
        body.text("id");
        body.text("sample_rate");
        body.integer(rate);
    }

    void audio(Reader& in) {
        std::uint32_t pairs = 0;
        std::string_view key;
        std::uint64_t first = 0;
        voxrig::Bytes samples;
        must(in.map(pairs) && in.text(key) && in.integer(first) && in.text(key) && in.binary(samples));
        if (is_closing_) return refuse(9, "audio", false);
        if (first != end_) return refuse(11, "audio", false);
        if (samples.size == 0) return;
        if (ended_) {
            work(1 << 20);
            ++utterance_;
        }
        ended_ = false;
        speaks_ = true;
        end_ += samples.size / 2;
    }

    void end_utterance(Reader& in) {
        std::uint32_t pairs = 0;
        std::string_view key;
        std::uint64_t tail = 0;
        must(in.map(pairs) && in.text(key) && in.integer(tail));
        if (ended_ || !speaks_) return refuse(9, "end_utterance", false);
        speaks_ = false;
        end_ += tail;
        told_ends_ = ended_ = true;
        ended_utterance_ = utterance_;
    }

    void interrupt(Reader& in) {
        std::uint32_t pairs = 0;
        std::string_view key;
        std::uint64_t at = sample_of(next_);
        must(in.map(pairs));
        if (pairs > 0) {
            std::uint64_t wanted = 0;
            must(in.text(key) && in.integer(wanted));
            at = wanted < at ? wanted : at;
        }
        ++utterance_;
        speaks_ = false;
        next_ = first_frame(at);
        end_ = at + blend;
        ended_ = is_closing_;
        told_ends_ = false;
        cut_end_ = end_;
        cut_utterance_ = utterance_;
        event(voxrig::EventKind::interrupted, utterance_, next_, at);
    }

    void resume(Reader& in) {
        std::uint32_t pairs = 0;
        std::string_view key;
        std::string_view id;
        std::uint64_t received = 0;
        must(in.map(pairs) && in.text(key) && in.text(id) && in.text(key) && in.integer(received));
        if (answers_.empty()) {
            refuse(5, "resume", true);
            answers_.clear();
            return;
        }
        must(received <= answers_.size());
        is_parked_ = false;
        packet([&](auto& body) {
            voxrig::encode::head(body, session_, "resumed");
            body.map(2);
            body.text("taken");
            body.integer(taken_);
            body.text("next_sample");
            body.integer(end_);
        });
        for (std::size_t k = static_cast<std::size_t>(received); k < answers_.size(); ++k) {
            out_.insert(out_.end(), answers_[k].begin(), answers_[k].end());
        }
    }

    voxrig::PacketReader in_;
    std::vector<std::uint8_t> out_;
    std::vector<std::vector<std::uint8_t>> answers_;
    std::uint32_t session_ = 0;
    std::uint64_t taken_ = 0;
    std::uint64_t next_ = 0;  // frame
    std::uint64_t end_ = 0;   // sample
    std::uint64_t cut_end_ = 0;
    std::uint32_t cut_utterance_ = 0;
    std::uint32_t utterance_ = 0;
    std::uint32_t ended_utterance_ = 0;
    bool is_greeted_ = false;
    bool is_parked_ = false;
    bool is_open_ = false;
    bool is_closing_ = false;
    bool ended_ = false;
    bool speaks_ = false;
    bool told_ends_ = false;
};
