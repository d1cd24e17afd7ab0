"""A performance shown on the objects of a scene, in step with its sound."""

# mypy: disable-error-code="import-not-found"
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from .body_bones import BONES
from .body_fit import BodyFit
from .keys import body_of, rest_of
from .link_client import LinkClient
from .names import matches
from .performance import Clip, Performance
from .playout_buffer import Values
from .turns import in_bone, to_z_up, turn_at, turns_of


class Sound:
    """A clip on Blender's audio device; where there is none, nothing is heard and `heard` is None."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._handle: Any = None

    def start(self) -> None:
        """Begin to play."""
        try:
            import aud

            self._handle = aud.Device().play(aud.Sound(str(self._path)))
        except Exception as error:  # aud's own errors are of no common class; without sound the face moves still
            print(f"Voxrig: no sound device ({error}); the preview runs by the clock")

    def heard(self, length: float) -> float | None:
        """Return the seconds that were played of a clip of `length` seconds."""
        if self._handle is None:
            return None
        return float(self._handle.position) if self._handle.status else length

    def stop(self) -> None:
        """End it."""
        if self._handle is not None:
            with suppress(Exception):
                self._handle.stop()


class Live:
    """One clip, on the shape keys of `mesh_objects` and the bones of `armature`.

    `bones` are the armature's names for head, eye_l and eye_r. Raises LinkError and PerformanceError.
    """

    def __init__(
        self,
        address: tuple[str, int],
        path: Path,
        mesh_objects: list[Any],
        armature: Any = None,
        bones: dict[str, str] | None = None,
        y_up: bool = False,
        options: dict[str, str] | None = None,
        seed: int = 0,
        silent: bool = False,
    ) -> None:
        self.clip = Clip(path)
        self._client = LinkClient(*address)
        try:
            self.performance = Performance(self._client, self.clip, options, seed)
        except BaseException:
            self._client.close()
            raise
        self._sound = None if silent else Sound(path)
        self._mesh_objects = mesh_objects
        self._armature = armature
        self._bones = bones or {}
        self._y_up = y_up
        self._shapes: list[tuple[Any, int]] | None = None
        self._body: BodyFit | None = None
        self._body_poses: list[Any] = []
        self._turns: list[tuple[Any, tuple[float, float, float, float], int, bool]] = []

    def step(self, now: float | None = None) -> bool:
        """Show what is due at `now` (default: the clock's); return whether there is more to come."""
        performance, sound = self.performance, self._sound
        was_sounding = performance.is_sounding
        length = self.clip.count / self.clip.rate
        heard = sound.heard(length) if sound is not None and was_sounding else None
        values = performance.advance(time.monotonic() if now is None else now, heard)
        if performance.is_sounding and not was_sounding and sound is not None:
            sound.start()
        if values is not None:
            self._show(values)
        return not performance.is_over

    def stop(self) -> None:
        """End sound and connection."""
        if self._sound is not None:
            self._sound.stop()
        self._client.close()

    def _find(self) -> list[tuple[Any, int]]:
        curves, bones = self.performance.curves, self.performance.bones
        shapes = []
        for mesh_object in self._mesh_objects:
            blocks = mesh_object.data.shape_keys.key_blocks
            shapes += [(blocks[name], place) for name, place in matches(curves, blocks.keys()).items()]
        for key, bone in self._bones.items():
            where = turns_of(key, curves, bones)
            if self._armature is not None and bone in self._armature.pose.bones and where is not None:
                pose = self._armature.pose.bones[bone]
                pose.rotation_mode = "QUATERNION"
                self._turns.append((pose, rest_of(pose), *where))
        if self._armature is not None and set(bones) & set(BONES):
            body = body_of(self._armature, self._y_up)
            self._body = BodyFit(bones, {key: rest for key, (_, rest) in body.items()})
            self._body_poses = [self._armature.pose.bones[body[key][0]] for key in self._body.moved]
            for pose in self._body_poses:
                pose.rotation_mode = "QUATERNION"
        return shapes

    def _show(self, values: Values) -> None:
        if self._shapes is None:
            self._shapes = self._find()
        for block, place in self._shapes:
            block.value = values[place]
        for pose, rest, place, is_angles in self._turns:
            turn = turn_at(values, place, is_angles)
            x, y, z, w = in_bone(turn if self._y_up else to_z_up(turn), rest)
            pose.rotation_quaternion = (w, x, y, z)
        if self._body is not None:
            posed = self._body.poses(values, len(self.performance.curves))
            for pose, (x, y, z, w) in zip(self._body_poses, posed, strict=True):
                pose.rotation_quaternion = (w, x, y, z)
