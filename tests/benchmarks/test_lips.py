"""How well do the lips read? Voxrig's bundles beside others, on the same clips kept out of training, by one scorer.

    python -m pytest tests/benchmarks/test_lips.py -m benchmarks -s

The scorer poses ARKit weights on a head and measures the gap between its lips, so that a rig is judged by what is seen.
More bundles are scored with VOXRIG_BUNDLES=PATH,PATH; a path that follows the name of a data set, as in
VOXRIG_BUNDLES=grid_s1=PATH,emodb=PATH, is a model that never trained on it, and is scored on all of it. For a quick
look, VOXRIG_CLIPS=8 takes at most so many clips of each set.
The tables go to out/ too, as lips.json, lips.html and lips.md.
"""

import os
from importlib.util import find_spec
from pathlib import Path

import pytest
from side_by_side import clips, report
from side_by_side.animators import Animator, Captured, Loudness, Perfect, Voxrig
from side_by_side.clips import Sound
from side_by_side.lips import load_head, verify
from side_by_side.look_ahead import measured
from side_by_side.peers import HeadAudio, PeerMissingError, Pylipsync
from side_by_side.report import Board
from side_by_side.summary import Row, summarise

from voxrig.runtime.models import bundle

OUT = Path(__file__).parents[2] / "out"
CLIPS = int(os.environ.get("VOXRIG_CLIPS", "0")) or None
BUNDLES = [entry for entry in os.environ.get("VOXRIG_BUNDLES", "").split(",") if entry]

pytestmark = [
    pytest.mark.benchmarks,
    pytest.mark.skipif(find_spec("PIL") is None, reason="the scoring tool needs pillow: pip install pillow"),
    pytest.mark.skipif(
        not clips.SHARED.is_dir(), reason="the evaluation speech (../shared) is not beside this checkout"
    ),
]

judged = pytest.mark.skipif(CLIPS is not None, reason=f"{CLIPS} clips of each set are too few to judge by")


def animators() -> tuple[list[Animator], dict[str, list[Animator]], dict[str, str]]:
    """Those for every set, those for the whole of a data set that they never trained on, and those left out and why."""
    ours: list[Animator] = [Voxrig(name, bundle.load(name)) for name in bundle.shipped()]
    without: dict[str, list[Animator]] = {}
    for entry in BUNDLES:
        dataset, _, path = entry.rpartition("=")
        name = "/".join(Path(path).resolve().parts[-2:])
        if dataset:
            without.setdefault(dataset, []).append(Voxrig(f"{name} without {dataset}", bundle.load(path)))
        else:
            ours.append(Voxrig(name, bundle.load(path)))
    others: list[Animator] = []
    left_out = {}
    for peer in (HeadAudio, Pylipsync):
        try:
            others.append(peer.install())
        except PeerMissingError as missing:
            left_out[peer.name] = str(missing)
    others += [Loudness(), Perfect()]
    return ours + others, {dataset: [*models, *others] for dataset, models in without.items()}, left_out


def compare(players: list[Animator], sounds: list[Sound]) -> dict[str, Row]:
    """Score every animator on the same sounds."""
    head = load_head()
    rows: dict[str, Row] = {}
    for player in players:
        performance = player.play(sounds)
        cost = performance.cpu_seconds
        for name, takes in performance.takes.items():
            rows[name] = summarise([head.score(take, s.clip) for take, s in zip(takes, sounds, strict=True)])
            if cost is not None:
                rows[name]["cpu_ms"] = 1000 * cost / sum(s.seconds for s in sounds)
    return rows


@pytest.fixture(scope="module")
def board() -> Board:
    players, without, left_out = animators()
    sets = clips.standard_sets(CLIPS)
    work = [(title, sounds, players) for title, sounds in sets.items()]
    for dataset, models in without.items():
        work += [(title, sounds, models) for title, sounds in clips.whole_set(dataset, CLIPS).items()]
    some = sets[clips.CLEAN][0]
    for take in players[0].play([some]).takes.values():
        verify(load_head(), take[0])
    facts = {
        player.name: {"documented": player.documented, "measured_ms": measured(player, some)}
        for player in {p.name: p for _, _, group in work for p in group}.values()
    }
    rows = {}
    for title, sounds, group in work:
        tracked = sounds[0].clip.captured is not None
        rows[title] = compare([*group, Captured()] if tracked else group, sounds)
    return Board(facts, {title: len(sounds) for title, sounds, _ in work}, rows, left_out)


def test_every_set_is_scored(board: Board, capsys: pytest.CaptureFixture[str]) -> None:
    report.write(board, OUT)
    with capsys.disabled():
        report.show(board)
    for title, rows in board.rows.items():
        assert all("closure_recall" in row and "lag_ms" in row for row in rows.values()), title
        assert {"loudness", "perfect visemes"} < set(rows), title


@judged
def test_lips_follow_words_and_not_loudness(board: Board) -> None:
    for title in (clips.CLEAN, clips.LJSPEECH):
        live, loud = board.rows[title]["live"], board.rows[title]["loudness"]
        assert live["closure_recall"] > loud["closure_recall"], title
        assert live["openness_rho"] > loud["openness_rho"], title
        assert abs(live["lag_ms"]) <= 50, title
    # Measured .9 and above; loudness alone gives about a half and cannot round.
    held = board.rows[clips.CLEAN]["live"]
    assert held["closure_recall"] >= 0.75
    assert held["rounding_auc"] >= 0.9
    assert held["openness_rho"] >= 0.5


@judged
def test_viseme_table_is_not_to_blame(board: Board) -> None:
    """Shown by the labels, the visemes of the other animators read as well as can be."""
    for title in (clips.CLEAN, clips.EMODB, clips.GRID):
        perfect = board.rows[title]["perfect visemes"]
        assert perfect["closure_recall"] >= 0.95, title
        assert perfect["dental_auc"] >= 0.9, title
        assert perfect["rounding_auc"] >= 0.9, title


@judged
@pytest.mark.parametrize("peer", [HeadAudio, Pylipsync])
def test_lips_meet_more_often_than_a_peers(board: Board, peer: type[HeadAudio] | type[Pylipsync]) -> None:
    if peer.name in board.left_out:
        pytest.skip(f"{peer.name}: {board.left_out[peer.name]}")
    for title in (clips.CLEAN, clips.TELEPHONE, clips.EMODB, clips.GRID):
        rows = board.rows[title]
        for shown in (name for name in rows if name.startswith(peer.name)):
            assert rows["live"]["closure_recall"] > rows[shown]["closure_recall"], (title, shown)
            assert rows["live"]["rounding_auc"] > rows[shown]["rounding_auc"], (title, shown)
