"""The door: whom it lets in, what it keeps of secrets, and what it says of those it turned away."""

import asyncio
import logging

import pytest

from voxrig.runtime.serving.access.door import LOOK_SECONDS, Door, new_secret
from voxrig.runtime.serving.access.token_source import TokenSource
from voxrig.runtime.serving.refusal import RefusalError

SECRET = "a-secret-of-some-length"


class Uncompared(str):
    """What ends the test where it is compared, as a whole or sign by sign, rather than its hash."""

    __slots__ = ()

    def __eq__(self, other):
        raise AssertionError("a secret was compared")

    def __hash__(self):
        raise AssertionError("a secret was looked up")

    def __getitem__(self, key):
        raise AssertionError("a secret was looked into")

    __iter__ = startswith = __getitem__


@pytest.fixture
def path(tmp_path):
    return tmp_path / "tokens.toml"


def write(path, **secrets):
    path.write_text("".join(f'[[token]]\nname = "{name}"\nsecret = "{one}"\n' for name, one in secrets.items()))


def test_secrets_are_found_by_their_hash_and_never_compared(path):
    """Else the time that takes could say how much of one is right."""
    write(path, studio=SECRET)
    door = Door(TokenSource(str(path)))
    for token in (SECRET, SECRET[:-1] + "x", "x" + SECRET[1:]):
        shown = Uncompared(token)
        if token == SECRET:
            assert door.account(shown).name == "studio"
        else:
            with pytest.raises(RefusalError, match="not good here"):
                door.account(shown)


def test_each_secret_that_is_made_has_256_bits_of_its_own():
    made = {new_secret() for _ in range(1000)}
    assert len(made) == 1000
    assert {len(one) for one in made} == {len("vox_") + 43}, "32 bytes in base64"


async def test_the_list_is_looked_at_once_a_second_and_who_is_out_of_it_is_ended(path):
    assert LOOK_SECONDS <= 1.0, "two seconds are promised"
    write(path, studio=SECRET, other=f"{SECRET}-2")
    door = Door(TokenSource(str(path)))
    gone, stays = door.account(SECRET), door.account(f"{SECRET}-2")
    async with door.kept():
        ended = asyncio.Event()
        with gone.until_ended(ended.set):
            write(path, other=f"{SECRET}-2")
            async with asyncio.timeout(20):
                await ended.wait()
    assert not stays.ended
    with pytest.raises(RefusalError):
        door.account(SECRET)


def test_a_flood_of_guesses_is_one_line_of_the_log_and_none_of_them_is_in_it(path, caplog):
    caplog.set_level(logging.DEBUG)
    write(path, studio=SECRET)
    door = Door(TokenSource(str(path)))
    for number in range(1000):
        with pytest.raises(RefusalError):
            door.account(f"guess-{number}\nCRITICAL forged")
    door.look()
    door.look()
    assert [one.getMessage() for one in caplog.records] == [
        "1000 calls or connections were refused for want of a good token"
    ]
