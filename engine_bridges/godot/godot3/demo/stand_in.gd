# A face for those who have none at hand: an oval mask whose mouth, lids and brows move, with all 52 blend shapes, and a
# skeleton with a head bone. No beauty: put your own model in its place.
extends Skeleton

const COLUMNS := 33
const ROWS := 41

const NAMES := [
	"eyeBlinkLeft", "eyeLookDownLeft", "eyeLookInLeft", "eyeLookOutLeft", "eyeLookUpLeft", "eyeSquintLeft",
	"eyeWideLeft", "eyeBlinkRight", "eyeLookDownRight", "eyeLookInRight", "eyeLookOutRight", "eyeLookUpRight",
	"eyeSquintRight", "eyeWideRight", "jawForward", "jawLeft", "jawRight", "jawOpen", "mouthClose", "mouthFunnel",
	"mouthPucker", "mouthLeft", "mouthRight", "mouthSmileLeft", "mouthSmileRight", "mouthFrownLeft", "mouthFrownRight",
	"mouthDimpleLeft", "mouthDimpleRight", "mouthStretchLeft", "mouthStretchRight", "mouthRollLower", "mouthRollUpper",
	"mouthShrugLower", "mouthShrugUpper", "mouthPressLeft", "mouthPressRight", "mouthLowerDownLeft",
	"mouthLowerDownRight", "mouthUpperUpLeft", "mouthUpperUpRight", "browDownLeft", "browDownRight", "browInnerUp",
	"browOuterUpLeft", "browOuterUpRight", "cheekPuff", "cheekSquintLeft", "cheekSquintRight", "noseSneerLeft",
	"noseSneerRight", "tongueOut",
]
# What a shape moves: centre on the mask, radius, and the way, in metres. The rest of the 52 move nothing here.
const MOVES := {
	"jawOpen": [0.0, -0.065, 0.035, Vector3(0, -0.03, 0)],
	"mouthClose": [0.0, -0.055, 0.03, Vector3(0, 0.025, 0)],
	"mouthPucker": [0.0, -0.045, 0.03, Vector3(0, 0, 0.015)],
	"mouthFunnel": [0.0, -0.045, 0.03, Vector3(0, 0, 0.012)],
	"mouthSmileLeft": [0.028, -0.045, 0.02, Vector3(0.008, 0.012, 0)],
	"mouthSmileRight": [-0.028, -0.045, 0.02, Vector3(-0.008, 0.012, 0)],
	"mouthFrownLeft": [0.028, -0.045, 0.02, Vector3(0, -0.01, 0)],
	"mouthFrownRight": [-0.028, -0.045, 0.02, Vector3(0, -0.01, 0)],
	"mouthUpperUpLeft": [0.012, -0.035, 0.015, Vector3(0, 0.008, 0.003)],
	"mouthUpperUpRight": [-0.012, -0.035, 0.015, Vector3(0, 0.008, 0.003)],
	"eyeBlinkLeft": [0.033, 0.03, 0.015, Vector3(0, -0.012, 0.004)],
	"eyeBlinkRight": [-0.033, 0.03, 0.015, Vector3(0, -0.012, 0.004)],
	"browInnerUp": [0.0, 0.05, 0.025, Vector3(0, 0.012, 0)],
	"browDownLeft": [0.03, 0.05, 0.02, Vector3(-0.004, -0.01, 0.002)],
	"browDownRight": [-0.03, 0.05, 0.02, Vector3(0.004, -0.01, 0.002)],
	"cheekPuff": [0.0, -0.02, 0.06, Vector3(0, 0, 0.01)],
}


func _init() -> void:
	add_bone("Head")
	set_bone_rest(0, Transform(Basis(), Vector3(0, 1.55, 0)))
	var mesh_instance := MeshInstance.new()
	mesh_instance.name = "Face"
	mesh_instance.mesh = _mesh()
	var attachment := BoneAttachment.new()
	attachment.bone_name = "Head"
	add_child(attachment)
	attachment.add_child(mesh_instance)


func _mesh() -> ArrayMesh:
	var points := PoolVector3Array()
	for row in ROWS:
		for column in COLUMNS:
			var around: float = PI * (float(column) / (COLUMNS - 1) - 0.5)
			var up: float = PI * (float(row) / (ROWS - 1) - 0.5)
			points.append(Vector3(0.08 * sin(around) * cos(up), 0.11 * sin(up), 0.09 * cos(around) * cos(up)))
	var indices := PoolIntArray()
	for row in ROWS - 1:
		for column in COLUMNS - 1:
			var at: int = row * COLUMNS + column
			indices.append_array(PoolIntArray([at, at + COLUMNS, at + 1, at + 1, at + COLUMNS, at + COLUMNS + 1]))
	var mesh := ArrayMesh.new()
	mesh.blend_shape_mode = Mesh.BLEND_SHAPE_MODE_RELATIVE
	var shapes := []
	for name in NAMES:
		mesh.add_blend_shape(name)
		shapes.append(_surface(_moved(points, MOVES.get(name, [0.0, 0.0, 0.01, Vector3()])), null))
	mesh.add_surface_from_arrays(Mesh.PRIMITIVE_TRIANGLES, _surface(points, indices), shapes)
	return mesh


static func _surface(points: PoolVector3Array, indices) -> Array:
	var surface := []
	surface.resize(Mesh.ARRAY_MAX)
	var normals := PoolVector3Array()
	for point in points:
		normals.append((point / Vector3(0.0064, 0.0121, 0.0081)).normalized())
	surface[Mesh.ARRAY_VERTEX] = points
	surface[Mesh.ARRAY_NORMAL] = normals
	surface[Mesh.ARRAY_INDEX] = indices
	return surface


# Relative shapes: how far each point moves, and no turn of its normal.
static func _moved(points: PoolVector3Array, move: Array) -> PoolVector3Array:
	var moved := PoolVector3Array()
	for point in points:
		var away: float = Vector2(point.x - move[0], point.y - move[1]).length() / move[2]
		moved.append(move[3] * exp(-away * away) if point.z > 0.0 else Vector3())
	return moved
