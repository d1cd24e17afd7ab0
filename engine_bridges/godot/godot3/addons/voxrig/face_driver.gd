# Sets the blend shapes of meshes by the names of a session's controls.
# Names match whatever their case, with or without what an exporter puts before a dot ("blendShape2.jawOpen") and
# with "_L" and "_R" for "Left" and "Right".
extends Reference

# Names of controls that some mesh has, and of those that none has.
var matched := []
var missing := []

var _meshes := []
var _paths := []
var _places := []


# `controls` are the names in the order of a frame's values; `meshes` are MeshInstances.
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
				_paths.append("blend_shapes/" + name)
				_places.append(places[key])
				found[places[key]] = true
	for place in controls.size():
		(matched if found.has(place) else missing).append(controls[place])


# Show a frame: values [stride].
func apply(values: PoolRealArray) -> void:
	for row in _meshes.size():
		_meshes[row].set(_paths[row], values[_places[row]])


# The blend shapes of a MeshInstance.
static func names_of(mesh_instance: MeshInstance) -> Array:
	var names := []
	if mesh_instance.mesh is ArrayMesh:
		for place in mesh_instance.mesh.get_blend_shape_count():
			names.append(mesh_instance.mesh.get_blend_shape_name(place))
	return names


# All MeshInstances with blend shapes at or below a node.
static func meshes_below(node: Node) -> Array:
	var meshes := []
	if node is MeshInstance and names_of(node).size():
		meshes.append(node)
	for child in node.get_children():
		meshes += meshes_below(child)
	return meshes


# What two names have in common that mean the same shape.
static func key_of(name: String) -> String:
	var key := name.substr(name.find_last(".") + 1).to_lower()
	if key.ends_with("_l"):
		key = key.left(key.length() - 2) + "left"
	elif key.ends_with("_r"):
		key = key.left(key.length() - 2) + "right"
	return key.replace("_", "")
