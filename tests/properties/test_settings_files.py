"""Settings and tokens from TOML: what is written is read, and any other file is refused by the reader's own error."""

from dataclasses import MISSING, fields
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from voxrig.runtime.serving.access.tokens import TokensError, read_tokens
from voxrig.runtime.serving.settings import Settings, SettingsError, load

GIVEN = {
    "port": st.integers(0, 65_535),
    "link": st.booleans(),
    "max_sessions": st.integers(1, 10_000),
    "max_buffered_seconds": st.floats(0.1, 1e6),
    "tick_ms": st.floats(0, 1000),
    "style": st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12),
    "send_to": st.lists(st.from_regex(r"\A[a-z0-9.]{1,9}\Z"), max_size=3),
    "drain_seconds": st.integers(0, 100),
}


def toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return f"[{', '.join(map(toml, value))}]"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return repr(value)


@given(st.fixed_dictionaries({}, optional=GIVEN))
def test_a_file_says_what_it_says(tmp_path: Path, given: dict[str, object]) -> None:
    path = tmp_path / "voxrig.toml"
    path.write_text("".join(f"{name} = {toml(value)}\n" for name, value in given.items()), encoding="utf-8")
    read = load(path)
    for field in fields(Settings):
        expected = given.get(field.name, field.default)
        assert expected is not MISSING
        assert getattr(read, field.name) == (tuple(expected) if isinstance(expected, list) else expected)


NAMES = st.sampled_from([field.name for field in fields(Settings)])
VALUES = st.sampled_from(
    ["1", "-1", "inf", "nan", '""', "true", "[]", "{}", "[1]", "0x10", "1e400", "1979-05-27", "'x'"]
)
LINES = st.lists(st.tuples(NAMES, VALUES).map(" = ".join) | st.text(max_size=12), max_size=4).map("\n".join)
HUGE = [f"tick_ms = 1{'0' * 400}", f"heard = 1{'0' * 400}", f"port = {'1' * 5000}", "models = " + "[" * 5000]


@settings(max_examples=250)
@given(LINES)
@example(HUGE[0])
@example(HUGE[1])
@example(HUGE[2])
@example(HUGE[3])
def test_any_text_is_settings_or_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "voxrig.toml"
    path.write_text(text, encoding="utf-8", newline="", errors="surrogatepass")
    try:
        read = load(path)
    except SettingsError as error:
        assert str(error)
    else:
        assert read.max_sessions > 0


@pytest.mark.parametrize("text", HUGE)
def test_numbers_beyond_all_bounds_are_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "voxrig.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError):
        load(path)


@given(
    st.text(max_size=60)
    | st.lists(st.sampled_from(["[[token]]\n", "name = 'a'\n", f"secret = '{'s' * 40}'\n", "x = 1\n"]), max_size=5).map(
        "".join
    )
)
@example(f"[[token]]\nmax_sessions = {'1' * 5000}")
@example("token = " + "[" * 5000)
def test_any_text_is_tokens_or_refused(text: str) -> None:
    try:
        tokens = read_tokens(text.encode("utf-8", "surrogatepass"))
    except TokensError as error:
        assert str(error)
    else:
        assert len({token.name for token in tokens}) == len(tokens) > 0
