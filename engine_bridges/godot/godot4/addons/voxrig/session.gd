# One character's stream on a link: what it is sent, and its frames and events as they come.
extends RefCounted

signal opened()
signal frames(first_index, media_samples, rows)  # rows: one PackedFloat32Array [stride] a frame
signal event(content)  # kind, utterance, frame_count, frame_index, media_sample, next_sample, message, values
signal refused(content)  # code, message, session_closed, next_sample, refused

const Msgpack := preload("msgpack.gd")

var number: int
# The server's `opened`; empty until it has come, and after the session's end.
var opening := {}
var controls := []
var bones := []
var stride := 0
var sample_rate: int
var channels: int
# Media sample of the next audio sent.
var next_sample := 0
# Between `interrupt` and its answer: audio is refused here, since nobody knows yet where it goes on.
var is_interrupting := false

var _link: RefCounted


func _init(link: RefCounted) -> void:
	_link = link
	number = link.next_number()
	_link.received.connect(_on_received)


# Ask the server for a session: `settings` has any of rig, frame_rate ([numerator, denominator]), seed, look_ahead_ms
# and options (a map of texts). Audio is 16-bit, at `rate` Hz, of one or two channels; it may follow at once.
func open(rate: int, channel_count: int, settings: Dictionary) -> bool:
	sample_rate = rate
	channels = channel_count
	var fps: Array = settings.get("frame_rate", [60, 1])
	return _send("open", {
		"rig": settings.get("rig", "arkit"),
		"frame_rate": {"numerator": fps[0], "denominator": fps[1]},
		"audio": {"encoding": "S16LE", "sample_rate": rate, "channels": channel_count},
		"seed": Msgpack.Unsigned.new(settings.get("seed", 0)),
		"look_ahead_ms": settings.get("look_ahead_ms", 0),
		"options": settings.get("options", {}),
	})


# Send 16-bit little-endian samples, straight after those sent before; as many messages as the server's limit asks for.
# False, with `next_sample` saying how far it came, where the link takes no more.
func send(samples: PackedByteArray) -> bool:
	var size := 2 * channels
	var most: int = int(_link.hello.get("limits", {}).get("max_chunk_bytes", 1 << 16)) / size * size
	var start := 0
	while start < samples.size():
		if is_interrupting:
			return false
		var count := mini(most, samples.size() - start)
		var part := samples if count == samples.size() else samples.slice(start, start + count)
		if not _send("audio", {"first_sample": next_sample, "samples": part}):
			return false
		next_sample += count / size
		start += count
	return true


# End the running utterance, with `tail_samples` of silence appended by the server.
func end_utterance(tail_samples: int = 0) -> bool:
	var sent := _send("end_utterance", {"tail_samples": tail_samples})
	if sent:
		next_sample += tail_samples
	return sent


# Stop speaking at `at_sample` (-1: at once). An event INTERRUPTED answers and says where audio goes on.
func interrupt(at_sample: int = -1) -> bool:
	is_interrupting = _send("interrupt", {} if at_sample < 0 else {"at_sample": at_sample})
	return is_interrupting


# Send a timed instruction; `values` is a map of numbers.
func cue(name: String, media_sample: int, values: Dictionary) -> bool:
	return _send("cue", {"media_sample": maxi(0, media_sample), "name": name, "values": values})


func close() -> bool:
	return _send("close", {})


# The rows of a message of frames.
static func rows_of(values: PackedByteArray, width: int) -> Array:
	var rows := []
	for start in range(0, values.size(), 4 * width):
		rows.append(values.slice(start, start + 4 * width).to_float32_array())
	return rows


func _send(kind: String, content: Dictionary) -> bool:
	return _link.send({"session": number, kind: content})


func _on_received(session: int, kind: String, content: Dictionary) -> void:
	if session != number:
		return
	match kind:
		"frames":
			var rows := rows_of(content["values"], stride)
			frames.emit(content["first_index"], content["media_samples"], rows)
		"opened":
			opening = content
			controls = content["controls"]
			bones = content["bones"]
			stride = content["stride"]
			opened.emit()
		"event":
			if content["kind"] == "INTERRUPTED":
				is_interrupting = false
				next_sample = content["next_sample"]
			elif content["kind"] == "CLOSED":
				opening = {}
			event.emit(content)
		"error":
			if content["refused"] == "interrupt":
				is_interrupting = false
			if content["session_closed"]:
				opening = {}
			elif content["refused"] == "audio":
				next_sample = content["next_sample"]
			refused.emit(content)
