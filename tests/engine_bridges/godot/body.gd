# Runs in the add-on's project: puts a frame's bones on a skeleton that a JSON file describes, and writes down how its
# bones stand then.
#
#   godot3-server --path PROJECT -s res://body.gd --case=FILE.json --out=FILE.json
extends SceneTree

const BodyDriver := preload("res://addons/voxrig/body_driver.gd")


func _init() -> void:
	var given := {}
	for argument in OS.get_cmdline_args():
		if "=" in argument:
			given[argument.trim_prefix("--").split("=")[0]] = argument.split("=", true, 1)[1]
	var file := File.new()
	file.open(given["case"], File.READ)
	var case: Dictionary = parse_json(file.get_as_text())
	file.close()
	var skeleton := Skeleton.new()
	root.add_child(skeleton)
	for bone in case["bones"]:
		skeleton.add_bone(bone["name"])
		var at := skeleton.get_bone_count() - 1
		skeleton.set_bone_parent(at, int(bone["parent"]))
		var turn: Array = bone["rotation"]
		var place: Array = bone["place"]
		var basis := Basis(Quat(turn[0], turn[1], turn[2], turn[3]))
		skeleton.set_bone_rest(at, Transform(basis, Vector3(place[0], place[1], place[2])))
	var driver := BodyDriver.new(skeleton, ["one", "two"], case["announced"])
	for part in case.get("leave", []):
		driver.leave(part)
	driver.apply(PoolRealArray([0.25, 0.5] + case["frame"]))
	var told := []
	for bone in skeleton.get_bone_count():
		var pose := skeleton.get_bone_global_pose(bone).basis.get_rotation_quat()
		told.append([pose.x, pose.y, pose.z, pose.w])
	file.open(given["out"], File.WRITE)
	file.store_string(to_json({"posed": told, "size": driver.size()}))
	file.close()
	quit()
