"""Rules of the option `body`: which bones a session announces, and that its frames hold."""

from itertools import product
from typing import Final

import numpy as np
from numpy.typing import NDArray

from voxrig.engine_bridges.compliance.rule import NotApplicableError, require
from voxrig.engine_bridges.compliance.sound import voice
from voxrig.engine_bridges.compliance.talk import RATE, Talk, Target, opening, performed, same
from voxrig.v1 import performance_pb2 as pb

_INVALID = 3
_UNIT = 1e-4
_FINGERS = tuple(
    f"{name}_0{joint}" for name, joint in product(("thumb", "index", "middle", "ring", "pinky"), (1, 2, 3))
)
_ARM = ("clavicle", "upperarm", "lowerarm", "hand")
_LEG = ("thigh", "calf", "foot")


def _of(side: str, stems: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{stem}_{side}" for stem in stems)


_PARTS: Final = {
    "torso": ("pelvis", *(f"spine_0{number}" for number in range(1, 6)), "neck_01", "neck_02"),
    "arms": (*_of("l", _ARM), *_of("r", _ARM)),
    "fingers": (*_of("l", _FINGERS), *_of("r", _FINGERS)),
    "legs": (*_of("l", _LEG), *_of("r", _LEG)),
}
_ALL: Final = (
    *_PARTS["torso"], *_of("l", (*_ARM, *_FINGERS)), *_of("r", (*_ARM, *_FINGERS)), *_PARTS["legs"],
)  # fmt: skip


def a_body_is_announced_behind_the_face(server: Target) -> None:
    """With `body` on, `opened` announces 52 bones behind those of the rig, parents first; stride fits them."""
    rigs = {rig.name: rig for rig in server.describe().rigs}
    for name in ("arkit", "metahuman"):
        opened = _open(server, "on", rig=name)
        wanted = [*rigs[name].bones, *_ALL]
        require(list(opened.bones) == wanted, f"{name} has the bones {list(opened.bones)}, not {wanted}")
        stride = len(opened.controls) + 4 * len(wanted)
        require(opened.stride == stride, f"stride of {name} is {opened.stride}, not {stride}")
        require(list(opened.controls) == list(rigs[name].controls), f"the controls of {name} are others with a body")


def parts_of_a_body_are_announced_alone(server: Target) -> None:
    """`body` may name parts (torso, arms, fingers, legs): the bones of those alone are announced, in the same order."""
    for parts in (("torso",), ("arms", "legs"), ("fingers", "torso")):
        opened = _open(server, ",".join(parts), rig="arkit")
        wanted = [bone for bone in _ALL if any(bone in _PARTS[part] for part in parts)]
        require(list(opened.bones) == wanted, f"{','.join(parts)} has the bones {list(opened.bones)}, not {wanted}")


def bones_are_unit_quaternions(server: Target) -> None:
    """A bone is a unit quaternion relative to its rest pose; the body's are turned: its arms hang."""
    _open(server, "on")
    talk = performed(server, voice(0.6, RATE), rig="metahuman", options={"body": "on"})
    turns = _turns(talk)
    require(np.isfinite(turns).all(), "a bone is not finite")
    off = float(np.abs(np.linalg.norm(turns, axis=2) - 1.0).max())
    require(off < _UNIT, f"a bone is off unit length by {off:.2g}")
    for bone in ("upperarm_l", "upperarm_r"):
        arm = turns[:, list(talk.opened.bones).index(bone)]
        require((np.abs(arm[:, 3]) < 0.95).all(), f"{bone} rests as in the T-pose while it should hang or gesture")


def a_body_is_the_same_however_audio_is_cut(server: Target) -> None:
    """The same samples, cues and seed give the same frames to the bit, the body's too; another seed another body."""
    _open(server, "on")
    samples = voice(1.2, RATE)
    options = {"body": "on"}
    whole = performed(server, samples, options=options)
    text = same(whole.frames, performed(server, samples, [1, 5_000, 9_001], options=options).frames)
    require(not text, f"cut otherwise: {text}")
    other = performed(server, samples, options=options, seed=99)
    require((_turns(whole) != _turns(other)).any(), "another seed gives the same body")


def off_leaves_a_session_as_it_was(server: Target) -> None:
    """With `body` off the bones are those that Describe names for the rig, and the frames those of before."""
    _open(server, "on")
    rigs = {rig.name: rig for rig in server.describe().rigs}
    samples = voice(0.4, RATE)
    for rig in ("arkit", "metahuman"):
        off = performed(server, samples, rig=rig, options={"body": "off"})
        require(list(off.opened.bones) == list(rigs[rig].bones), f"{rig} has the bones {list(off.opened.bones)}")
        plain = performed(server, samples, rig=rig)
        if list(plain.opened.bones) == list(off.opened.bones):  # else the server has bodies on by itself
            require(not (text := same(plain.frames, off.frames)), f"{rig}: {text}")


def a_body_that_cannot_be_is_refused(server: Target) -> None:
    """An unknown part or key of `body`, or a number out of its range: INVALID_ARGUMENT, and no session."""
    _open(server, "on")
    with server.line() as line:
        for number, text in enumerate(("wings", "on,energy=2", "on,colour=1", "energy=much", "")):
            talk = Talk(line, number)
            talk.send(open=opening(options={"body": text}))
            talk.refused("open", _INVALID, closed=True)


def cues_of_a_body_need_one(server: Target) -> None:
    """`gesture`, `point`, `hands` and `body` move a body at their time; where there is none (and for `point` no gaze
    either) they are answered with CUE_IGNORED.
    """
    _open(server, "on")
    samples = voice(1.2, RATE)
    cues = (
        ("gesture", {"offer": 1.0}), ("point", {"yaw": 20.0}), ("hands", {"left": 1.0, "right": 0.0}),
        ("body", {"lean": 8.0}),
    )  # fmt: skip
    plain, _ = _cued(server, samples, None)
    for name, values in cues:
        cue = pb.Cue(media_sample=4_000, name=name, values=values)
        acted, events = _cued(server, samples, cue)
        told = [pb.Event.Kind.Name(event.kind) for event in events if event.kind != pb.Event.UTTERANCE_ENDED]
        require(told == ["CLOSED"], f"{name} was answered by {told}")
        if name != "hands":  # hands that rest already go on resting
            moved = np.flatnonzero((_turns(plain) != _turns(acted)).any(axis=(1, 2)))
            require(len(moved), f"{name} moved nothing")
            require(moved[0] >= 4_000 * 60 // RATE - 1, f"{name} moves the body in frame {moved[0]}, before its time")
        _, ignored = _cued(server, samples, cue, body="off")
        kinds = [event.kind for event in ignored]
        require(pb.Event.CUE_IGNORED in kinds, f"{name} without a body was not answered by CUE_IGNORED")


def _cued(
    server: Target, samples: NDArray[np.int16], cue: pb.Cue | None, body: str = "on"
) -> tuple[Talk, list[pb.Event]]:
    with server.line() as line:
        talk = Talk(line)
        talk.open(options={"body": body, "gaze": "off"})  # eyes would go where a hand points, without a body too
        if cue is not None:
            talk.send(cue=cue)
        talk.say(samples)
        talk.end()
        return talk, talk.close()


def _open(server: Target, body: str, rig: str = "arkit") -> pb.SessionOpened:
    """Open a session with a body, and close it; a server that knows no such option can't be tried."""
    with server.line() as line:
        talk = Talk(line)
        talk.send(open=opening(rig, options={"body": body}))
        message = line.next(talk.number)
        if message.HasField("error") and message.error.code == _INVALID and body == "on":
            raise NotApplicableError(f"the server has no bodies: {message.error.message}")
        require(message.HasField("opened"), f"`open` with body={body} was not answered by `opened`")
        talk.opened = message.opened
        talk.close()
        return message.opened


def _turns(talk: Talk) -> NDArray[np.float32]:
    """The bones of all frames: float32[F, bones, 4]."""
    first = len(talk.opened.controls)
    values = np.stack([frame.values for frame in talk.frames])[:, first:]
    return values.reshape(len(values), -1, 4)


CASES = (
    a_body_is_announced_behind_the_face,
    parts_of_a_body_are_announced_alone,
    bones_are_unit_quaternions,
    a_body_is_the_same_however_audio_is_cut,
    off_leaves_a_session_as_it_was,
    a_body_that_cannot_be_is_refused,
    cues_of_a_body_need_one,
)
