# The puppet of the compliance suite: the add-on, driven from outside. Godot 3.2 can't read its standard input, so the
# commands come from ../puppet.py over TCP, as packets of the engine link's own kind: {"line": [word, argument, ...]}.
#
#   godot3-server --path godot3 -s res://puppet/puppet.gd --adapter=PORT [--server=HOST:PORT]
extends SceneTree

const Link := preload("res://addons/voxrig/link.gd")
const Msgpack := preload("res://addons/voxrig/msgpack.gd")
const Session := preload("res://addons/voxrig/session.gd")
const Playout := preload("res://puppet/playout.gd")

const EVENT_NUMBERS := ["utterance", "frame_count", "frame_index", "media_sample", "next_sample"]

var _peer := StreamPeerTCP.new()
var _codec := Msgpack.new()
var _in := PoolByteArray()
var _answers := []
var _link: Reference
var _strides := {}
var _playout := Playout.new()
var _asked := {}  # ids of pings
var _over := false


func _init() -> void:
	Engine.target_fps = 500
	var port := 0
	var server := []
	for argument in OS.get_cmdline_args():
		if argument.begins_with("--adapter="):
			port = int(argument.trim_prefix("--adapter="))
		elif argument.begins_with("--server="):
			server = argument.trim_prefix("--server=").rsplit(":", true, 1)
	_peer.connect_to_host("127.0.0.1", port)
	_peer.set_no_delay(true)
	if server.size() == 2:
		_link = Link.new()
		for name in ["greeted", "received", "refused", "ponged", "finished", "lost"]:
			_link.connect(name, self, "_on_" + name)
		_link.connect_to(server[0], int(server[1]))


func _idle(_delta: float) -> bool:
	var status := _peer.get_status()
	if status == StreamPeerTCP.STATUS_CONNECTED:
		if _link == null or _link.state >= Link.GREETING:  # before that nothing can be sent
			_read()
		if _link != null:
			_link.poll(OS.get_ticks_usec() * 1e-6)
		_write()
	elif status != StreamPeerTCP.STATUS_CONNECTING:
		_over = true
	if _over:
		quit()
	return false


func _read() -> void:
	var waiting := _peer.get_available_bytes()
	if waiting > 0:
		_in.append_array(_peer.get_partial_data(waiting)[1])
	var start := 0
	while _in.size() - start >= 4:
		var size := _in[start] | _in[start + 1] << 8 | _in[start + 2] << 16 | _in[start + 3] << 24
		if _in.size() - start - 4 < size:
			break
		var line: Array = _codec.decode(_in.subarray(start + 4, start + 3 + size))["line"]
		start += 4 + size
		if line[0] == "quit":
			_over = true
		elif _link != null:
			_obey(line)
		else:
			var answer := _playout.obey(line)
			if answer.size():
				_answers.append(answer)
	if start:
		_in = PoolByteArray() if start == _in.size() else _in.subarray(start, _in.size() - 1)


func _write() -> void:
	for answer in _answers:
		var payload := _codec.encode({"answer": answer})
		_peer.put_32(payload.size())
		_peer.put_data(payload)
	_answers.clear()


func _obey(line: Array) -> void:
	match line[0]:
		"ping":
			_asked[_link.ping(OS.get_ticks_usec() * 1e-6)] = true
		"done":
			_link.finish()
		_:
			if line[0] == "open":
				line[2]["seed"] = Msgpack.Unsigned.new(line[2]["seed"])
			_link.send({"session": line[1], line[0]: line[2]})


func _on_greeted(hello: Dictionary) -> void:
	_answers.append(["hello", hello["version"], hello["server"]])


func _on_received(session: int, kind: String, content: Dictionary) -> void:
	match kind:
		"opened":
			_strides[session] = content["stride"]
			_answers.append(["opened", session, content])
		"frames":
			_tell_frames(session, content)
		"event":
			var answer := ["event", session, content["kind"]]
			for field in EVENT_NUMBERS:
				answer.append(content[field])
			_answers.append(answer + [content["values"]])
		"error":
			_tell_error(session, content)


func _tell_frames(session: int, content: Dictionary) -> void:
	var rows := Session.rows_of(content["values"], _strides[session])
	for row in rows.size():
		var index: int = content["first_index"] + row
		_answers.append(["frame", session, content["utterance"], index, content["media_samples"][row], _hash(rows[row])])


func _tell_error(session, content: Dictionary) -> void:
	var closed := int(content["session_closed"])
	_answers.append(
		["error", session, content["code"], content["refused"], closed, content["next_sample"], content["message"]]
	)


func _on_refused(content: Dictionary) -> void:
	_tell_error("-", content)


func _on_ponged(id: int, round_trip: float) -> void:
	if _asked.erase(id):
		_answers.append(["pong", round_trip])


func _on_finished() -> void:
	_end(["done"])


func _on_lost(message: String) -> void:
	_end(["lost", message])


func _end(answer: Array) -> void:
	_answers.append(answer)
	_write()
	_over = true


# FNV-1a, 32 bits, of a row's bytes as they were received.
static func _hash(row: PoolRealArray) -> int:
	var writer := StreamPeerBuffer.new()
	for value in row:
		writer.put_float(value)
	var code := 0x811c9dc5
	for byte in writer.data_array:
		code = ((code ^ byte) * 0x01000193) & 0xffffffff
	return code
