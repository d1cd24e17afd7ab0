// The native core on a string, one command a line on standard input, one answer a line on standard output:
//   voxrig_puppet HOST PORT [WINDOW [KEEP [TOKEN]]]
//                               a client of the engine link at HOST:PORT, which comes back within WINDOW seconds (0:
//                               never) where it is lost, and keeps KEEP seconds of audio for that
//   voxrig_puppet --playout     playout alone
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string>

#include "live.h"
#include "playout.h"

namespace {

int play() {
    puppet::Playout playout;
    std::string text;
    while (std::getline(std::cin, text)) {
        const std::vector<std::string> line = puppet::words_of(text);
        if (line.empty()) continue;
        if (line[0] == "quit") return 0;
        if (!playout.obey(line)) {
            std::fprintf(stderr, "%s is no command of playout\n", text.c_str());
            return 2;
        }
        std::fflush(stdout);
    }
    return 0;
}

}  // namespace

int main(int count, char** given) {
    if (count == 2 && std::string(given[1]) == "--playout") return play();
    if (count < 3 || count > 6) {
        std::fprintf(stderr, "usage: voxrig_puppet HOST PORT [WINDOW [KEEP [TOKEN]]] | --playout\n");
        return 2;
    }
    voxrig::Endpoint endpoint;
    endpoint.host = given[1];
    endpoint.port = static_cast<std::uint16_t>(std::atoi(given[2]));
    endpoint.client = "Voxrig native puppet";
    endpoint.survival.window_seconds = count > 3 ? std::atof(given[3]) : 0.0;
    if (count > 4) endpoint.survival.keep_seconds = std::atof(given[4]);
    if (count > 5) endpoint.token = given[5];
    puppet::Live live(endpoint);
    const int code = live.run();
    std::fflush(stdout);
    std::_Exit(code);  // a thread still waits for standard input, and cannot be woken
}
