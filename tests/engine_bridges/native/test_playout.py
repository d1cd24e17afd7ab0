"""The core's playout decides as the Python reference does, in scenarios drawn at random."""

import random
import subprocess

import pytest

from voxrig.engine_bridges.compliance.playout_puppet import PlayoutPuppet

RATE = 16_000


def scenario(seed: int) -> list[str]:
    """Draw lines of the puppet protocol: a session of a few hundred pictures with everything that can go wrong."""
    draw = random.Random(seed)
    controls, bones = draw.choice([(1, 0), (3, 1), (0, 2), (61, 0), (5, 3)])
    capacity = draw.choice([2, 5, 40, 400])
    hold, ease = draw.choice([0.0, 0.05, 0.1]), draw.choice([0.0, 0.2, 0.4])
    lines = [f"buffer {controls} {bones} {RATE} {capacity} {hold} {ease}"]
    now, device, index, ahead = draw.uniform(0.0, 1e5), 0.0, 0, draw.uniform(0.0, 0.3)
    playing, drift, buffered = True, draw.uniform(0.99, 1.01), draw.choice([160, 256, 512, 1024])
    for _ in range(400):
        passed = max(0.001, draw.gauss(1 / 60, 0.004))
        now += passed
        if playing:
            device += passed * drift * RATE
        event = draw.random()
        if event < 0.01:
            playing = not playing
        elif event < 0.015:
            device = max(0.0, device + draw.uniform(-1.0, 1.0) * RATE)
        elif event < 0.03:
            ahead = draw.uniform(-0.3, 0.4)
        elif event < 0.04:
            index = max(0, index - draw.randrange(20))
            lines.append(f"cut {index}")
        elif event < 0.06:
            lines.append(_frame(draw, max(0, index - draw.randrange(1, 4)), controls, bones))
        elif event < 0.07:
            index += draw.randrange(1, 30)
        while index * RATE // 60 <= device + ahead * RATE:
            lines.append(_frame(draw, index, controls, bones))
            lines.append(f"arrived {now!r} {now - draw.expovariate(10.0)!r}")
            index += 1
        lines += [f"report {now!r} {device // buffered * buffered!r}", f"show {now + draw.uniform(0.0, 0.02)!r}"]
        if draw.random() < 0.05:
            lines += [f"sample {device + draw.uniform(-2000.0, 2000.0)!r}", "delay"]
        if draw.random() < 0.05:
            lines.append(f"sample {float(max(0, index - draw.randrange(4)) * RATE // 60)!r}")  # a frame's own
    return [*lines, "delay", "counts"]


def _frame(draw: random.Random, index: int, controls: int, bones: int) -> str:
    values = [draw.uniform(-1.0, 1.0) for _ in range(controls)]
    for _ in range(bones):
        turn = [draw.gauss(0.0, 1.0) for _ in range(4)]
        length = sum(part * part for part in turn) ** 0.5
        values += [part / length for part in turn]
    return " ".join((f"frame {index} {index * RATE // 60}", *(f"{value:.9g}" for value in values)))


@pytest.mark.parametrize("seed", range(12))
def test_it_decides_as_the_reference_does(native_puppet, seed):
    lines = scenario(seed)
    reference = PlayoutPuppet()
    wanted = [answer for line in lines for answer in reference.obey(line)]
    done = subprocess.run(
        [native_puppet, "--playout"], input="\n".join([*lines, "quit"]), capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    told = done.stdout.splitlines()
    assert [line.split()[0] for line in told] == [line.split()[0] for line in wanted]
    for line, expected in zip(told, wanted, strict=True):
        word, *numbers = line.split()
        _, *right = expected.split()
        exact = {"shown": 1, "sampled": 0}.get(word, len(right))  # what comes before the values of a pose
        assert list(map(float, numbers[:exact])) == list(map(float, right[:exact])), (line, expected)
        assert list(map(float, numbers[exact:])) == pytest.approx(list(map(float, right[exact:])), abs=1e-6, rel=1e-6)


def test_the_scenarios_have_everything_in_them():
    sums = [0] * 13
    refused = 0
    for seed in range(12):
        reference = PlayoutPuppet()
        answers = [answer for line in scenario(seed) for answer in reference.obey(line)]
        refused += sum(answer.startswith("refused") for answer in answers)
        sums = [total + int(count) for total, count in zip(sums, answers[-1].split()[1:], strict=True)]
    assert min(sums) > 0, sums
    assert refused > 0


def test_a_buffer_of_one_frame_is_refused(native_puppet):
    done = subprocess.run(
        [native_puppet, "--playout"], input="buffer 1 0 16000 1 0.1 0.2\n", capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 2
