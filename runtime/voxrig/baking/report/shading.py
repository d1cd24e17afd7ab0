"""The light on a vertex and the reflection in an eye, as the viewer's materials.js has them; compiled.

The camera is taken to be far away: at a metre from a head that changes highlights by a degree or two.
"""

import math
from typing import Final

import numba
import numpy as np
from numpy.typing import NDArray

from voxrig.baking.report.face_light import EYE, STEPS, Light
from voxrig.baking.report.head_file import Floats
from voxrig.baking.report.head_mesh import Whole

Single = np.float32

# All in single precision: a literal would turn what it meets into double, which takes twice as long.
ZERO: Final = np.float32(0.0)
HALF: Final = np.float32(0.5)
ONE: Final = np.float32(1.0)
TINY: Final = np.float32(1e-12)
DARK: Final = np.float32(0.02)
OVER_DARK: Final = np.float32(1 / 0.23)
LID: Final = np.float32(0.62)
LID_LOW: Final = np.float32(0.12)
LID_OVER: Final = np.float32(2.0)
LAST: Final = np.float32(STEPS - 1)


@numba.njit(cache=True)
def shade(seen: NDArray[np.bool_], normals: Floats, colours: Floats, materials: Whole, light: Light) -> Floats:
    """Return the colours that vertices are shown in: float32[v, 3], 0 to 255 of sRGB; those not seen are left out.

    Args:
        seen: bool[v].
        normals: float32[v, 3] of any length.
        colours: float32[v, 3] linear.
        materials: uint32[v], places in MATERIALS.
        light: the lamps.
    """
    lamps, towards, halves, sky, looks, squarings, shown = light
    shades = np.empty_like(normals)
    for v in range(len(normals)):
        if not seen[v]:
            continue
        nx, ny, nz = normals[v, 0], normals[v, 1], normals[v, 2]
        over = ONE / math.sqrt(max(nx * nx + ny * ny + nz * nz, TINY))
        nx, ny, nz = nx * over, ny * over, nz * over
        material = materials[v]
        albedo_r, albedo_g, albedo_b = colours[v, 0], colours[v, 1], colours[v, 2]
        strength = looks[material, 6] * _step(DARK, OVER_DARK, max(albedo_r, max(albedo_g, albedo_b)))
        red = green = blue = gleam_r = gleam_g = gleam_b = ZERO
        for k in range(len(lamps)):
            facing = nx * towards[k, 0] + ny * towards[k, 1] + nz * towards[k, 2]
            red += _wrapped(facing, looks[material, 0], looks[material, 3]) * lamps[k, 0]
            green += _wrapped(facing, looks[material, 1], looks[material, 4]) * lamps[k, 1]
            blue += _wrapped(facing, looks[material, 2], looks[material, 5]) * lamps[k, 2]
            cosine = nx * halves[k, 0] + ny * halves[k, 1] + nz * halves[k, 2]
            if strength > ZERO and facing > ZERO and cosine > ZERO:
                for _ in range(squarings[material]):
                    cosine *= cosine
                gleam = strength * facing * cosine
                gleam_r += gleam * lamps[k, 0]
                gleam_g += gleam * lamps[k, 1]
                gleam_b += gleam * lamps[k, 2]
        if material == EYE:  # the upper lid keeps light from the upper part of the eyeball
            lid = ONE - LID * _step(LID_LOW, LID_OVER, ny)
            red, green, blue = red * lid, green * lid, blue * lid
        up = HALF + HALF * ny
        red = (red + sky[1, 0] + (sky[0, 0] - sky[1, 0]) * up) * albedo_r + gleam_r
        green = (green + sky[1, 1] + (sky[0, 1] - sky[1, 1]) * up) * albedo_g + gleam_g
        blue = (blue + sky[1, 2] + (sky[0, 2] - sky[1, 2]) * up) * albedo_b + gleam_b
        red, green, blue = _toned(red, green, blue)
        shades[v, 0] = shown[_place(red)]
        shades[v, 1] = shown[_place(green)]
        shades[v, 2] = shown[_place(blue)]
    return shades


@numba.njit(cache=True)
def _wrapped(facing: Single, spread: Single, over: Single) -> Single:
    """Light on a surface into which it spreads, so that it reaches beyond the edge of the shadow.

    `over` is 1 / (1 + spread).
    """
    share = min(max((facing + spread) * over, ZERO), ONE)
    return share * share * (ONE + np.float32(0.15) * spread)


@numba.njit(cache=True)
def _step(low: Single, over: Single, value: Single) -> Single:
    """From 0 at `low` smoothly to 1 at `low` + 1 / `over`."""
    share = min(max((value - low) * over, ZERO), ONE)
    return share * share * (np.float32(3.0) - np.float32(2.0) * share)


@numba.njit(cache=True)
def _toned(red: Single, green: Single, blue: Single) -> tuple[Single, Single, Single]:
    """Khronos' neutral tone mapping."""
    low = min(red, min(green, blue))
    offset = low - np.float32(6.25) * low * low if low < np.float32(0.08) else np.float32(0.04)
    red, green, blue = red - offset, green - offset, blue - offset
    peak = max(red, max(green, blue))
    if peak > np.float32(0.76):
        squeezed = ONE - np.float32(0.0576) / (peak - np.float32(0.52))
        pale = ONE - ONE / (np.float32(0.15) * (peak - squeezed) + ONE)
        share = squeezed / peak * (ONE - pale)
        white = squeezed * pale
        red, green, blue = red * share + white, green * share + white, blue * share + white
    return red, green, blue


@numba.njit(cache=True)
def _place(light: Single) -> np.uint32:
    """Where linear light, 0 to 1, is in the table of what is shown."""
    return np.uint32(min(max(light * LAST + HALF, ZERO), LAST))


@numba.njit(cache=True)
def catch_light(x: Single, y: Single, z: Single, half: tuple[Single, Single, Single]) -> Single:
    """How bright the key lamp's reflection in an eye is where the normal is x, y, z, 0 to 255.

    It is twice as large as in the viewer, so that a small picture still has it.
    """
    cosine = (x * half[0] + y * half[1] + z * half[2]) / math.sqrt(max(x * x + y * y + z * z, TINY))
    return np.float32(235.0) * _step(np.float32(0.975), np.float32(1 / 0.017), cosine)
