# Sets the blend shapes of meshes by the names of a session's controls.
# Names match whatever their case, with or without what an exporter puts before a dot ("blendShape2.jawOpen") and
# with "_L" and "_R" for "Left" and "Right".
extends RefCounted

# Names of controls that some mesh has, and of those that none has.
var matched := []
var missing := []

var _meshes := []
var _shapes := []
var _places := []


# `controls` are the names in the order of a frame's values; `meshes` are MeshInstance3Ds.
func _init(controls: Array, meshes: Array) -> void:
	var places := {}
	for place in controls.size():
		places[key_of(controls[place])] = place
	var found := {}
	for mesh_instance in meshes:
		for name in names_of(mesh_instance):
			var key := key_of(name)
			if places.has(key):
				_meshes.append(mesh_instance)
				_shapes.append(mesh_instance.find_blend_shape_by_name(name))
				_places.append(places[key])
				found[places[key]] = true
	for place in controls.size():
		(matched if found.has(place) else missing).append(controls[place])


# Show a frame: values [stride].
func apply(values: PackedFloat32Array) -> void:
	for row in _meshes.size():
		_meshes[row].set_blend_shape_value(_shapes[row], values[_places[row]])


# The blend shapes of a MeshInstance3D.
static func names_of(mesh_instance: MeshInstance3D) -> Array:
	var names := []
	var mesh := mesh_instance.mesh as ArrayMesh
	if mesh != null:
		for place in mesh.get_blend_shape_count():
			names.append(String(mesh.get_blend_shape_name(place)))
	return names


# All MeshInstance3Ds with blend shapes at or below a node.
static func meshes_below(node: Node) -> Array:
	var meshes := []
	if node is MeshInstance3D and names_of(node).size():
		meshes.append(node)
	for child in node.get_children():
		meshes += meshes_below(child)
	return meshes


# What two names have in common that mean the same shape.
static func key_of(name: String) -> String:
	var key := name.substr(name.rfind(".") + 1).to_lower()
	if key.ends_with("_l"):
		key = key.left(key.length() - 2) + "left"
	elif key.ends_with("_r"):
		key = key.left(key.length() - 2) + "right"
	return key.replace("_", "")
