# Runs in the add-on's project: a character on the stand-in face speaks a clip, and what its mesh and its head bone hold
# at each picture is written down.
#
#   godot3-server --path PROJECT -s res://drive.gd --port=LINK_PORT --clip=FILE.wav --out=FILE.msgpack --way=speak|push|live|body
extends SceneTree

const Character := preload("res://addons/voxrig/character.gd")
const StandIn := preload("res://demo/stand_in.gd")
const Wav := preload("res://demo/wav.gd")

const SEED := 7
const PUSHED := 4800  # bytes at a time

var _given := {}
var _character: Node
var _model: Skeleton
var _face: MeshInstance
var _clip: AudioStreamSample
var _shown := []
var _events := []
var _at := -1
var _spoke := false
var _step := 0
var _heard_since := -1.0


func _init() -> void:
	Engine.target_fps = 60
	for argument in OS.get_cmdline_args():
		if "=" in argument:
			_given[argument.trim_prefix("--").split("=")[0]] = argument.split("=", true, 1)[1]
	_clip = Wav.clip_of(_given["clip"])
	_model = StandIn.new()
	# A head bone that lies on its side at rest, as many rigs have it.
	_model.set_bone_rest(0, Transform(Basis(Vector3(0, 0, 1), 0.5 * PI), Vector3(0, 1.55, 0)))
	_face = _model.get_child(0).get_child(0)
	var player := AudioStreamPlayer.new()
	player.name = "Voice"
	_character = Character.new()
	_character.name = "Character"
	_character.port = int(_given["port"])
	_character.model = NodePath("../Model")
	_character.player = NodePath("../Voice")
	_character.idle_life = _given["way"] == "live"
	_character.session_seed = SEED
	_character.ahead_seconds = 0.5 if _given["way"] == "live" else 60.0
	_character.sample_rate = _clip.mix_rate
	_character.options = {"tell": "visemes,emotion"}
	if _given["way"] == "body":
		_character.options["body"] = "on"
		_model.add_bone("LeftUpperArm")
	_model.name = "Model"
	for node in [_model, player, _character]:
		root.add_child(node)
	for name in ["started", "finished"]:
		_character.connect(name, self, "_on_event", [name])
	_character.connect("opened", self, "_on_opened")
	_character.connect("error", self, "_on_error")
	_character.connect("event", self, "_on_any_event")
	_character.connect("viseme", self, "_on_viseme")


func _idle(_delta: float) -> bool:
	if _at >= 0:
		_push()
	if _given["way"] == "live" and _character.session != null and _character.session.opening:
		_live(_character.timeline.media / _clip.mix_rate)
	if _spoke and _character.timeline != null:
		_write_down()
	return false


func _push() -> void:
	var end := int(min(_at + PUSHED, _clip.data.size()))
	_character.push_audio(_clip.data.subarray(_at, end - 1))
	_at = end
	if end == _clip.data.size():
		_character.end_speech()
		_at = -1


# By media time in seconds: a feeling and a glance to its left, speech, an interruption in the midst of it, an end.
func _live(seconds: float) -> void:
	if _step == 0 and seconds > 0.5:
		_character.emotion({"joy": 1.0, "transition": 0.2})
		_character.look_at_point(_character.eyes_to(Vector3()) * -1.0 + Vector3(1.0, 0.0, 1.0))
		_character.gesture("wave")
		_step = 1
	elif _step == 1 and seconds > 1.5:
		_character.speak(_clip)
		_step = 2
	elif _step == 2 and _heard_since > 0.0 and seconds > _heard_since + 1.0:
		_character.interrupt()
		_events.append(["interrupt", _character.timeline.media])
		_step = 3
	elif _step == 3 and seconds > _heard_since + 2.5:
		_finish()


func _write_down() -> void:
	var values := []
	for name in StandIn.NAMES:
		values.append(_face.get("blend_shapes/" + name))
	var turn := _model.get_bone_pose(0).basis.get_rotation_quat()
	var media: float = _character.timeline.media
	var buffer: Reference = _character.buffer
	var in_time: bool = buffer.newest_sample() >= media and buffer._restedness == 0.0
	var row := [media, values, [turn.x, turn.y, turn.z, turn.w], _character._is_sounding, in_time]
	if _given["way"] == "body":
		var arm := _model.get_bone_pose(1).basis.get_rotation_quat()
		row.append([arm.x, arm.y, arm.z, arm.w])
	_shown.append(row)


func _on_opened() -> void:
	_spoke = true
	if _given["way"] == "push":
		_at = 0
	elif _given["way"] in ["speak", "body"]:
		_character.speak(_clip)


func _on_event(name: String) -> void:
	_events.append([name, _character.timeline.media])
	if name == "started":
		_heard_since = _character.timeline.media / _clip.mix_rate
	else:
		_finish()


func _on_any_event(content: Dictionary) -> void:
	_events.append(["event", content["kind"], content["media_sample"], content["message"]])


func _on_error(message: String) -> void:
	_events.append(["error", message])
	_finish()


func _on_viseme(name: String, strength: float) -> void:
	_events.append(["viseme", _character.timeline.media, name, strength])


func _finish() -> void:
	var counts := {}
	var buffer: Reference = _character.buffer
	if buffer != null:
		for name in ["pushed", "exact", "interpolated", "held", "rested", "waited", "late", "skipped", "superseded"]:
			counts[name] = buffer.get(name)
	var file := File.new()
	file.open(_given["out"], File.WRITE)
	var round_trip: float = _character.link.round_trip
	file.store_buffer(preload("res://addons/voxrig/msgpack.gd").new().encode({
		"names": StandIn.NAMES, "shown": _shown, "events": _events, "counts": counts, "round_trip": round_trip,
		"missing": [] if _character.face == null else _character.face.missing
	}))
	file.close()
	_spoke = false
	quit()
