// The option `body` of a session as text.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>

namespace voxrig {
namespace plugin {

struct BodyOption {
    bool torso = true;
    bool arms = true;
    bool fingers = true;
    bool legs = true;
    double energy = 0.0;  // these are -1 to 1; 0 is usual
    double space = 0.0;
    double rate = 0.0;
    double openness = 0.0;
    double handedness = 0.0;
    bool sitting = false;
    bool mirror = false;
};

// "on", or such as "torso,arms,energy=0.5,sitting"; "off" without any part.
inline std::string body_option(const BodyOption& body) {
    if (!body.torso && !body.arms && !body.fingers && !body.legs) return "off";
    std::string text;
    const auto add = [&text](std::string_view word) {
        if (!text.empty()) text += ',';
        text += word;
    };
    const auto dial = [&add](const char* name, double value) {
        const double most = value < 1.0 ? value : 1.0;
        if (value == 0.0 || !(value == value)) return;
        // In thousandths, by hand: printf's decimal sign is the machine's.
        const int thousandths = static_cast<int>((most > -1.0 ? most : -1.0) * 1000.0 + (most < 0.0 ? -0.5 : 0.5));
        const int whole = thousandths < 0 ? -thousandths : thousandths;
        char number[32];
        std::snprintf(number, sizeof number, "%s=%s%d.%03d", name, thousandths < 0 ? "-" : "", whole / 1000, whole % 1000);
        add(number);
    };
    if (body.torso && body.arms && body.fingers && body.legs) {
        add("on");
    } else {
        if (body.torso) add("torso");
        if (body.arms) add("arms");
        if (body.fingers) add("fingers");
        if (body.legs) add("legs");
    }
    dial("energy", body.energy);
    dial("space", body.space);
    dial("rate", body.rate);
    dial("openness", body.openness);
    dial("handedness", body.handedness);
    if (body.sitting) add("sitting");
    if (body.mirror) add("mirror");
    return text;
}

}  // namespace plugin
}  // namespace voxrig
