import pytest

from voxrig.exporters.datasets.textgrid import TextGridError, parse_textgrid


def grid(*tiers: tuple[str, list[tuple[float, float, str]]]) -> str:
    """Praat's long format."""
    lines = ['File type = "ooTextFile"', 'Object class = "TextGrid"', "", "xmin = 0", "xmax = 2.5", "tiers? <exists>"]
    lines += [f"size = {len(tiers)}", "item []:"]
    for number, (name, intervals) in enumerate(tiers, 1):
        lines += [f"    item [{number}]:", '        class = "IntervalTier"', f'        name = "{name}"']
        lines += ["        xmin = 0", "        xmax = 2.5", f"        intervals: size = {len(intervals)}"]
        for place, (start, end, label) in enumerate(intervals, 1):
            lines += [f"        intervals [{place}]:", f"            xmin = {start}", f"            xmax = {end}"]
            lines += [f'            text = "{label}"']
    return "\n".join(lines) + "\n"


WORDS = ("words", [(0.0, 0.5, ""), (0.5, 1.0, "butter"), (1.0, 2.5, 'say ""hm""')])


def test_arpabet_becomes_ipa() -> None:
    labels = [(0.0, 0.1, "sil"), (0.1, 0.2, "B"), (0.2, 0.3, "AH1"), (0.3, 0.4, "T"), (0.4, 0.5, "ER0")]
    labels += [(0.5, 0.6, ""), (0.6, 0.7, "spn"), (0.7, 0.8, "AH0"), (0.8, 0.9, "OW2"), (0.9, 1e0, "JH")]
    assert parse_textgrid(grid(WORDS, ("phones", labels))) == [
        ("b", 0.1, 0.2), ("ʌ", 0.2, 0.3), ("t", 0.3, 0.4), ("ɚ", 0.4, 0.5), ("ə", 0.7, 0.8), ("oʊ", 0.8, 0.9),
        ("dʒ", 0.9, 1.0),
    ]  # fmt: skip


def test_ipa_loses_its_marks() -> None:
    labels = [(0.0, 0.1, "pʰ"), (0.1, 0.2, "ˈɑː"), (0.2, 0.3, "n̩"), (0.3, 0.4, "dʒ")]
    assert [p for p, _, _ in parse_textgrid(grid(("Phones", labels), WORDS))] == ["p", "ɑ", "n", "dʒ"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no interval tier 'phones'; save it from Praat as a long text file"),
        (grid(WORDS), "no interval tier 'phones'; it has words"),
        (grid(("phones", [(0, 1, "zh4")])), "phone 'zh4' is neither ARPABET nor a known IPA symbol"),
    ],
)
def test_what_cannot_be_read_is_told(text: str, says: str) -> None:
    with pytest.raises(TextGridError, match=says):
        parse_textgrid(text)
