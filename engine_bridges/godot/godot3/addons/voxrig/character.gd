# A character that speaks: give it a clip or samples, and it moves the blend shapes and bones of a model in step with
# the sound. Needs a running `voxrig serve`.
extends Node

signal opened()  # the session is there; `session` has its names
signal started()  # the sound begins
signal finished()  # all that was spoken was heard
signal viseme(name, strength)  # another viseme is on the face; needs options {"tell": "visemes"}
signal emotion_changed(values)  # the face's emotion is another; needs options {"tell": "emotion"}
signal event(content)  # any event of the server, as it comes: CUE_IGNORED, CUE_LATE, ...
signal error(message)  # for people, with the remedy

const BodyBones := preload("body_bones.gd")
const BodyDriver := preload("body_driver.gd")
const BoneDriver := preload("bone_driver.gd")
const FaceDriver := preload("face_driver.gd")
const Link := preload("link.gd")
const PlayoutBuffer := preload("playout_buffer.gd")
const PlayoutClock := preload("playout_clock.gd")
const Session := preload("session.gd")
const Timeline := preload("timeline.gd")
const Voice := preload("voice.gd")

const RETRY_SECONDS := 2.0

export var host := "127.0.0.1"
export var port := 52001
# For servers that ask for one (`voxrig token`); it goes over the net as it is.
export var token := ""
# Below this node the meshes with blend shapes and the skeleton are found; empty: below this node's parent.
export var model := NodePath()
# An AudioStreamPlayer or AudioStreamPlayer3D; without one the face moves in silence.
export var player := NodePath()
export var head_bone := "Head"
export var left_eye_bone := "LeftEye"
export var right_eye_bone := "RightEye"
# With options {"body": "on"}: the skeleton's names of the protocol's bones, {"hand_l": "Wrist_L"}, where they are not found
# by themselves; "" for a bone, or {"arms": ""} for a part, leaves it to animations of your own.
export var body_bones := {}
# Of what `push_audio` brings, and of silence; a clip of another rate opens another session.
export var sample_rate := 24000
# Whether silence is sent while nothing is spoken, so that the character blinks, looks and breathes.
export var idle_life := true
# How far ahead of what is heard speech is sent, in seconds. Cues and interruptions act the sooner the less it is.
export var ahead_seconds := 0.5
export var frames_per_second := 60
# 0: another one each time.
export var session_seed := 0
# Style and life, as texts: {"style": "clear", "emotion": "joy=0.3", "tell": "visemes,emotion"}.
export var options := {}
# Where between the eyes is, from the head bone at rest (or the model's origin), in metres and the character's axes.
export var eyes := Vector3(0, 0.07, 0.09)

var link := Link.new()
var session: Reference
var buffer: Reference
var clock: Reference
var timeline: Reference
var face: Reference
var bones: Reference
var body: Reference

var _voice: Reference
var _is_sounding := false
var _told := []  # events that wait for their time
var _now := 0.0
var _retry := 0.0


func _ready() -> void:
	_voice = Voice.new(get_node_or_null(player))
	link.connect("greeted", self, "_on_greeted")
	link.connect("lost", self, "_on_lost")
	link.token = token
	link.connect_to(host, port)


func _exit_tree() -> void:
	link.stop()


func _process(_delta: float) -> void:
	advance(OS.get_ticks_usec() * 1e-6)


# Everything that happens at a picture; `now` in seconds of a clock that never goes back.
func advance(now: float) -> void:
	var passed := now - _now if _now > 0.0 else 0.0
	_now = now
	link.poll(now)
	if link.state == Link.IDLE and now >= _retry:
		_retry = now + RETRY_SECONDS
		link.connect_to(host, port)
	if session == null or not session.opening:
		return
	timeline.feed()
	_move(passed)
	var values: PoolRealArray = buffer.sample(timeline.media)
	face.apply(values)
	if bones != null:
		bones.apply(values)
	if body != null and buffer.pushed > 0:
		body.apply(values)
	_tell()


# Speak a clip, after whatever is being spoken is interrupted. It must be uncompressed (import it with compression
# "Disabled"), of 8 or 16 bits. False, and `error` says why, where it can't be.
func speak(clip: AudioStreamSample) -> bool:
	var samples := samples_of(clip)
	if samples.size() == 0:
		emit_signal("error", "the clip has no samples of 8 or 16 bits: import it with compression Disabled")
		return false
	if not _ready_for(clip.mix_rate, 2 if clip.stereo else 1):
		return false
	_voice.take(clip, samples.size() / (4 if clip.stereo else 2), clip.mix_rate)
	timeline.speak(samples, false)
	return true


# Speak 16-bit little-endian mono samples at `sample_rate`, in pieces as they come; `end_speech` says that was all.
func push_audio(samples: PoolByteArray) -> bool:
	if not _voice.is_open:
		if not _ready_for(sample_rate, 1):
			return false
		_voice.open(sample_rate)
	_voice.push(samples)
	timeline.speak(samples, true)
	return true


func end_speech() -> void:
	if _voice.is_open:
		_voice.close()
		timeline.end_speech()


# Stop speaking: the sound at once, the mouth eases to rest.
func interrupt() -> void:
	_voice.stop()
	_is_sounding = false
	if session != null and session.opening:
		timeline.cut()
		session.interrupt(int(round(timeline.media)))


# Feel something, from now on: {"joy": 0.6}, {"valence": -0.5, "arousal": 0.3, "transition": 1.0}, ...
func emotion(values: Dictionary) -> bool:
	return cue("emotion", values)


# Look at a point of the world, for `hold` seconds or (0) until told otherwise. Call it as often as the point moves.
func look_at_point(point: Vector3, hold: float = 0.0) -> bool:
	var at := eyes_to(point)
	return cue("gaze", {"x": at.x, "y": at.y, "z": at.z, "hold": hold})


# Look around freely again.
func look_freely() -> bool:
	return cue("gaze", {"release": 1.0})


# Make a gesture by name; `values` may have left, right, hold and rate. A session without a body answers with CUE_IGNORED.
func gesture(name: String, strength: float = 1.0, values: Dictionary = {}) -> bool:
	var all := values.duplicate()
	all[name] = strength
	return cue("gesture", all)


# Point at a place of the world, and look there; `values` may have left, right, hold and look.
func point_at(point: Vector3, values: Dictionary = {}) -> bool:
	var at := eyes_to(point)
	var all := values.duplicate()
	for axis in ["x", "y", "z"]:
		all[axis] = at[axis]
	return cue("point", all)


# Which hands something else has: they rest, and gestures of both become one-handed.
func hands_busy(left: bool, right: bool) -> bool:
	return cue("hands", {"left": float(left), "right": float(right)})


# How the body moves and stands: {"energy": 0.5, "sitting": 1, "lean": 8, "transition": 1.0}, ...
func body_style(values: Dictionary) -> bool:
	return cue("body", values)


# Send any cue, to be obeyed as soon as it can.
func cue(name: String, values: Dictionary) -> bool:
	return session != null and session.opening and session.cue(name, int(round(timeline.media)), values)


# A point of the world, from between the eyes at rest, in metres and the character's axes.
func eyes_to(point: Vector3) -> Vector3:
	var root := _root() as Spatial
	if root == null:
		return point - eyes
	var skeleton := BoneDriver.skeleton_below(root)
	var space := root.global_transform if skeleton == null else skeleton.global_transform
	var origin := space.origin
	var head := -1 if skeleton == null else skeleton.find_bone(head_bone)
	if head >= 0:
		origin = space.xform(BoneDriver.rest_of(skeleton, head).origin)
	return space.basis.orthonormalized().xform_inv(point - origin) - eyes


# The samples of a clip as 16 bits little-endian; none where it is compressed.
static func samples_of(clip: AudioStreamSample) -> PoolByteArray:
	if clip.format == AudioStreamSample.FORMAT_16_BITS:
		return clip.data
	var wide := PoolByteArray()
	if clip.format == AudioStreamSample.FORMAT_8_BITS:
		for byte in clip.data:
			wide.append(0)
			wide.append(byte)
	return wide


func _root() -> Node:
	var root := get_node_or_null(model)
	return root if root != null else get_parent()


# Whether a session for such audio is open; if not, it is asked for and audio may be given already.
func _ready_for(rate: int, channels: int) -> bool:
	if link.state != Link.OPEN or session == null:
		emit_signal("error", "there is no Voxrig server at %s:%d yet: start one with `voxrig serve`" % [host, port])
		return false
	if session.sample_rate != rate or session.channels != channels:
		session.close()
		_open(rate, channels)
	elif timeline.is_speaking or _is_sounding:
		interrupt()
	return true


func _open(rate: int, channels: int) -> void:
	session = Session.new(link)
	session.connect("opened", self, "_on_opened")
	session.connect("frames", self, "_on_frames")
	session.connect("event", self, "_on_event")
	session.connect("refused", self, "_on_refused")
	timeline = Timeline.new(session, idle_life, ahead_seconds)
	_told.clear()
	_is_sounding = false
	session.open(rate, channels, {
		"rig": "arkit", "frame_rate": [frames_per_second, 1], "seed": session_seed, "options": options
	})


func _move(passed: float) -> void:
	var newest: int = buffer.newest_sample()
	if not _is_sounding and timeline.may_start(newest):
		_is_sounding = true
		clock = PlayoutClock.new(session.sample_rate)
		_voice.start(_now)
		emit_signal("started")
	if not _is_sounding:
		timeline.drift(passed, newest)
		return
	clock.report(_now, timeline.speech_first + _voice.position(_now))
	timeline.media = clock.at(_now)
	if _voice.is_over():
		_is_sounding = false
		timeline.cut()
		_voice.stop()
		emit_signal("finished")


func _tell() -> void:
	while _told.size() and _told[0]["media_sample"] <= timeline.media:
		var content: Dictionary = _told.pop_front()
		if content["kind"] == "EMOTION":
			emit_signal("emotion_changed", content["values"])
			continue
		for name in content["values"]:
			emit_signal("viseme", name, content["values"][name])


func _on_greeted(_hello: Dictionary) -> void:
	_open(sample_rate, 1)


func _on_lost(message: String) -> void:
	session = null
	_voice.stop()
	_is_sounding = false
	_retry = _now + RETRY_SECONDS
	emit_signal("error", message)


func _on_opened() -> void:
	var count: int = session.bones.size()
	var first := 0  # of the body's bones; those before it ease to rest
	while first < count and BodyBones.part_of(session.bones[first]) == "":
		first += 1
	buffer = PlayoutBuffer.new(session.controls.size(), count, session.sample_rate, 2048, 0.1, 0.2, first)
	clock = PlayoutClock.new(session.sample_rate)
	var root := _root()
	face = FaceDriver.new(session.controls, FaceDriver.meshes_below(root))
	var skeleton := BoneDriver.skeleton_below(root)
	if skeleton != null:
		var names := {"head": head_bone, "eye_l": left_eye_bone, "eye_r": right_eye_bone}
		bones = BoneDriver.new(skeleton, names, session.controls, session.bones)
		body = null
		if first < count:
			body = BodyDriver.new(skeleton, session.controls, session.bones, body_bones)
			for part in body_bones:
				body.leave(part)
	emit_signal("opened")


func _on_frames(first_index: int, media_samples: Array, rows: Array) -> void:
	for row in rows.size():
		buffer.push(first_index + row, media_samples[row], rows[row])


func _on_event(content: Dictionary) -> void:
	match content["kind"]:
		"INTERRUPTED":
			buffer.interrupt(content["frame_index"])
			var kept := []
			for told in _told:
				if told["frame_index"] < content["frame_index"]:
					kept.append(told)
			_told = kept
		"VISEME", "EMOTION":
			_told.append(content)
	emit_signal("event", content)


func _on_refused(content: Dictionary) -> void:
	emit_signal("error", content["message"])
