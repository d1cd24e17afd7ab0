"""Whether a playout decides as the reference does, over scenarios drawn by chance."""

import math
import random
from collections.abc import Callable, Sequence

from voxrig.engine_bridges.compliance.client_subject import Subject, told_by
from voxrig.engine_bridges.compliance.playout_puppet import PlayoutPuppet
from voxrig.engine_bridges.compliance.program import Program
from voxrig.engine_bridges.compliance.rule import require

_NEAR = 2e-6
"""By which values may differ, absolutely and in proportion: float32 in another order of operations."""


def scenario(seed: int, controls: int, bones: int, rate: int, capacity: int) -> list[str]:
    """Return lines in which everything happens that can: bursts, gaps, losses, cuts, pauses, jumps, late frames."""
    chance = random.Random(seed)
    fps = chance.choice((24, 30, 50, 60))
    lines = [f"buffer {controls} {bones} {rate} {capacity} {chance.choice((0.05, 0.1))} {chance.choice((0.0, 0.2))}"]
    now, index, position, moving = chance.uniform(0.0, 100.0), 0, 0.0, True
    grain = chance.choice((1, 256, 512, 1024))
    for _ in range(400):
        now += chance.uniform(0.004, 0.03) if chance.random() > 0.01 else chance.uniform(0.1, 2.0)
        if moving:
            position += rate * chance.uniform(0.004, 0.03)
        event = chance.random()
        if event < 0.5:
            for _ in range(chance.randrange(4)):
                index += chance.choice((1, 1, 1, 1, 2, -1)) if index else 1
                lines.append(_frame(chance, index, index * rate // fps, controls, bones))
                lines.append(f"arrived {now!r} {now - chance.uniform(0.0, 0.3)!r}")
        elif event < 0.53:
            moving = not moving
        elif event < 0.55:
            index = max(0, index - chance.randrange(6))
            lines.append(f"cut {index}")
        elif event < 0.57:
            position = max(0.0, position + rate * chance.uniform(-0.3, 0.5))
        elif event < 0.6:
            lines.append("delay")
        elif event < 0.62:
            index = max(index, int(position / rate * fps) + chance.randrange(6))
        lines.append(f"report {now!r} {int(position) // grain * grain}")
        lines.append(f"show {now!r}" if event < 0.9 else f"sample {position!r}")
    return [*lines, "counts", "delay"]


def _frame(chance: random.Random, index: int, sample: int, controls: int, bones: int) -> str:
    values = [f"{chance.uniform(-1.0, 1.0):.9g}" for _ in range(controls)]
    for _ in range(bones):
        turn = [chance.gauss(0.0, 1.0) for _ in range(4)]
        length = math.sqrt(sum(part * part for part in turn))
        values += [f"{part / length:.9g}" for part in turn]
    return " ".join((f"frame {index} {sample}", *values))


def reference(lines: Sequence[str]) -> list[str]:
    """Return what the Python playout answers."""
    puppet = PlayoutPuppet()
    return [answer for line in lines for answer in puppet.obey(line)]


def require_same(lines: Sequence[str], wanted: Sequence[str], told: Sequence[str]) -> None:
    """Raise RuleBrokenError unless a playout decided as the reference did.

    Counts and refusals must be the same, times to 1e-9 of them, values to 2e-6: what other orders of rounding may give.
    """
    for number, (right, given) in enumerate(zip(wanted, told, strict=False), 1):
        left_words, right_words = right.split(), given.split()
        same = len(left_words) == len(right_words) and left_words[0] == right_words[0]
        if same and left_words[0] in ("counts", "refused"):
            same = left_words == right_words
        elif same:
            same = all(_near(a, b) for a, b in zip(left_words[1:], right_words[1:], strict=True))
            same &= left_words[0] == "sampled" or math.isclose(
                float(left_words[1]), float(right_words[1]), rel_tol=1e-9, abs_tol=1e-6
            )
        require(same, f"answer {number} of {lines[0]!r} is {given!r:.300}, not {right!r:.300}")
    require(len(told) == len(wanted), f"{len(told)} answers came to {lines[0]!r}, not {len(wanted)}")


def _near(left: str, right: str) -> bool:
    a, b = float(left), float(right)
    return math.isclose(a, b, rel_tol=_NEAR, abs_tol=_NEAR)


def played(command: Sequence[str], lines: Sequence[str]) -> list[str]:
    """Return what a puppet in playout mode answers to lines."""

    def script(program: Program) -> None:
        program.say(*lines, "quit")

    return told_by((*command, "--playout"), script)


def _case(name: str, rule: str, *settings: tuple[int, int, int, int]) -> Callable[[Subject], None]:
    def case(client: Subject) -> None:
        lines = [line for number, setting in enumerate(settings) for line in scenario(number, *setting)]
        require_same(lines, reference(lines), played(client.command, lines))

    case.__name__, case.__doc__ = name, rule
    return case


CASES = (
    _case(
        "playout_decides_as_the_reference",
        "What is shown, held, rested, waited for, late, skipped and refused is the reference playout's decision.",
        *((3, 0, 48_000, 64), (1, 0, 16_000, 256), (2, 0, 24_000, 8), (5, 0, 44_100, 2)) * 3,
    ),
    _case(
        "playout_turns_bones_the_short_way",
        "Controls are blended linearly, bones along the shorter arc, and stay of unit length.",
        *((2, 3, 48_000, 64), (0, 1, 16_000, 32)) * 3,
    ),
)
