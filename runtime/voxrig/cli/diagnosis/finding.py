"""What the doctor found of one thing."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, and what was found.

    Attributes:
        name: of the thing.
        ok: it works.
        needed: voxrig does not run without it.
        detail: the version, the measurement, or what is wrong.
        why: what it does to whoever leaves it so; empty where `ok`.
        remedy: the command or the step that mends it; empty where `ok`.
        risk: what is not `ok` and not `needed` will hurt, and isn't merely a part to do without.
    """

    name: str
    ok: bool
    needed: bool
    detail: str
    why: str = ""
    remedy: str = ""
    risk: bool = False

    @property
    def mark(self) -> str:
        """One word for the table."""
        if self.ok:
            return "ok"
        return "BROKEN" if self.needed else "RISK" if self.risk else "--"

    def lines(self) -> list[str]:
        """Return it for people: one line, and below it why and what to do, where something is wrong."""
        more = [f"        {title} {text}" for title, text in (("why:", self.why), ("do: ", self.remedy)) if text]
        return [f"{self.mark:<7} {self.name:<36} {self.detail}", *more]


def good(name: str, detail: str, needed: bool = True) -> Finding:
    """Return a finding of something that works."""
    return Finding(name, True, needed, detail)


def broken(name: str, detail: str, why: str, remedy: str) -> Finding:
    """Return a finding of something without which voxrig does not run."""
    return Finding(name, False, True, detail, why, remedy)


def risky(name: str, detail: str, why: str, remedy: str) -> Finding:
    """Return a finding of something that runs, and will hurt."""
    return Finding(name, False, False, detail, why, remedy, risk=True)


def absent(name: str, detail: str, why: str, remedy: str) -> Finding:
    """Return a finding of something that one can do without; `why` says what one then has not."""
    return Finding(name, False, False, detail, why, remedy)


def one_line(error: BaseException, most: int = 300) -> str:
    """Return what an error says, on one line and not too long."""
    text = " ".join(str(error).split()) or type(error).__name__
    return text if len(text) <= most else f"{text[: most - 4]} ..."
