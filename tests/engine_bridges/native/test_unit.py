"""The core's own tests, by both compilers and under the sanitizers."""

import re
import subprocess
from pathlib import Path

import pytest
from native_build import FLAGS, NATIVE, compile_native

HERE = Path(__file__).parent


@pytest.mark.parametrize(
    ("compiler", "flags"),
    [
        ("clang++", ()),
        ("g++", ("-g1", "-fsanitize=address,undefined", "-fno-sanitize-recover=all")),
    ],
    ids=["clang++", "g++ with address and undefined-behaviour sanitizers"],
)
def test_the_core_by_itself(program, tmp_path, compiler, flags):
    sources = sorted((HERE / "unit").glob("*.cpp"))
    tests = compile_native(program(compiler), tmp_path / "unit", sources, "-O0", *flags)
    done = subprocess.run([tests], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    written = sum(source.read_text().count("\nTEST(") for source in sources)
    assert done.stdout.count("passed ") == written > 40


def test_threads_of_a_game_race_for_nothing(program, tmp_path, serving):
    game = compile_native(
        program("g++"), tmp_path / "game", [HERE / "threads" / "main.cpp"], "-O1", "-g1", "-fsanitize=thread"
    )
    done = subprocess.run([game, serving.host, str(serving.link_port)], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


_AROUND_THE_README = """
#include "voxrig/voxrig.h"
#include <string>
#include <vector>
void log(std::string_view);
void set_curve(const std::string&, float);
struct Socket {
    std::size_t send(const std::uint8_t*, std::size_t);
    std::size_t receive(std::uint8_t*);
    void shutdown_writing();
};
void game(const float* samples, std::size_t count, double device_position_in_media_samples, std::uint64_t media_sample,
          std::uint64_t sample_being_heard, std::uint8_t* buffer, const void* bytes, std::size_t size,
          Socket& my_socket, voxrig::Listener& listener) {
%s
}
"""


def test_what_the_readme_shows_compiles(program, tmp_path):
    blocks = re.findall(r"```cpp\n(.*?)```", (NATIVE / "README.md").read_text(), re.DOTALL)
    assert len(blocks) == 5
    opening, character, pose, more, own_sockets = (block.replace('#include "voxrig/voxrig.h"', "") for block in blocks)
    character = character.replace("connection.poll", "Character character;\nconnection.poll")
    source = tmp_path / "readme.cpp"
    source.write_text(_AROUND_THE_README % "\n".join((opening, character, pose, more, own_sockets)))
    command = [program("clang++"), "-fsyntax-only", *FLAGS, f"-I{NATIVE / 'include'}", str(source)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_only_one_file_knows_the_system():
    words = ("winsock", "sys/socket", "unistd", "windows.h", "arpa/inet")
    files = [path for path in NATIVE.rglob("*") if path.suffix in (".h", ".cpp")]
    knowing = [path.name for path in files if any(word in path.read_text() for word in words)]
    assert knowing == ["socket.cpp"]
