"""The file of tokens, and the variable that may have them instead."""

from voxrig.runtime.serving.access.tokens import TokensError, read_tokens, read_variable

from ..target import Target


def check(data: bytes) -> None:
    try:
        tokens = read_variable(data[1:].decode("utf-8", "replace")) if data[:1] == b"V" else read_tokens(data)
    except TokensError as error:
        assert str(error)
        return
    assert tokens
    assert len({token.name for token in tokens}) == len(tokens)


def seeds() -> list[bytes]:
    secret = "s" * 40
    table = f'[[token]]\nname = "a"\nsecret = "{secret}"\nmax_sessions = 4\n'
    hashed = f'[[token]]\nname = "b.c"\nsha256 = "{"0a" * 32}"\naudio_seconds_per_hour = 60.5\nmax_connections = 1\n'
    texts = (
        table,
        table + hashed,
        f"V a:{secret} b:{secret}x",
        f"[[token]]\nmax_sessions = {'7' * 4400}",
        "token = []",
    )
    return [text.encode() for text in texts]


TARGET = Target(
    check, seeds, words=("[[token]]\n", "name", "secret", "sha256", "certificate", "max_sessions"), longest=6000
)
