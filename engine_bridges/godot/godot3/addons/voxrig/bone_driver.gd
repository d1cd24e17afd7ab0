# Turns head and eye bones as a frame says. Turns are in the character's axes (X to its left, Y up, Z out of the face, as
# in a glTF model), relative to rest, in the parent's space; here they become poses of bones with any rest of their own.
extends Reference

var _skeleton: Skeleton
var _bones := []  # index in the skeleton
var _rests := []  # Quat: rotation of the bone at rest, from its own axes to the character's
var _places := []  # where its three angles or its quaternion begin in a frame
var _angles := []  # whether it is three angles


# `names` maps "head", "eye_l" and "eye_r" to names of the skeleton's bones; empty ones are left alone. `controls` and
# `bones` are the session's. `frame` turns the character's axes to the skeleton's: none for a model that faces +Z.
func _init(skeleton: Skeleton, names: Dictionary, controls: Array, bones: Array, frame: Quat = Quat()) -> void:
	_skeleton = skeleton
	var angles := {"head": "HeadYaw", "eye_l": "LeftEyeYaw", "eye_r": "RightEyeYaw"}
	for key in names:
		var bone := skeleton.find_bone(names[key]) if names[key] else -1
		var place: int = bones.find(key)
		var is_angles := place < 0
		place = controls.find(angles[key]) if is_angles else controls.size() + 4 * place
		if bone >= 0 and place >= 0:
			_bones.append(bone)
			_rests.append(frame.inverse() * rest_of(skeleton, bone).basis.get_rotation_quat())
			_places.append(place)
			_angles.append(is_angles)


func size() -> int:
	return _bones.size()


# Show a frame: values [stride].
func apply(values: PoolRealArray) -> void:
	for row in _bones.size():
		var at: int = _places[row]
		var turn: Quat
		if _angles[row]:
			turn = turn_of(values[at], values[at + 1], values[at + 2])
		else:
			turn = Quat(values[at], values[at + 1], values[at + 2], values[at + 3])
		_skeleton.set_bone_pose(_bones[row], Transform(Basis(_rests[row].inverse() * turn * _rests[row])))


# Radians to a turn: yaw to the character's left, pitch down, roll to its right shoulder; roll is applied first.
static func turn_of(yaw: float, pitch: float, roll: float) -> Quat:
	return Quat(Vector3.UP, yaw) * Quat(Vector3.RIGHT, pitch) * Quat(Vector3.BACK, roll)


# Where a bone is at rest in its skeleton.
static func rest_of(skeleton: Skeleton, bone: int) -> Transform:
	var rest := Transform()
	while bone >= 0:
		rest = skeleton.get_bone_rest(bone) * rest
		bone = skeleton.get_bone_parent(bone)
	return rest


# The skeleton at or below a node, null where there is none.
static func skeleton_below(node: Node) -> Skeleton:
	if node is Skeleton:
		return node as Skeleton
	for child in node.get_children():
		var found := skeleton_below(child)
		if found != null:
			return found
	return null
