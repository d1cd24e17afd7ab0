# Moves the bones of a body as a frame says, on a skeleton of any proportions, whose bones have any axes, and which rests
# in a T-pose or with lower arms. A frame's bone is a turn q from the T-pose in the parent's space. On a bone that rests
# with H in the character's axes, below one with P, the local rotation is P^-1 * A'^-1 * D * A * H: D is q, or the product
# of q from the next bone above that the skeleton has; A turns the arm from its rest into the T-pose, A' is that of the
# bone above. As body_fit.h of the native core.
extends RefCounted

const BoneDriver := preload("bone_driver.gd")
const BodyBones := preload("body_bones.gd")

var _skeleton: Skeleton3D
var _first: int  # of the bones in a frame
var _names := []  # as announced
var _bones := []  # index in the skeleton, -1 where it has none
var _above := []  # the next one up that is announced, -1 where there is none
var _aligns := []  # A; of one that is not there: that of the one above
var _lefts := []  # what stands before D in a pose
var _rights := []  # A * H
var _pending := []  # what the skeleton has no bone for; those below take it


# `controls` and `bones` are the session's; `given` maps its names to names of the skeleton where they are found wrongly,
# "" leaves a bone alone. `frame` turns the character's axes to the skeleton's: none for a model that faces +Z.
func _init(skeleton: Skeleton3D, controls: Array, bones: Array, given: Dictionary = {}, frame: Quaternion = Quaternion()) -> void:
	_skeleton = skeleton
	_first = controls.size()
	_names = bones
	var names := []
	for bone in skeleton.get_bone_count():
		names.append(skeleton.get_bone_name(bone))
	var found := BodyBones.find_in(names, given)
	var rests := {}  # of all bones of the body, those too that are not announced
	for name in found:
		var rest := Transform3D(Basis(frame).inverse()) * BoneDriver.rest_of(skeleton, found[name])
		rests[name] = [rest.basis.get_rotation_quaternion(), rest.origin]
	for name in bones:
		_add(name, found.get(name, -1), rests)


# How many bones are moved.
func size() -> int:
	return _bones.size() - _bones.count(-1)


# Leave a part to the skeleton's own animations, or take it back: "torso", "arms", "fingers", "legs". Bones that are left
# stay where they are until something else moves them.
func leave(part: String) -> void:
	for row in _bones.size():
		if BodyBones.part_of(_names[row]) == part:
			_bones[row] = -1


# Show a frame: values [stride].
func apply(values: PackedFloat32Array) -> void:
	for row in _bones.size():
		var at: int = _first + 4 * row
		var turn := Quaternion(values[at], values[at + 1], values[at + 2], values[at + 3]).normalized()
		if _above[row] >= 0:
			turn = _pending[_above[row]] * turn
		_pending[row] = Quaternion() if _rights[row] != null else turn
		if _bones[row] >= 0:
			_skeleton.set_bone_pose_rotation(_bones[row], _lefts[row] * turn * _rights[row])


func _add(name: String, bone: int, rests: Dictionary) -> void:
	var above := _above_of(name)
	var below: Quaternion = Quaternion() if above < 0 else _aligns[above]
	var align := _aligned(name, rests, below) if bone >= 0 else below
	_bones.append(bone)
	_above.append(above)
	_aligns.append(align)
	_pending.append(Quaternion())
	if bone < 0:
		_lefts.append(null)
		_rights.append(null)
		return
	var rest: Quaternion = rests[name][0]
	var local := _skeleton.get_bone_rest(bone).basis.get_rotation_quaternion()
	_lefts.append(local * rest.inverse() * below.inverse())  # P^-1 * A'^-1
	_rights.append(align * rest)


func _above_of(name: String) -> int:
	var parent := BodyBones.parent_of(name)
	while parent != "":
		if _names.has(parent):
			return _names.find(parent)
		parent = BodyBones.parent_of(parent)
	return -1


static func _aligned(name: String, rests: Dictionary, below: Quaternion) -> Quaternion:
	var aim := BodyBones.aim_of(name)
	if not rests.has(aim):
		return below
	var side := name.right(2)
	var outward := Vector3(1, 0, 0) if side == "_l" else Vector3(-1, 0, 0)
	var swung := _arc(below * (rests[aim][1] - rests[name][1]), outward, Vector3(0, 0, 1)) * below
	if name != "hand" + side or not rests.has("index_01" + side) or not rests.has("pinky_01" + side):
		return swung
	var knuckles: Vector3 = swung * (rests["pinky_01" + side][1] - rests["index_01" + side][1])
	knuckles.x = 0.0
	return _arc(knuckles, Vector3(0, 0, -1), outward) * swung


# The shortest turn from a direction to another, about `axis` where they are opposite.
static func _arc(from: Vector3, to: Vector3, axis: Vector3) -> Quaternion:
	var a := from.normalized()
	var b := to.normalized()
	if a.dot(b) < -0.999999:
		return Quaternion(axis, PI)
	var about := a.cross(b)
	return Quaternion(about.x, about.y, about.z, 1.0 + a.dot(b)).normalized()
