"""Lists of tokens: read, refused without a word of what they have, changed as text."""

import hashlib

import pytest

from voxrig.runtime.serving.access.token_file import entry, with_entry, without_entry
from voxrig.runtime.serving.access.token_source import TokenSource
from voxrig.runtime.serving.access.tokens import TokensError, read_tokens, read_variable

SECRET = "a-secret-of-some-length"
HASH = hashlib.sha256(SECRET.encode()).hexdigest()
NAMED = '[[token]]\nname = "a"\n'


def test_a_secret_its_hash_and_a_certificate():
    text = (
        f'{NAMED}secret = "{SECRET}"\nmax_sessions = 3\n[[token]]\nname="c"\ncertificate = "render-7"\n'
        "audio_seconds_per_hour = 1.5"
    )
    first, second = read_tokens(text.encode())
    assert first.digest == bytes.fromhex(HASH)
    assert (first.max_connections, first.max_sessions, first.audio_seconds_per_hour) == (None, 3, None)
    assert (second.certificate, second.digest, second.audio_seconds_per_hour) == ("render-7", b"", 1.5)
    assert read_tokens(f'{NAMED}sha256 = "{HASH.upper()}"'.encode())[0].digest == first.digest


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", r"\[\[token\]\] tables"),
        ("token = 3", r"\[\[token\]\] tables"),
        ("token = [3]", r"\[\[token\]\] tables"),
        (f'other = 1\n{NAMED}secret = "{SECRET}"', "nothing else"),
        (f'{NAMED}secret = "{SECRET}', r"not TOML \(at end of document"),
        (f'[[token]]\nsecret = "{SECRET}"', "token 1 needs a name"),
        (f'[[token]]\nname = "a b"\nsecret = "{SECRET}"', "token 1 needs a name"),
        (f'[[token]]\nname = "a\\nb"\nsecret = "{SECRET}"', "token 1 needs a name"),
        (NAMED, "one of sha256, secret and certificate"),
        (f'{NAMED}secret = "{SECRET}"\nsha256 = "{HASH}"', "one of sha256"),
        (f'{NAMED}secret = "short-secret"', "too short"),
        (f'{NAMED}secret = "{SECRET} {SECRET}"', "too short or no text"),
        (f'{NAMED}sha256 = "{SECRET}"', "64 hexadecimal"),
        (f'{NAMED}sha256 = "{HASH}0"', "64 hexadecimal"),
        (f'{NAMED}certificate = ""', "no common name"),
        (f'{NAMED}secret = "{SECRET}"\nmax_session = 2', "unknown; there are name"),
        (f'{NAMED}secret = "{SECRET}"\nmax_sessions = -1', "max_sessions that is no number"),
        (f'{NAMED}secret = "{SECRET}"\nmax_sessions = true', "max_sessions that is no number"),
        (f'{NAMED}secret = "{SECRET}"\naudio_seconds_per_hour = inf', "no number"),
        (f'{NAMED}secret = "{SECRET}"\naudio_seconds_per_hour = nan', "no number"),
        (f'{NAMED}secret = "{SECRET}"\n[[token]]\nname = "a"\ncertificate = "b"', "the same name"),
        (f'{NAMED}secret = "{SECRET}"\n[[token]]\nname = "b"\nsha256 = "{HASH}"', "the same secret"),
    ],
)
def test_what_is_no_list_is_told_by_its_place_alone(text, told):
    with pytest.raises(TokensError, match=told) as error:
        read_tokens(text.encode())
    for secret in (SECRET, HASH, "short-secret"):
        assert secret not in f"{error.value!r} {error.value.__cause__!r}"


@pytest.mark.parametrize("content", [b"\xff\xfe", b"\0" * 64, b"[" * 100_000, b"a" * ((1 << 20) + 1)])
def test_bytes_that_are_no_text(content):
    with pytest.raises(TokensError):
        read_tokens(content)


def test_a_variable():
    tokens = read_variable(f"one:{SECRET}  two:other:{SECRET}\n")
    assert [token.name for token in tokens] == ["one", "two"]
    for text in ("", " ", SECRET, f"one {SECRET}", f"one:{SECRET} one:x{SECRET}", f":{SECRET}"):
        with pytest.raises(TokensError) as error:
            read_variable(text)
        assert SECRET not in str(error.value)


def test_a_file_is_read_again_when_it_has_changed_and_only_then(tmp_path):
    path = tmp_path / "tokens.toml"
    with pytest.raises(TokensError, match="voxrig token"):
        TokenSource(str(path)).read()
    path.write_text(entry("a", SECRET))
    source = TokenSource(str(path))
    assert [token.name for token in source.read()] == ["a"]
    assert source.read() is None
    path.write_text(entry("longer", SECRET))
    assert [token.name for token in source.read()] == ["longer"]
    path.write_text("broken")
    with pytest.raises(TokensError, match="cannot be used"):
        source.read()
    assert source.read() is None, "told once"
    path.unlink()
    with pytest.raises(TokensError, match="cannot be read"):
        source.read()
    assert source.read() is None
    path.write_text(entry("back", SECRET))
    assert [token.name for token in source.read()] == ["back"]


def test_a_variable_is_read_once():
    source = TokenSource("env:WHERE", {"WHERE": f"a:{SECRET}"})
    assert [token.name for token in source.read()] == ["a"]
    assert source.read() is None
    with pytest.raises(TokensError, match="WHERE"):
        TokenSource("env:WHERE", {}).read()


def test_a_list_is_changed_as_text_and_keeps_what_people_wrote():
    text = f"# ours\n{entry('a', SECRET, max_sessions=2)}"
    text = with_entry(text, entry("b", SECRET + "b", 1, 2, 3.5))
    text = with_entry(text, entry("c", SECRET + "c"))
    tokens = read_tokens(text.encode())
    assert [(token.name, token.max_connections, token.audio_seconds_per_hour) for token in tokens] == [
        ("a", None, None),
        ("b", 1, 3.5),
        ("c", None, None),
    ]
    less = without_entry(text, "b")
    assert less.startswith("# ours")
    assert [token.name for token in read_tokens(less.encode())] == ["a", "c"]
    with pytest.raises(TokensError, match="same name"):
        with_entry(text, entry("a", "another-secret-1234"))
    with pytest.raises(TokensError, match="there are a, c"):
        without_entry(less, "b")
    with pytest.raises(TokensError, match="only token"):
        without_entry(without_entry(less, "a"), "c")
    with pytest.raises(TokensError, match="by hand"):
        without_entry(f'token = [{{name = "a", secret = "{SECRET}"}}, {{name = "b", sha256 = "{"0" * 64}"}}]', "a")
    for name in ('a"\nx = "', 'a"\nmax_sessions = 9 # "', "a b", ""):
        with pytest.raises(TokensError):
            entry(name, SECRET)


@pytest.mark.parametrize(
    "given", ["studio:secret-secret-0123456789", "a:1 bb:secret-0123456789012345", "vox_secret-0123456789012345"]
)
def test_tokens_where_their_file_should_be_named_are_not_told(given):
    """As whoever takes VOXRIG_TOKENS for the tokens themselves would find them in the log."""
    with pytest.raises(TokensError, match="env:STUDIO_TOKENS") as refused:
        TokenSource(given).read()
    assert "secret" not in str(refused.value)
    assert refused.value.__suppress_context__


@pytest.mark.parametrize("path", ["C:\\no\\tokens.toml", "C:/no/tokens.toml", "no/tokens.toml", "/no/a:b/tokens.toml"])
def test_a_file_that_is_not_there_is_named(path):
    with pytest.raises(TokensError, match=r"tokens\.toml cannot be read"):
        TokenSource(path).read()


def test_a_limit_that_no_clock_can_count_with_is_refused():
    with pytest.raises(TokensError, match="no number from 0 to 1000000000000"):
        read_tokens(b'[[token]]\nname = "a"\nsecret = "0123456789abcdefgh"\naudio_seconds_per_hour = 1' + b"0" * 400)
