"""How a session that its server has lost is begun anew: with which `open`, and what it is sent again."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from fractions import Fraction
from math import ceil, gcd

from voxrig.engine_bridges.session_log import Entry, SessionLog, entry_of
from voxrig.engine_bridges.standing_cues import StandingCues
from voxrig.engine_bridges.wire import sample_bytes
from voxrig.v1 import performance_pb2 as pb

WARM_UP_SECONDS = 5
"""Of audio that is sent before the first frame wanted, where a session isn't begun at 0."""


class GapError(Exception):
    """The audio that would be needed isn't kept any more."""


def begin_anew(log: SessionLog, opened: pb.SessionOpened, next_index: int) -> None:
    """Put into the log what the session is sent again, so that frame `next_index` comes again, and all after it.

    All is sent where all is kept, and the frames are the same. Else it begins some seconds before that frame, on one
    that falls exactly on a sample, with the cues that stand. Audio that an interrupt has cut off is left out, cues come
    before the audio of their time, and interrupts cut where they have cut. `opened` is the server's answer of old.
    Raises GapError.
    """
    opening = pb.ClientMessage()
    opening.CopyFrom(log.opening)
    opening.open.seed = opened.seed
    rows = [entry for entry in log.entries if not entry.is_void]
    standing = StandingCues(opened.sample_rate, log.standing)
    start = opening.open.begin.media_sample
    first = 0
    if not log.is_whole:
        first, start, frame = _beginning(rows, opened, next_index)
        opening.open.begin.frame_index = frame
        opening.open.begin.media_sample = start
        opening.open.begin.utterance = rows[first].utterance
    cues = [(order, entry) for order, entry in enumerate(rows) if entry.kind == "cue"]
    cues.sort(key=lambda cue: cue[1].message.cue.media_sample)
    late = [cue for cue in cues if cue[1].message.cue.media_sample >= start or log.is_whole]
    for _, entry in cues[: len(cues) - len(late)]:
        standing.add(entry.message.cue)
    told = [] if log.is_whole else standing.at(start)
    look_ahead = Fraction(opened.look_ahead.numerator, opened.look_ahead.denominator)
    width = sample_bytes(opening.open.audio)
    shown = _shortened(rows, first, start, ceil(look_ahead * opened.sample_rate), width)
    head = [entry_of(pb.ClientMessage(session=opening.session, cue=cue)) for cue in told]
    log.replace(opening, [*head, *_in_time(shown, late, width)], StandingCues(opened.sample_rate))


def cuts_before(rows: Iterable[Entry]) -> int:
    """Return how many of these are interrupts that were answered."""
    return sum(entry.cut is not None for entry in rows)


def _beginning(rows: list[Entry], opened: pb.SessionOpened, next_index: int) -> tuple[int, int, int]:
    """Choose where to begin: the row, the media sample and the frame."""
    rate = Fraction(opened.frame_rate.numerator, opened.frame_rate.denominator)
    step = rate.numerator // gcd(rate.numerator, rate.denominator * opened.sample_rate)
    wanted = max(Fraction(0), next_index - WARM_UP_SECONDS * rate)  # in frames
    earliest: tuple[int, int, int] | None = None
    limit = None  # media sample at which a later interrupt has cut
    for index in range(len(rows) - 1, -1, -1):
        entry = rows[index]
        if entry.cut is not None:
            cut = entry.cut.media_sample
            limit = cut if limit is None else min(limit, cut)
        if entry.kind != "audio":
            continue
        last = entry.end if limit is None else min(entry.end, limit)
        frame = ceil(entry.start * rate / opened.sample_rate / step) * step
        latest = int(min(wanted, (last - 1) * rate / opened.sample_rate)) // step * step
        found = max(frame, latest)
        sample = found * opened.sample_rate / rate
        if entry.start <= sample < last and found <= next_index:
            earliest = index, int(sample), found
            if found <= wanted:
                break
    if earliest is None:
        raise GapError(f"the audio that frame {next_index} needs isn't kept any more")
    return earliest


def _shortened(rows: list[Entry], first: int, start: int, look_ahead: int, width: int) -> Iterator[tuple[int, Entry]]:
    """Yield rows but cues and their places, from `first` and media sample `start` on, without what was cut off.

    An interrupt needs the frames before its cut, and so the audio of their look-ahead, and no more.
    """
    limits: list[int | None] = []
    limit = None
    for entry in reversed(rows):
        if entry.cut is not None:
            limit = entry.cut.media_sample
        limits.append(limit)
    closing: list[tuple[int, Entry]] = []
    cut_off = False
    for order, (entry, most) in enumerate(zip(rows, reversed(limits), strict=True)):
        if order < first:
            continue
        end = None if most is None else most + look_ahead + 1
        if entry.kind == "interrupt":
            cut_off = False
            yield order, _repeated(entry)
        elif entry.kind == "close":
            closing = [(order, replace(entry))]  # last: what interrupted the session while it closed was in time
        elif not cut_off and not closing and entry.kind != "cue":
            again, cut_off = _within(entry, start, end, width)
            yield from ((order, one) for one in again)
    yield from closing


def _repeated(entry: Entry) -> Entry:
    """Return an interrupt that cuts where it did, if it did yet."""
    again = pb.ClientMessage(session=entry.message.session, interrupt=entry.message.interrupt)
    if entry.cut is not None:
        again.interrupt.at_sample = entry.cut.media_sample
    return replace(entry, message=again)


def _within(entry: Entry, start: int, end: int | None, width: int) -> tuple[list[Entry], bool]:
    """Return audio, or an end of utterance, as far as it lies from `start` to `end`; and whether it went further."""
    if entry.kind == "audio":
        samples = entry.message.audio.samples
        first, last = max(start, entry.start), entry.start + len(samples) // width
        most = last if end is None else min(last, end)
        part = samples[(first - entry.start) * width : max(0, most - entry.start) * width] if most > first else b""
        audio = pb.AudioChunk(first_sample=first, samples=part)
        return [entry_of(pb.ClientMessage(session=entry.message.session, audio=audio))] if part else [], most < last
    if entry.kind == "end_utterance" and end is not None:
        ending = pb.EndUtterance(tail_samples=max(0, min(entry.message.end_utterance.tail_samples, end - entry.start)))
        return [replace(entry, message=pb.ClientMessage(session=entry.message.session, end_utterance=ending))], False
    return [replace(entry)], False


def _in_time(rows: Iterable[tuple[int, Entry]], cues: list[tuple[int, Entry]], width: int) -> Iterator[Entry]:
    """Yield rows with the cues among them: each before the audio of its time is sent, and no later than it was."""
    waiting = cues
    for order, entry in rows:
        until = _reach(entry, width)
        due = [until is None or place < order or cue.message.cue.media_sample < until for place, cue in waiting]
        yield from (replace(cue) for is_due, (_, cue) in zip(due, waiting, strict=True) if is_due)
        waiting = [cue for is_due, cue in zip(due, waiting, strict=True) if not is_due]
        yield entry
    yield from (replace(cue) for _, cue in waiting)


def _reach(entry: Entry, width: int) -> int | None:
    """Return the media sample up to which frames may be computed once this is sent; None: no cue may follow it."""
    match entry.kind:
        case "audio":
            return int(entry.message.audio.first_sample) + len(entry.message.audio.samples) // width
        case "close":
            return None
        case "interrupt" if entry.cut is not None:
            return int(entry.cut.next_sample)
    return entry.end
