"""The page's MessagePack, in the browser, against Python's."""

import base64
import json
import random
import struct

import msgpack
import pytest

TEXTS = ["", "joy", "x" * 31, "x" * 32, "ü" * 128, "y" * 255, "y" * 256, "ß" * 40_000]
NUMBERS = [0, 1, 127, 128, 255, 256, 65535, 65536, 2**32 - 1, 2**32, 2**53 - 1]
NEGATIVE = [-1, -32, -33, -128, -129, -32768, -32769, -(2**31), -(2**31) - 1, -(2**53) + 1]
FLOATS = [0.5, -0.1, 1e300, 3.0000001]


@pytest.fixture(scope="module")
def page(browser, viewing):
    page = browser.open(f"{viewing.url}app/msgpack.js")
    page.evaluate("import('/app/msgpack.js').then(module => { window.m = module; })")
    page.evaluate("window.bytes = text => Uint8Array.from(atob(text), c => c.charCodeAt(0))")
    yield page
    page.close()


def encoded(page, expression):
    """What the page packs for a JavaScript expression."""
    text = page.evaluate(f"btoa(Array.from(m.encode({expression}), c => String.fromCharCode(c)).join(''))")
    return base64.b64decode(text)


def decoded(page, packed, then="value"):
    text = base64.b64encode(packed).decode()
    return page.evaluate(f"(value => {then})(m.decode(bytes({json.dumps(text)})))")


def value(chance, depth):
    kinds = ["number", "text", "other"] + (["list", "map"] if depth else [])
    match chance.choice(kinds):
        case "number":
            return chance.choice(NUMBERS + NEGATIVE + FLOATS)
        case "text":
            return chance.choice(TEXTS[:-1])
        case "other":
            return chance.choice([None, True, False])
        case "list":
            return [value(chance, depth - 1) for _ in range(chance.choice((0, 3, 15, 16)))]
        case _:
            return {f"key {n}": value(chance, depth - 1) for n in range(chance.choice((0, 2, 15, 16)))}


@pytest.mark.parametrize("seed", range(5))
def test_both_ways_with_values_drawn_by_chance(page, seed):
    chance = random.Random(seed)
    values = {"numbers": NUMBERS + NEGATIVE + FLOATS, "texts": TEXTS, "drawn": [value(chance, 3) for _ in range(40)]}
    assert msgpack.unpackb(encoded(page, json.dumps(values))) == values
    assert decoded(page, msgpack.packb(values)) == values


def test_bytes_go_as_bytes(page):
    for length in (0, 1, 255, 256, 65535, 65536):
        packed = encoded(page, f"{{ samples: new Uint8Array({length}).fill(7) }}")
        assert msgpack.unpackb(packed) == {"samples": b"\7" * length}
        told = decoded(page, packed, "[value.samples.length, value.samples.every(one => one === 7)]")
        assert told == [length, True]


def test_long_lists_and_maps(page):
    values = {"list": list(range(70_000)), "map": {str(n): n for n in range(70_000)}}
    assert decoded(page, msgpack.packb(values)) == values
    assert msgpack.unpackb(encoded(page, "Array.from({ length: 70000 }, (_, n) => n)")) == values["list"]


def test_seeds_of_64_bits_stay_exact(page):
    seed = 2**64 - 1
    assert decoded(page, msgpack.packb({"seed": seed}), "String(value.seed)") == str(seed)
    assert msgpack.unpackb(encoded(page, f"{{ seed: {seed}n }}")) == {"seed": seed}


def test_float32_and_a_key_with_a_meaning_of_its_own(page):
    assert decoded(page, b"\xca" + struct.pack(">f", 0.25)) == 0.25
    assert decoded(page, msgpack.packb({"__proto__": {"x": 1}}), "[value.x, Object.keys(value)]") == [
        None,
        ["__proto__"],
    ]


@pytest.mark.parametrize("packed", [b"", b"\x81\xa1", b"\xc4\x05ab", b"\xc1", b"\xd4\x01\x02", b"\x01\x02"])
def test_what_is_no_message_is_refused(page, packed):
    text = base64.b64encode(packed).decode()
    asking = f"(() => {{ try {{ m.decode(bytes('{text}')); }} catch (e) {{ return e.name; }} }})()"
    assert page.evaluate(asking) == "RangeError"
