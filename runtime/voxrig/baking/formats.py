"""The file formats that a bake can write: their names, endings and writers.

A writer is imported when it is first asked for, so that a bake to CSV loads nothing of USD.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple

from voxrig.runtime.core.clip import Clip
from voxrig.runtime.core.keys import BOUND, TURN


class FormatError(ValueError):
    """A format that there is not, or that the ending of a file doesn't tell; the message names those that there are."""


class Manner(NamedTuple):
    """How files are written, for those formats that it concerns.

    Attributes:
        bound: how far a curve may be off where keys are left out, in units of its control (0 to 1); 0: all keys.
        turn: how far a bone may be off, in radians; 0: all keys.
        rig: `arkit` or `metahuman`: the names of the curves.
        model: a GLB whose face is animated in place of our small one.
    """

    bound: float = BOUND
    turn: float = TURN
    rig: str = "arkit"
    model: Path | None = None


@dataclass(frozen=True, slots=True)
class Format:
    """A file format.

    Attributes:
        name: as on the command line; also the folder that its files are in.
        endings: of its files; the first is what a dialogue's files get.
        about: what it is, for people.
        write: writes a clip to a path; returns warnings for people.
        layered: whether one file has the layers too; else each gets a file of its own.
        needs_layers: whether it says what speech alone shows.
        reduced: whether it keeps only as many keys as the bound asks for.
        embodied: whether it is a format for bones, so that a bake to it moves the body where nobody says otherwise.
    """

    name: str
    endings: tuple[str, ...]
    about: str
    write: Callable[[Clip, Path, Manner], Sequence[str]]
    layered: bool = False
    needs_layers: bool = False
    reduced: bool = False
    embodied: bool = False


def _csv(clip: Clip, path: Path, how: Manner) -> Sequence[str]:
    if how.rig == "metahuman":
        return _metahuman(clip, path, how)
    from voxrig.engine_bridges.writers.livelink_csv import write_livelink_csv
    from voxrig.runtime.core.timecode_clock import Timecode

    write_livelink_csv(clip.arkit(), path, Timecode.parse(clip.timecode, clip.take.fps))
    return ()


def _metahuman(clip: Clip, path: Path, _: Manner) -> Sequence[str]:
    from voxrig.engine_bridges.writers.metahuman_csv import write_metahuman_csv

    write_metahuman_csv(clip.take, path)
    return ()


def _unreal(clip: Clip, path: Path, how: Manner) -> Sequence[str]:
    from voxrig.engine_bridges.writers.metahuman_json import write_metahuman_json

    write_metahuman_json(clip, path, bound=how.bound, turn=how.turn)
    return ()


def _usd(clip: Clip, path: Path, how: Manner) -> Sequence[str]:
    from voxrig.engine_bridges.writers.usd import write_usd

    write_usd(clip, path, bound=how.bound, turn=how.turn, rig=how.rig)
    return ()


def _glb(clip: Clip, path: Path, how: Manner) -> Sequence[str]:
    from voxrig.engine_bridges.writers.glb import write_glb

    told = write_glb(clip, path, bound=how.bound, turn=how.turn, model=how.model)
    missing = [*told.missing_shapes, *told.missing_bones] if how.model else []
    if not missing:
        return ()
    return (f"{how.model} has no {', '.join(missing[:5])}{' ...' if missing[5:] else ''}: they stay out of the GLB",)


def _vrma(clip: Clip, path: Path, how: Manner) -> Sequence[str]:
    from voxrig.engine_bridges.writers.vrma import write_vrma

    write_vrma(clip, path, bound=how.bound, turn=how.turn)
    return ()


def _bvh(clip: Clip, path: Path, _: Manner) -> Sequence[str]:
    from voxrig.engine_bridges.writers.bvh import write_bvh

    write_bvh(clip, path)
    return ()


def _anim(clip: Clip, path: Path, how: Manner) -> Sequence[str]:
    from voxrig.engine_bridges.writers.unity_anim import write_unity_anim

    write_unity_anim(clip, path, bound=how.bound, turn=how.turn)
    return ()


def _a2f(clip: Clip, path: Path, _: Manner) -> Sequence[str]:
    from voxrig.engine_bridges.writers.a2f_json import write_a2f_json

    write_a2f_json(clip, path)
    return ()


def _faceboard(clip: Clip, path: Path, _: Manner) -> Sequence[str]:
    from voxrig.engine_bridges.writers.face_board import write_face_board

    write_face_board(clip, path)
    return ()


def _visemes(clip: Clip, path: Path, _: Manner) -> Sequence[str]:
    from voxrig.engine_bridges.writers.viseme_json import write_viseme_json

    write_viseme_json(clip, path)
    return ()


def _cues(clip: Clip, path: Path, _: Manner) -> Sequence[str]:
    from voxrig.engine_bridges.writers.cue_json import write_cue_json

    write_cue_json(clip, path)
    return ()


def _figure(clip: Clip, path: Path, _: Manner) -> Sequence[str]:
    from voxrig.engine_bridges.writers.figure import write_figure

    write_figure(clip, path)
    return ()


def _take(clip: Clip, path: Path, _: Manner) -> Sequence[str]:
    from voxrig.engine_bridges.writers.take_file import write_take

    write_take(clip, path)
    return ()


_ALL: Final = (
    Format("csv", (".csv",), "Live Link Face CSV; with rig metahuman as `metahuman`", _csv),
    Format("metahuman", (".metahuman.csv",), "CSV of the 251 MetaHuman controls and the bones", _metahuman),
    Format(
        "unreal",
        (".curves.json",),
        "MetaHuman curves and a script that makes AnimSequences of them",
        _unreal,
        reduced=True,
        embodied=True,
    ),
    Format(
        "usd",
        (".usda", ".usdc", ".usd"),
        "USD: UsdSkel with blend shapes and joints",
        _usd,
        layered=True,
        reduced=True,
        embodied=True,
    ),
    Format("glb", (".glb",), "glTF: morph weights and skeleton", _glb, layered=True, reduced=True, embodied=True),
    Format("vrma", (".vrma",), "VRM animation", _vrma, layered=True, reduced=True, embodied=True),
    Format("bvh", (".bvh",), "BVH: the skeleton", _bvh, embodied=True),
    Format("anim", (".anim",), "Unity animation clip", _anim, reduced=True, embodied=True),
    Format("a2f", (".a2f.json",), "the JSON that NVIDIA Audio2Face exports", _a2f),
    Format("faceboard", (".txt",), "EmoFace's text of 174 face-board columns", _faceboard),
    Format(
        "visemes", (".visemes.json",), "OVRLipSync's fifteen visemes as JSON", _visemes, layered=True, needs_layers=True
    ),
    Format(
        "cues",
        (".cues.json",),
        "mouth cues, emotion keyframes and the line's cues as JSON",
        _cues,
        layered=True,
        needs_layers=True,
    ),
    Format(
        "figure",
        (".webp", ".gif"),
        "an animated picture of the body, from the front and from its left",
        _figure,
        embodied=True,
    ),
    Format("take", (".vxtake",), "everything, lossless and small: Voxrig's own", _take, layered=True),
)
FORMATS: Final[Mapping[str, Format]] = MappingProxyType({one.name: one for one in _ALL})
"""All formats by name."""


def formats_of(text: str) -> tuple[Format, ...]:
    """Read `csv,glb`.

    Raises:
        FormatError: there is none of a name, or none is named.
    """
    names = list(dict.fromkeys(name.strip().lower() for name in text.split(",") if name.strip()))
    unknown = [name for name in names if name not in FORMATS]
    if unknown or not names:
        what = f"format {unknown[0]!r} is unknown" if unknown else "no format is named"
        raise FormatError(f"{what}; give some of {', '.join(FORMATS)}, with commas between them")
    return tuple(FORMATS[name] for name in names)


def format_of_file(path: Path) -> Format:
    """Tell a format by the ending of a file: the longest that fits.

    Raises:
        FormatError: no format has such an ending.
    """
    fitting = [(len(end), one) for one in _ALL for end in one.endings if path.name.lower().endswith(end)]
    if not fitting:
        known = ", ".join(f"{one.endings[0]} ({one.name})" for one in _ALL)
        raise FormatError(
            f"{path.name}: no format has this ending; name the file with one of {known}, or give --format"
        )
    return max(fitting, key=lambda pair: pair[0])[1]


def files_of(clip: Clip, chosen: Format, path: Path) -> Sequence[tuple[Clip, Path]]:
    """Return what is written where: the clip, and its layers apart where the format has one layer a file."""
    if chosen.layered or not clip.layers:
        return ((clip, path),)
    ending = next((end for end in chosen.endings if path.name.lower().endswith(end)), path.suffix)
    stem = path.name[: len(path.name) - len(ending)]
    apart = [(clip.layer(name), path.with_name(f"{stem}.{name}{path.name[len(stem) :]}")) for name in clip.layers]
    return ((clip, path), *apart)
