"""What a USD file shows: the skeleton, and the carrier face bound to it."""

from typing import Any

import numpy as np

from voxrig.engine_bridges.writers.carrier_face import carrier_face
from voxrig.engine_bridges.writers.usd_animation import Rig, joint_path, offsets
from voxrig.runtime.core.skeleton import SKELETON, rest_places


def add_skeleton(stage: Any, place: Any) -> Any:
    """Define the skeleton at rest and return it."""
    from pxr import Gf, UsdSkel, Vt

    skeleton = UsdSkel.Skeleton.Define(stage, place)
    skeleton.CreateJointsAttr(Vt.TokenArray([joint_path(joint) for joint in range(len(SKELETON))]))
    at_rest = [Gf.Matrix4d(1.0).SetTranslate(Gf.Vec3d(*joint.offset)) for joint in SKELETON]
    bound = [Gf.Matrix4d(1.0).SetTranslate(Gf.Vec3d(*(float(x) for x in world))) for world in rest_places().round(6)]
    skeleton.CreateRestTransformsAttr(Vt.Matrix4dArray(at_rest))
    skeleton.CreateBindTransformsAttr(Vt.Matrix4dArray(bound))
    return skeleton


def add_face(stage: Any, place: Any, skeleton: Any, rig: Rig) -> Any:
    """Define the mesh with a BlendShape for every curve of the rig that moves it; return its extent, two points."""
    from pxr import UsdGeom, UsdSkel, Vt

    face = carrier_face()
    mesh = UsdGeom.Mesh.Define(stage, place)
    mesh.CreatePointsAttr(Vt.Vec3fArray.FromNumpy(face.points))
    mesh.CreateFaceVertexCountsAttr(Vt.IntArray([3] * len(face.triangles)))
    mesh.CreateFaceVertexIndicesAttr(Vt.IntArray.FromNumpy(face.triangles.reshape(-1)))
    mesh.CreateNormalsAttr(Vt.Vec3fArray.FromNumpy(face.normals))
    mesh.SetNormalsInterpolation(UsdGeom.Tokens.vertex)
    mesh.CreateSubdivisionSchemeAttr(UsdGeom.Tokens.none)
    mesh.CreateDoubleSidedAttr(True)
    colour = mesh.CreateDisplayColorPrimvar(UsdGeom.Tokens.vertex)
    colour.Set(Vt.Vec3fArray.FromNumpy(face.colours))
    extent = UsdGeom.PointBased.ComputeExtent(mesh.GetPointsAttr().Get())
    mesh.CreateExtentAttr(extent)

    binding = UsdSkel.BindingAPI.Apply(mesh.GetPrim())
    binding.CreateSkeletonRel().SetTargets([skeleton.GetPath()])
    binding.CreateJointIndicesPrimvar(False, 1).Set(Vt.IntArray.FromNumpy(face.joints))
    binding.CreateJointWeightsPrimvar(False, 1).Set(Vt.FloatArray([1.0] * len(face.points)))
    moving = offsets(rig)
    shapes = []
    for name, moved in moving.items():
        shape = UsdSkel.BlendShape.Define(stage, place.AppendChild(name))
        points = np.flatnonzero(moved.any(axis=1)).astype(np.int32)
        shape.CreatePointIndicesAttr(Vt.IntArray.FromNumpy(points))
        shape.CreateOffsetsAttr(Vt.Vec3fArray.FromNumpy(np.ascontiguousarray(moved[points])))
        shapes.append(shape.GetPath())
    binding.CreateBlendShapesAttr(Vt.TokenArray(list(moving)))
    binding.CreateBlendShapeTargetsRel().SetTargets(shapes)
    return extent
