"""The core's playout decides as the Python reference does, in scenarios drawn at random."""

import random
import subprocess

import pytest

from voxrig.engine_bridges.compliance.playout_puppet import PlayoutPuppet

RATE = 24_000
SEEDS = range(10)


def scenario(seed: int) -> list[str]:
    """Draw pictures at about 60/s, with frames that come early, late, twice and not, cuts, pauses and jumps."""
    draw = random.Random(seed)
    controls, bones = draw.choice([(1, 0), (3, 1), (0, 2), (61, 0)])
    lines = [f"buffer {controls} {bones} {RATE} {draw.choice([2, 8, 300])} {draw.choice([0.0, 0.1])} 0.2"]
    now, device, index, early = draw.uniform(0.0, 1e5), 0.0, 0, 0.1
    speed, grain, plays = draw.uniform(0.99, 1.01), draw.choice([256, 480, 1024]), True

    def frame(number: int) -> None:
        turns = [draw.gauss(0.0, 1.0) for _ in range(4 * bones)]
        values = [*(draw.random() for _ in range(controls)), *turns]
        lines.append(f"frame {number} {number * RATE // 60} " + " ".join(f"{value:.9g}" for value in values))

    for _ in range(350):
        passed = max(0.002, draw.gauss(1 / 60, 0.005))
        now += passed
        device += passed * speed * RATE * plays
        match draw.randrange(100):
            case 0 | 1:
                plays = not plays
            case 2:
                device = max(0.0, device + draw.uniform(-0.5, 0.5) * RATE)
            case 3 | 4:
                early = draw.uniform(-0.3, 0.4)
            case 5:
                index = max(0, index - draw.randrange(20))
                lines.append(f"cut {index}")
            case 6:
                index += draw.randrange(25)
            case 7 | 8:
                frame(max(0, index - 2))  # one that came before
        while index * RATE / 60 <= device + early * RATE:
            frame(index)
            lines.append(f"arrived {now!r} {now - draw.expovariate(8.0)!r}")
            index += 1
        lines += [f"report {now!r} {device // grain * grain!r}", f"show {now + draw.uniform(0.0, 0.02)!r}"]
        if draw.random() < 0.1:
            lines += [f"sample {float(max(0, index - draw.randrange(3)) * RATE // 60)!r}", "delay"]
    return [*lines, "counts"]


@pytest.mark.parametrize("seed", SEEDS)
def test_it_decides_as_the_reference_does(unity_puppet, seed):
    lines = scenario(seed)
    reference = PlayoutPuppet()
    wanted = [answer.split() for line in lines for answer in reference.obey(line)]
    done = subprocess.run(
        [*unity_puppet, "--playout"],
        input="\n".join([*lines, "quit\n"]),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = [line.split() for line in done.stdout.splitlines()]
    assert [words[0] for words in told] == [words[0] for words in wanted]
    for left, right in zip(told, wanted, strict=True):
        exact = {"shown": 2, "sampled": 1}.get(right[0], len(right))  # the rest are the values of a pose
        assert list(map(float, left[1:exact])) == list(map(float, right[1:exact])), (left, right)
        assert list(map(float, left[exact:])) == pytest.approx(list(map(float, right[exact:])), abs=1e-6)


def test_the_scenarios_have_everything_in_them():
    sums, refused = [0] * 13, 0
    for seed in SEEDS:
        reference = PlayoutPuppet()
        answers = [answer for line in scenario(seed) for answer in reference.obey(line)]
        refused += sum(answer.startswith("refused") for answer in answers)
        sums = [total + int(count) for total, count in zip(sums, answers[-1].split()[1:], strict=True)]
    assert min(sums) > 0, sums
    assert refused > 0


def test_wrong_commands_are_refused(unity_puppet):
    for line in ("buffer 1 0 16000 1 0.1 0.2", "sing"):
        done = subprocess.run(
            [*unity_puppet, "--playout"], input=line + "\n", capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 2
        assert done.stderr
