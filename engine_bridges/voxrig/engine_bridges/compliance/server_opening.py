"""Rules of `open` and `opened`, and of what a server says about itself."""

from fractions import Fraction

import numpy as np

from voxrig.engine_bridges.compliance.rule import require
from voxrig.engine_bridges.compliance.sound import voice
from voxrig.engine_bridges.compliance.talk import SEED, Talk, Target, opening, performed, same
from voxrig.v1 import performance_pb2 as pb

_INVALID, _NOT_FOUND, _EXISTS = 3, 5, 6


def opened_names_everything_once(server: Target) -> None:
    """`opened` names controls with their ranges, bones, and stride = controls + 4 x bones, and says back what was
    asked.
    """
    with server.line() as line:
        opened = Talk(line).open(fps=Fraction(30_000, 1_001), rate=44_100)
    count = len(opened.controls)
    require(count > 0, "there are no controls")
    require(len(set(opened.controls)) == count, "a control is named twice")
    ranges = len(opened.minimum), len(opened.maximum)
    require(ranges == (count, count), f"{count} controls have {ranges} ends of ranges")
    pairs = zip(opened.controls, opened.minimum, opened.maximum, strict=True)
    empty = [name for name, low, high in pairs if not low < high]
    require(not empty, f"the ranges of {empty} are empty")
    stride = count + 4 * len(opened.bones)
    require(opened.stride == stride, f"stride is {opened.stride}, not {stride}")
    rate = opened.frame_rate
    require((rate.numerator, rate.denominator) == (30_000, 1_001), f"frame_rate is {rate.numerator}/{rate.denominator}")
    require(opened.sample_rate == 44_100, f"sample_rate is {opened.sample_rate}, not 44100")
    require(opened.rig == "arkit", f"rig is {opened.rig!r}, not 'arkit'")
    require(opened.seed == SEED, f"seed is {opened.seed}, not {SEED}")
    require(opened.look_ahead.denominator > 0, "look_ahead has no denominator")
    require(opened.blend_samples > 0, "blend_samples is 0")
    require(len(opened.models) > 0, "no model is named")


def rigs_are_those_of_describe(server: Target) -> None:
    """`rig` is a profile name of Describe: each opens, with the controls and bones that Describe names."""
    rigs = server.describe().rigs
    require({"arkit", "metahuman"} <= {rig.name for rig in rigs}, "Describe does not name arkit and metahuman")
    with server.line() as line:
        for number, rig in enumerate(rigs):
            opened = Talk(line, number).open(rig=rig.name)
            require(list(opened.controls) == list(rig.controls), f"the controls of {rig.name} are not Describe's")
            require(list(opened.bones) == list(rig.bones), f"the bones of {rig.name} are not Describe's")


def arkit_is_in_its_order(server: Target) -> None:
    """arkit: 52 face shapes (EyeBlinkLeft ... TongueOut), then 9 angles from HeadYaw on; metahuman: 251 raw controls
    and three bones.
    """
    rigs = {rig.name: rig for rig in server.describe().rigs}
    arkit, metahuman = rigs["arkit"], rigs["metahuman"]
    require(len(arkit.controls) == 61 and not arkit.bones, "arkit does not have 61 controls and no bones")
    names = [arkit.controls[place] for place in (0, 51, 52, 53, 54, 55)]
    wanted = ["EyeBlinkLeft", "TongueOut", "HeadYaw", "HeadPitch", "HeadRoll", "LeftEyeYaw"]
    require(names == wanted, f"controls 0, 51, 52 to 55 of arkit are {names}, not {wanted}")
    raw = [name for name in metahuman.controls if name.startswith("CTRL_expressions_")]
    require(len(raw) == len(metahuman.controls) == 251, f"metahuman has {len(raw)} raw controls, not 251")
    require(list(metahuman.bones) == ["head", "eye_l", "eye_r"], f"metahuman has the bones {list(metahuman.bones)}")


def describe_says_what_there_is(server: Target) -> None:
    """Describe: version, rigs, models of which the first is the default, limits, metrics."""
    description = server.describe()
    require(description.version, "there is no version")
    require(description.models, "there are no models")
    defaults = [model.is_default for model in description.models]
    require(defaults[0] and sum(defaults) == 1, "the first model, and it alone, is not the default")
    limits = description.limits
    for name in ("max_sessions", "max_chunk_bytes", "max_message_bytes", "max_buffered_seconds", "min_sample_rate"):
        require(getattr(limits, name) > 0, f"limits.{name} is 0")
    require(limits.interrupt_history_seconds > 0, "limits.interrupt_history_seconds is 0")
    missing = {"sessions", "sessions_opened", "frames"} - set(description.metrics)
    require(not missing, f"metrics lack {sorted(missing)}")


def a_seed_repeats_the_performance(server: Target) -> None:
    """Equal audio and seed give equal frames, always; other seeds give others."""
    samples = voice(0.5, 16_000)
    first = performed(server, samples)
    require(not (text := same(first.frames, performed(server, samples).frames)), f"the same seed: {text}")
    other = performed(server, samples, seed=SEED + 1)
    require(same(first.frames, other.frames), "another seed gives the same frames: nothing is left to chance")


def a_drawn_seed_repeats_it_too(server: Target) -> None:
    """`seed` 0 lets the server draw one, never 0; `opened.seed` says which, and given back it repeats everything."""
    samples = voice(0.3, 16_000)
    drawn = performed(server, samples, seed=0)
    other = performed(server, samples, seed=0)
    require(drawn.opened.seed and other.opened.seed, "opened.seed is 0")
    require(drawn.opened.seed != other.opened.seed, "two sessions were drawn the same seed: they blink in step")
    again = performed(server, samples, seed=drawn.opened.seed)
    require(not (text := same(drawn.frames, again.frames)), f"the seed was given back: {text}")


def an_unknown_rig_is_refused(server: Target) -> None:
    """Unknown rig; no model quick enough: NOT_FOUND, closed."""
    _refused(server, _NOT_FOUND, opening(rig="no such rig"))
    _refused(server, _NOT_FOUND, opening(look_ahead_ms=1))


def a_bad_opening_is_refused(server: Target) -> None:
    """Bad frame rate, audio format, option, style: INVALID_ARGUMENT, closed."""
    bad = [opening(), opening(), opening(fps=241), opening(rate=7_999), opening(rate=192_001), opening(rate=0)]
    bad[0].frame_rate.denominator = 0
    bad[1].frame_rate.Clear()
    bad += [opening(channels=0), opening(channels=3), opening(encoding=pb.AudioFormat.ENCODING_UNSPECIFIED)]
    bad += [opening(options={"no such option": "1"}), opening(options={"style": "no such style"})]
    bad += [opening(options={"jaw": "3"}), opening(options={"blink": "perhaps"}), pb.OpenSession(rig="arkit")]
    _refused(server, _INVALID, *bad)


def a_refused_number_is_free(server: Target) -> None:
    """After an error with session_closed the number is free, and no CLOSED comes."""
    with server.line() as line:
        talk = Talk(line)
        talk.send(open=opening(rig="no such rig"))
        talk.refused("open", _NOT_FOUND, closed=True)
        talk.open()
        events = talk.close()
        require(len(events) == 1, f"{len(events)} events came, not CLOSED alone")


def a_second_open_changes_nothing(server: Target) -> None:
    """A second `open`, until CLOSED: ALREADY_EXISTS; the open session goes on."""
    samples = voice(0.3, 16_000)
    wanted = performed(server, samples)
    with server.line() as line:
        talk = Talk(line)
        talk.open()
        talk.send(open=opening(rig="metahuman", seed=99))
        talk.refused("open", _EXISTS)
        talk.say(samples)
        talk.end()
        talk.close()
    require(not (text := same(wanted.frames, talk.frames)), f"the open session changed: {text}")


def values_are_in_their_ranges(server: Target) -> None:
    """`minimum` and `maximum` are the range of each control; a bone is a unit quaternion."""
    for rig in ("arkit", "metahuman"):
        talk = performed(server, voice(0.5, 16_000), rig=rig)
        values = np.array([frame.values for frame in talk.frames])
        count = len(talk.opened.controls)
        low, high = np.array(talk.opened.minimum), np.array(talk.opened.maximum)
        outside = ((values[:, :count] < low - 1e-6) | (values[:, :count] > high + 1e-6)).any(axis=0)
        require(not outside.any(), f"{rig}: {talk.opened.controls[int(outside.argmax())]} leaves its range")
        lengths = np.linalg.norm(values[:, count:].reshape(-1, 4), axis=1)
        require(not len(lengths) or abs(lengths - 1.0).max() < 1e-4, f"{rig}: a bone is no unit quaternion")


def _refused(server: Target, code: int, *openings: pb.OpenSession) -> None:
    with server.line() as line:
        for number, message in enumerate(openings):
            talk = Talk(line, number)
            talk.send(open=message)
            talk.refused("open", code, closed=True)


CASES = (
    opened_names_everything_once,
    rigs_are_those_of_describe,
    arkit_is_in_its_order,
    describe_says_what_there_is,
    a_seed_repeats_the_performance,
    a_drawn_seed_repeats_it_too,
    an_unknown_rig_is_refused,
    a_bad_opening_is_refused,
    a_refused_number_is_free,
    a_second_open_changes_nothing,
    values_are_in_their_ranges,
)
