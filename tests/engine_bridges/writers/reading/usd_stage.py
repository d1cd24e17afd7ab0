"""Reads USD files by usd-core's own UsdSkel queries."""

from typing import Any

import numpy as np

from voxrig.runtime.core.skeleton import SKELETON, rotations
from voxrig.runtime.core.take import Take

from .turns import Floats, turned_apart


def skeleton_queries(stage: Any, animation: str = "") -> tuple[Any, Any]:
    """The queries of the only skeleton and of its animation, or of another at the path `animation`.

    They live as long as the stage.
    """
    from pxr import Usd, UsdSkel

    cache, root = UsdSkel.Cache(), UsdSkel.Root(stage.GetDefaultPrim())
    skeleton = next(prim for prim in stage.Traverse() if prim.IsA(UsdSkel.Skeleton))
    if animation:
        UsdSkel.BindingAPI(skeleton).GetAnimationSourceRel().SetTargets([animation])
    cache.Populate(root, Usd.PrimDefaultPredicate)
    (binding,) = cache.ComputeSkelBindings(root, Usd.PrimDefaultPredicate)
    query = cache.GetSkelQuery(binding.GetSkeleton())
    return query, query.GetAnimQuery()


def weights(query: Any, frames: int) -> Floats:
    """What an animation shows of its blend shapes: [frames, shapes]."""
    return np.array([query.ComputeBlendShapeWeights(frame) for frame in range(frames)], np.float64)


def joints_apart(query: Any, take: Take) -> Floats:
    """Angle in radians between the joints' local turns and those of the take, [F, J]; offsets must be at rest."""
    wanted = rotations(take).astype(np.float64)
    found = np.empty(wanted.shape)
    for frame in range(len(take)):
        for joint, matrix in enumerate(query.ComputeJointLocalTransforms(frame)):
            offset = matrix.ExtractTranslation()
            assert max(abs(a - b) for a, b in zip(offset, SKELETON[joint].offset, strict=True)) < 1e-6
            turn = matrix.ExtractRotationQuat()
            found[frame, joint] = (*turn.GetImaginary(), turn.GetReal())
    return turned_apart(found, wanted)
