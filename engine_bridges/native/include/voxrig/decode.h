// Payloads of the server as messages. Unknown keys and kinds are passed over; what breaks the format returns false.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "messages.h"
#include "msgpack.h"

namespace voxrig {

// More of these in one message is taken for a broken server.
constexpr std::uint32_t max_names = 4096;
constexpr std::uint32_t max_frames_in_message = 65536;

// Decodes into structs that keep their memory. One for each thread that reads.
class Decoder {
public:
    // False where the payload breaks the format: the connection is of no use any more. Views in `message` are of
    // `payload` and hold as long as that does.
    bool decode(Bytes payload, ServerMessage& message) {
        in_ = msgpack::Reader(payload.data, payload.size);
        message.kind = ServerMessage::Kind::nothing;
        message.has_session = false;
        message.session = 0;
        const bool read = fields([&](std::string_view key) { return body(key, message); });
        return read && in_.left() == 0;
    }

private:
    using Kind = ServerMessage::Kind;

    // Calls `field(key)` for each pair of a map; it reads or skips the value. Keys other than strings are passed over.
    template <class Field>
    bool fields(Field&& field) {
        std::uint32_t pairs = 0;
        if (!in_.map(pairs)) return false;
        for (; pairs > 0; --pairs) {
            std::string_view key;
            if (!in_.at_text()) {
                if (!in_.skip() || !in_.skip()) return false;
            } else if (!in_.text(key) || !field(key)) {
                return false;
            }
        }
        return true;
    }

    bool body(std::string_view key, ServerMessage& message) {
        if (key == "session") return message.has_session = in_.integer(message.session);
        if (key == "frames") return kind(message, Kind::frames) && frames(message.frames);
        if (key == "event") return kind(message, Kind::event) && event(message.event);
        if (key == "opened") return kind(message, Kind::opened) && opened(message.opened);
        if (key == "error") return kind(message, Kind::error) && error(message.error);
        if (key == "resumed") return kind(message, Kind::resumed) && resumed(message.resumed);
        if (key == "pong") return kind(message, Kind::pong) && pong(message.pong);
        if (key == "hello") return kind(message, Kind::hello) && hello(message.hello);
        if (key == "describe") return kind(message, Kind::description) && description(message.description);
        return in_.skip();
    }

    static bool kind(ServerMessage& message, Kind value) {
        message.kind = value;
        return true;
    }

    bool frames(Frames& to) {
        to.first_index = 0;
        to.utterance = 0;
        to.media_samples.clear();
        Bytes raw;
        const bool read = fields([&](std::string_view key) {
            if (key == "first_index") return in_.integer(to.first_index);
            if (key == "utterance") return in_.integer(to.utterance);
            if (key == "media_samples") return media_samples(to.media_samples);
            if (key == "values") return in_.binary(raw);
            return in_.skip();
        });
        const std::size_t count = to.media_samples.size();
        if (!read || (count == 0 ? raw.size != 0 : raw.size % (4 * count) != 0)) return false;
        to.stride = count == 0 ? 0 : raw.size / (4 * count);
        to.values.resize(raw.size / 4);
        if (raw.size > 0) std::memcpy(to.values.data(), raw.data, raw.size);  // little-endian, as every host is
        return true;
    }

    bool media_samples(std::vector<std::uint64_t>& to) {
        std::uint32_t count = 0;
        if (!in_.array(count) || count > max_frames_in_message) return false;
        to.resize(count);
        for (std::uint64_t& sample : to) {
            if (!in_.integer(sample)) return false;
        }
        return true;
    }

    bool event(Event& to) {
        to.kind = EventKind::unknown;
        to.utterance = 0;
        to.frame_count = to.frame_index = to.media_sample = to.next_sample = 0;
        to.message = {};
        to.values.clear();
        return fields([&](std::string_view key) {
            if (key == "kind") return event_kind(to.kind);
            if (key == "utterance") return in_.integer(to.utterance);
            if (key == "frame_count") return in_.integer(to.frame_count);
            if (key == "frame_index") return in_.integer(to.frame_index);
            if (key == "media_sample") return in_.integer(to.media_sample);
            if (key == "next_sample") return in_.integer(to.next_sample);
            if (key == "message") return in_.text(to.message);
            if (key == "values") return named_values(to.values);
            return in_.skip();
        });
    }

    bool event_kind(EventKind& to) {
        constexpr auto last = static_cast<std::uint32_t>(EventKind::frames_dropped);
        if (!in_.at_text()) {
            std::uint32_t number = 0;
            if (!in_.integer(number)) return false;
            to = number <= last ? static_cast<EventKind>(number) : EventKind::unknown;
            return true;
        }
        std::string_view name;
        if (!in_.text(name)) return false;
        for (std::uint32_t number = 1; number <= last; ++number) {
            if (name_of(static_cast<EventKind>(number)) == name) to = static_cast<EventKind>(number);
        }
        return true;
    }

    bool named_values(std::vector<NamedValue>& to) {
        return fields([&](std::string_view key) {
            double value = 0.0;
            if (to.size() == max_names || !in_.number(value)) return false;
            to.push_back({key, static_cast<float>(value)});
            return true;
        });
    }

    bool error(Error& to) {
        to = Error{};
        return fields([&](std::string_view key) {
            if (key == "code") return in_.integer(to.code);
            if (key == "message") return in_.text(to.message);
            if (key == "session_closed") return in_.boolean(to.session_closed);
            if (key == "next_sample") return in_.integer(to.next_sample);
            if (key == "refused") return in_.text(to.refused);
            return in_.skip();
        });
    }

    bool resumed(Resumed& to) {
        to = Resumed{};
        return fields([&](std::string_view key) {
            if (key == "taken") return in_.integer(to.taken);
            if (key == "next_sample") return in_.integer(to.next_sample);
            return in_.skip();
        });
    }

    bool pong(Pong& to) {
        to = Pong{};
        return fields([&](std::string_view key) {
            if (key == "id") return in_.integer(to.id);
            if (key == "sent") return in_.number(to.sent);
            if (key == "received") return in_.number(to.received);
            if (key == "replied") return in_.number(to.replied);
            return in_.skip();
        });
    }

    bool hello(Hello& to) {
        to = Hello{};
        return fields([&](std::string_view key) {
            if (key == "version") return in_.integer(to.version);
            if (key == "server") return text(to.server);
            if (key == "limits") return limits(to.limits);
            return in_.skip();
        });
    }

    bool limits(Limits& to) {
        return fields([&](std::string_view key) {
            if (key == "max_sessions") return in_.integer(to.max_sessions);
            if (key == "max_chunk_bytes") return in_.integer(to.max_chunk_bytes);
            if (key == "max_message_bytes") return in_.integer(to.max_message_bytes);
            if (key == "max_buffered_seconds") return in_.number(to.max_buffered_seconds);
            if (key == "interrupt_history_seconds") return in_.number(to.interrupt_history_seconds);
            if (key == "max_resume_window_ms") return in_.integer(to.max_resume_window_ms);
            if (key == "max_idle_seconds") return in_.number(to.max_idle_seconds);
            if (key == "max_session_seconds") return in_.number(to.max_session_seconds);
            return in_.skip();
        });
    }

    bool opened(Opened& to) {
        to = Opened{};
        const bool read = fields([&](std::string_view key) {
            if (key == "rig") return text(to.rig);
            if (key == "controls") return names(to.controls);
            if (key == "minimum") return numbers(to.minimum);
            if (key == "maximum") return numbers(to.maximum);
            if (key == "bones") return names(to.bones);
            if (key == "stride") return in_.integer(to.stride);
            if (key == "frame_rate") return fraction(to.frame_rate.numerator, to.frame_rate.denominator);
            if (key == "look_ahead") return fraction(to.look_ahead.numerator, to.look_ahead.denominator);
            if (key == "blend_samples") return in_.integer(to.blend_samples);
            if (key == "sample_rate") return in_.integer(to.sample_rate);
            if (key == "seed") return in_.integer(to.seed);
            if (key == "resume_id") return text(to.resume_id);
            if (key == "resume_window_ms") return in_.integer(to.resume_window_ms);
            return in_.skip();
        });
        return read && to.stride == to.controls.size() + 4 * to.bones.size() && to.stride > 0;
    }

    template <class Number>
    bool fraction(Number& numerator, Number& denominator) {
        return fields([&](std::string_view key) {
            if (key == "numerator") return in_.integer(numerator);
            if (key == "denominator") return in_.integer(denominator);
            return in_.skip();
        });
    }

    bool description(Description& to) {
        to = Description{};
        return fields([&](std::string_view key) {
            if (key == "version") return text(to.version);
            if (key == "rigs") return named_items(to.rigs);
            if (key == "models") return named_items(to.models);
            if (key == "limits") return limits(to.limits);
            return in_.skip();
        });
    }

    // The `name` of each map in an array.
    bool named_items(std::vector<std::string>& to) {
        std::uint32_t count = 0;
        if (!in_.array(count) || count > max_names) return false;
        to.assign(count, std::string());
        for (std::string& name : to) {
            const bool read = fields([&](std::string_view key) { return key == "name" ? text(name) : in_.skip(); });
            if (!read) return false;
        }
        return true;
    }

    bool names(std::vector<std::string>& to) {
        std::uint32_t count = 0;
        if (!in_.array(count) || count > max_names) return false;
        to.assign(count, std::string());
        for (std::string& name : to) {
            if (!text(name)) return false;
        }
        return true;
    }

    bool numbers(std::vector<float>& to) {
        std::uint32_t count = 0;
        if (!in_.array(count) || count > max_names) return false;
        to.assign(count, 0.0F);
        for (float& number : to) {
            double value = 0.0;
            if (!in_.number(value)) return false;
            number = static_cast<float>(value);
        }
        return true;
    }

    bool text(std::string& to) {
        std::string_view view;
        if (!in_.text(view)) return false;
        to.assign(view);
        return true;
    }

    msgpack::Reader in_;
};

}  // namespace voxrig
