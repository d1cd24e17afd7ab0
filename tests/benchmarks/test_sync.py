"""How far the face is from the sound, in every language that has our playout, over the same simulated conditions.

`pytest tests/benchmarks/test_sync.py -m benchmarks -s` prints the table and writes out/sync.json and out/sync.html, a
page with the errors over time. All is simulated and deterministic; tests/engine_bridges/sync says what exactly.
"""

import importlib.util
import json
import math
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
BRIDGES = ROOT / "engine_bridges"
HOSTS = ROOT / "tests" / "engine_bridges"
sys.path.insert(0, str(HOSTS))

from sync.conditions import CONDITIONS, FPS  # noqa: E402
from sync.judge import Verdict, errors, judge  # noqa: E402
from sync.page import page_of  # noqa: E402
from sync.scenario import play  # noqa: E402

from voxrig.engine_bridges.compliance.client_playout import played, reference, require_same  # noqa: E402

pytestmark = pytest.mark.benchmarks

Player = Callable[[Sequence[str]], list[str]]
LANGUAGES = ("Python", "C++", "C#", "GDScript", "Blender", "JavaScript")


def fixtures_of(host: str) -> ModuleType:
    """Load the conftest of a host's tests, for its fixtures."""
    name = f"{host}_sync_fixtures"
    spec = importlib.util.spec_from_file_location(name, HOSTS / host / "conftest.py")
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


native_puppet = fixtures_of("native").native_puppet
compile_, core, unity_puppet = (getattr(fixtures_of("unity"), name) for name in ("compile_", "core", "unity_puppet"))
viewing, browser = (getattr(fixtures_of("viewer"), name) for name in ("viewing", "browser"))


def player(language: str, request: pytest.FixtureRequest) -> Player:
    """Return what plays lines in a language; skips where its programs are missing."""
    if language == "Python":
        return reference
    if language == "JavaScript":
        return _in_page(request)
    if language == "C++":
        command = [str(request.getfixturevalue("native_puppet"))]
    elif language == "C#":
        command = list(request.getfixturevalue("unity_puppet"))
    else:
        if language == "GDScript":
            request.getfixturevalue("program")("godot3-server")
        command = [sys.executable, str(BRIDGES / {"GDScript": "godot", "Blender": "blender"}[language] / "puppet.py")]
    return lambda lines: played(command, lines)


def _in_page(request: pytest.FixtureRequest) -> Player:
    page = request.getfixturevalue("browser").open(f"{request.getfixturevalue('viewing').url}app/puppet.js")
    request.addfinalizer(page.close)
    page.evaluate("import('/app/puppet.js').then(module => { window.createPuppet = module.createPuppet; })")
    return lambda lines: page.evaluate(f"{json.dumps(lines)}.flatMap(createPuppet())")


@pytest.fixture(scope="module")
def scenarios():
    return [play(condition) for condition in CONDITIONS]


@pytest.fixture(scope="module")
def table():
    """Verdicts by language and condition; printed and written when all languages are done."""
    verdicts: dict[str, dict[str, Verdict]] = {}
    yield verdicts
    if verdicts:
        out = ROOT / "out"
        out.mkdir(exist_ok=True)
        told = {language: {name: v._asdict() for name, v in row.items()} for language, row in verdicts.items()}
        (out / "sync.json").write_text(json.dumps(told, indent=1), "utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_face_keeps_to_the_sound(language, request, scenarios, table, capsys):
    play_lines = player(language, request)
    table[language] = {}
    for scenario in scenarios:
        answers = play_lines(scenario.lines)
        table[language][scenario.condition.name] = judge(scenario, answers)
        require_same(scenario.lines, reference(scenario.lines), answers)
    with capsys.disabled():
        print(f"\n{language}\n{rows_of(table[language])}")
    assert min(verdict.near for verdict in table[language].values()) >= 0.999


def test_the_page_shows_errors_over_time(scenarios):
    tracks = []
    for scenario in scenarios:
        off = errors(scenario, reference(scenario.lines))
        points = [
            (show.now, None if math.isnan(error) else error * 1000.0, show.is_there and show.is_settled)
            for show, error in zip(scenario.shows, off, strict=True)
        ]
        tracks.append((scenario.condition.name, points))
    out = ROOT / "out"
    out.mkdir(exist_ok=True)
    (out / "sync.html").write_text(page_of(tracks, 1000.0 / FPS), "utf-8")


def rows_of(verdicts: dict[str, Verdict]) -> str:
    """Return a table for people: shares in per cent, errors in milliseconds."""
    lines = [
        f"{'condition':44} {'(a) near %':>10} {'left out %':>10} {'(b) always %':>12} {'mean ms':>8} {'worst ms':>8}"
    ]
    for name, v in verdicts.items():
        left_out = 100.0 * v.left_out / v.pictures
        shares = f"{100.0 * v.near:10.3f} {left_out:10.2f} {100.0 * v.near_always:12.2f}"
        lines.append(f"{name:44} {shares} {1000.0 * v.mean:8.1f} {1000.0 * v.worst:8.1f}")
    return "\n".join(lines)
