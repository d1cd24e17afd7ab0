"""What a client must bear: servers that are nasty in every legal way, and servers that fail."""

from voxrig.engine_bridges.compliance.client_subject import Subject
from voxrig.engine_bridges.compliance.manner import Manner
from voxrig.engine_bridges.compliance.program import Program
from voxrig.engine_bridges.compliance.rule import require
from voxrig.engine_bridges.compliance.scripted_server import Fault


def packets_are_told_as_they_are(client: Subject) -> None:
    """Frames, events and errors are told in the order sent, each once, with every number as it was."""
    client.against_script(_conversation, 1, 2, 3)


def packets_in_single_bytes(client: Subject) -> None:
    """Packets come in any pieces: single bytes."""
    client.against_script(_short, 1, manner=Manner(piece=1))


def packets_in_odd_pieces(client: Subject) -> None:
    """Packets come in any pieces: 13 bytes, which divides no header."""
    client.against_script(_conversation, 1, 2, 3, manner=Manner(piece=13))


def many_packets_at_once(client: Subject) -> None:
    """Many packets may come in one piece."""
    client.against_script(_conversation, 1, 2, 3, manner=Manner(gather=1_000))


def unknown_kinds_and_keys_are_ignored(client: Subject) -> None:
    """Keys, kinds of messages and kinds of events of later versions are ignored, and pongs that nobody asked for."""
    client.against_script(_conversation, 1, 2, 3, manner=Manner(noise=True, gather=3))


def numbers_in_their_longest_form(client: Subject) -> None:
    """Any legal form of msgpack is read: each number in 64 bits, each text and list with a length of 32 bits."""
    client.against_script(_conversation, 1, 2, 3, manner=Manner(wide=True, noise=True))


def a_slow_server(client: Subject) -> None:
    """A server may take its time before every packet."""
    client.against_script(_short, 1, manner=Manner(pause=0.05))


def errors_that_come_late(client: Subject) -> None:
    """An error may come long after the message it refuses."""
    client.against_script(_conversation, 1, 2, 3, manner=Manner(late_errors=True))


def large_messages_of_frames(client: Subject) -> None:
    """A message has up to about 1 MiB: thousands of frames in one."""

    def script(program: Program) -> None:
        program.answer("hello")
        program.say("open 1 arkit 240 1 8000 1")
        program.say(f"audio 1 0 {bytes(2 * 8_000 * 50).hex()}", "close 1", "done")

    client.against_script(script, 1, manner=Manner(noise=True))


def samples_beyond_32_bits(client: Subject) -> None:
    """Samples and frames are counted in 64 bits."""

    def script(program: Program) -> None:
        program.answer("hello")
        program.say("open 1 arkit 1 4294967295 8000 1", "audio 1 0 0000", "end 1 1099511627776", "close 1", "done")

    client.against_script(script, 1)


def pongs_come_between_frames(client: Subject) -> None:
    """Pings are answered whenever they come, and frames go on."""

    def script(program: Program) -> None:
        program.answer("hello")
        program.say("open 1 arkit 60 1 8000 1")
        for number in range(5):
            program.say(f"audio 1 {800 * number} {bytes(1600).hex()}", "ping")
        for _ in range(5):
            require(float(program.answer("pong").split()[1]) >= 0.0, "a round trip of less than nothing was told")
        program.say("close 1", "done")

    client.against_script(script, 1, manner=Manner(noise=True))


def a_server_that_dies_within_a_packet(client: Subject) -> None:
    """A connection that ends within a packet is lost: the client says `lost` and ends, with the frames before told."""

    def script(program: Program) -> None:
        program.answer("hello")
        program.say("open 1 arkit 60 1 8000 1", f"audio 1 0 {bytes(1600).hex()}", f"audio 1 800 {bytes(1600).hex()}")

    told = client.against_fault(script, Fault(dies_after=7))
    frames = [line for line in told if line.startswith("frame 1 ")]
    require(len(frames) == 6, f"{len(frames)} frames were told, not the 6 that came whole")


def a_server_that_gives_up(client: Subject) -> None:
    """An error without `session` is the connection's: `error - CODE ...`, then `lost`."""

    def script(program: Program) -> None:
        program.answer("hello")
        program.say("open 1 arkit 60 1 8000 1", f"audio 1 0 {bytes(1600).hex()}")

    told = client.against_fault(script, Fault(gives_up_after=6))
    errors = [line for line in told if line.startswith("error - 13 ")]
    require(len(errors) == 1, f"`error - 13` was told {len(errors)} times; the last lines are {told[-3:]}")


def a_server_that_refuses_the_hello(client: Subject) -> None:
    """A server of another version refuses the connection: the client says so, `lost`, and ends."""

    def script(program: Program) -> None:
        program.say("done")

    told = client.against_fault(script, Fault(in_hello=True))
    require(any(line.startswith("error - 12 ") for line in told), f"`error - 12` was not told: {told}")
    require(not any(line.startswith("hello") for line in told), "`hello` was told, though the server refused")


def a_server_that_dies_after_done(client: Subject) -> None:
    """Also after `done` a connection that breaks is lost, not done."""

    def script(program: Program) -> None:
        program.answer("hello")
        program.say("open 1 arkit 60 1 8000 1", f"audio 1 0 {bytes(1600).hex()}", "end 1 8000", "done")

    client.against_fault(script, Fault(dies_after=10))


def _short(program: Program) -> None:
    """One session, briefly."""
    program.answer("hello")
    program.say("open 1 arkit 60 1 8000 1", f"audio 1 0 {bytes(800).hex()}", "end 1 100", "close 1", "done")


def _conversation(program: Program) -> None:
    """Two sessions with all that can happen."""
    program.answer("hello")
    program.say("open 1 arkit 30000 1001 44100 9", "open 2 metahuman 50 1 16000 0 option=värde")
    program.say(
        "end 1 0", f"audio 1 7 {bytes(40).hex()}", f"audio 1 0 {bytes(8_820).hex()}", "cue 1 12345 joy a=0.5 b=-1"
    )
    program.say(f"audio 2 0 {bytes(6_400).hex()}", "end 2 320", f"audio 2 3520 {bytes(3_200).hex()}", "end 2 0")
    program.answer("event", "2", "UTTERANCE_ENDED", "1")
    program.say("interrupt 2 1600")
    program.answer("event", "2", "INTERRUPTED")
    program.say(f"audio 2 3520 {bytes(3_200).hex()}", "end 1 5", "interrupt 1", "close 2", "close 1")
    program.answer("event", "1", "CLOSED")
    program.say("open 3 arkit 60 1 8000 3", f"audio 3 0 {bytes(1_600).hex()}", "done")


CASES = (
    packets_are_told_as_they_are,
    packets_in_single_bytes,
    packets_in_odd_pieces,
    many_packets_at_once,
    unknown_kinds_and_keys_are_ignored,
    numbers_in_their_longest_form,
    a_slow_server,
    errors_that_come_late,
    large_messages_of_frames,
    samples_beyond_32_bits,
    pongs_come_between_frames,
    a_server_that_dies_within_a_packet,
    a_server_that_gives_up,
    a_server_that_refuses_the_hello,
    a_server_that_dies_after_done,
)
