# One connection to a Voxrig server over the engine link (`voxrig serve`, TCP): packets of a length and a MessagePack
# map, both ways, for any number of sessions. It has no thread and no clock: call `poll` at every picture.
extends RefCounted

signal greeted(hello)  # the server's: version, server, limits
signal received(session, kind, content)  # of a session: "opened", "frames", "event" or "error", and its map
signal refused(error)  # the connection itself: code, message; `lost` follows
signal described(description)
signal ponged(id, round_trip)  # to `ping`; seconds
signal finished()  # after `finish`: everything sent is done, and the connection closed
signal lost(message)  # for people, with the remedy

const Msgpack := preload("msgpack.gd")

const VERSION := 1
const CLIENT := "Godot 4, Voxrig 0.1"
const CONNECT_PATIENCE := 5.0  # seconds
const PING_EVERY := 2.0
const SILENCE_PATIENCE := 10.0  # without a byte, pongs included
const MAX_PACKET := 64 << 20
const MAX_WAITING := 8 << 20  # bytes that the server has not taken yet
const QUIET := 0.25  # seconds without a byte after which nothing more is expected by `finish`

# Kinds of events that this version knows; those of later ones are dropped.
const EVENTS := ["UTTERANCE_ENDED", "INTERRUPTED", "CLOSED", "CUE_IGNORED", "CUE_LATE", "VISEME", "EMOTION"]

enum {IDLE, CONNECTING, GREETING, OPEN}

var state := IDLE
# The server's hello, once it has come.
var hello := {}
# The shortest round trip of late in seconds, -1 before the first, and by how much the server's clock is ahead then.
var round_trip := -1.0
var token := ""  # for servers that ask for one; before `connect_to`
var clock_offset := 0.0

var _peer := StreamPeerTCP.new()
var _codec := Msgpack.new()
var _in := PackedByteArray()
var _out := PackedByteArray()
var _address := ""
var _began := -1.0
var _heard := 0.0
var _pinged := 0.0
var _number := 0
var _open := {}  # session number: whether it is closing
var _finishing := false
var _finish_asked := 0.0
var _closed_by_finish := {}  # session numbers
var _ping_id := 0
var _pings := {}  # id: when it was sent


# Begin to connect; `greeted` or `lost` follows from `poll`.
func connect_to(host: String, port: int) -> bool:
	stop()
	_address = "%s:%d" % [host, port]
	_began = -1.0
	if _peer.connect_to_host(host, port) != OK:
		return false
	state = CONNECTING
	return true


# Drop the connection and everything in it now.
func stop() -> void:
	_peer.disconnect_from_host()
	_in = PackedByteArray()
	_out = PackedByteArray()
	_open.clear()
	_closed_by_finish.clear()
	_finishing = false
	_pings.clear()
	round_trip = -1.0
	state = IDLE


# A number for a new session, that no other of this connection has.
func next_number() -> int:
	_number += 1
	return _number


# Queue one message, such as {"session": 1, "audio": {...}}. False where there is no connection, or the server has not
# taken what was sent before for so long that MAX_WAITING bytes wait.
func send(message: Dictionary) -> bool:
	if state < GREETING or _finishing or _out.size() > MAX_WAITING:
		return false
	return _put(message)


func describe() -> bool:
	return send({"describe": {}})


# Ask for a pong at `now` seconds; its id, 0 where nothing can be sent.
func ping(now: float) -> int:
	if not send({"ping": {"id": _ping_id + 1, "sent": now}}):
		return 0
	_ping_id += 1
	_pings[_ping_id] = now
	return _ping_id


# Nothing more is sent: every session ends once all that was sent is done, then `finished`. (Godot's sockets can't say
# so by closing one direction: each session is closed by its own message, and the connection by this side once the last
# has closed and nothing has come for QUIET seconds.)
func finish() -> void:
	if _finishing:
		return
	for number in _open:
		if not _open[number]:
			_put({"session": number, "close": {}})
			_closed_by_finish[number] = true
	_finishing = true


# Move bytes. `now` in seconds of a clock that never goes back.
func poll(now: float) -> void:
	if state == IDLE:
		return
	if _began < 0.0:
		_began = now
		_heard = now
	if not _finishing:
		_finish_asked = now
	_peer.poll()
	var status := _peer.get_status()
	if state == CONNECTING:
		if status == StreamPeerTCP.STATUS_CONNECTED:
			_peer.set_no_delay(true)
			state = GREETING
			var greeting := {"version": VERSION, "client": CLIENT}
			if token != "":
				greeting["token"] = token
			_put({"hello": greeting})
		elif status != StreamPeerTCP.STATUS_CONNECTING or now - _began > CONNECT_PATIENCE:
			_lose("no Voxrig server answers at %s: start one with `voxrig serve`; the port is its link port" % _address)
			return
		else:
			return
	_receive(now)
	if state == IDLE:
		return
	if state == OPEN and now - _pinged >= PING_EVERY and not _finishing:
		_pinged = now
		ping(now)
	_flush()
	if _finishing and _open.is_empty() and now - _heard > QUIET and now - _finish_asked > QUIET:
		_end()
	elif now - _heard > SILENCE_PATIENCE:
		_lose("the server at %s has said nothing for %d seconds" % [_address, int(SILENCE_PATIENCE)])
	elif _peer.get_status() != StreamPeerTCP.STATUS_CONNECTED and state != IDLE:
		_end()


func _put(message: Dictionary) -> bool:
	var payload := _codec.encode(message)
	if payload.size() == 0:
		push_error("Voxrig: %s" % _codec.error)
		return false
	if message.has("open"):
		_open[message["session"]] = false
	elif message.has("close") and _open.has(message["session"]):
		_open[message["session"]] = true
	var size := payload.size()
	_out.append_array(PackedByteArray([size & 255, size >> 8 & 255, size >> 16 & 255, size >> 24 & 255]))
	_out.append_array(payload)
	return true


func _flush() -> void:
	if not _out.size():
		return
	var result := _peer.put_partial_data(_out)
	var taken: int = result[1] if result[0] == OK else 0
	if taken == _out.size():
		_out = PackedByteArray()
	elif taken:
		_out = _out.slice(taken, _out.size())


func _receive(now: float) -> void:
	var waiting := _peer.get_available_bytes()
	while waiting > 0:
		var result := _peer.get_partial_data(waiting)
		if result[0] != OK or result[1].size() == 0:
			break
		_in.append_array(result[1])
		_heard = now
		waiting = _peer.get_available_bytes()
	var start := 0
	while _in.size() - start >= 4:
		var size := _in[start] | _in[start + 1] << 8 | _in[start + 2] << 16 | _in[start + 3] << 24
		if size > MAX_PACKET:
			_lose("the server at %s announces a packet of %d bytes: is that a link port?" % [_address, size])
			return
		if _in.size() - start - 4 < size:
			break
		var payload := _in.slice(start + 4, start + 4 + size) if size else PackedByteArray()
		start += 4 + size
		var content = _codec.decode(payload)
		if typeof(content) != TYPE_DICTIONARY:
			_lose("the server's answer breaks the protocol: %s" % _codec.error)
			return
		_take(content, now)
		if state == IDLE:
			return
	if start == _in.size():
		_in = PackedByteArray()
	elif start:
		_in = _in.slice(start, _in.size())


func _take(content: Dictionary, now: float) -> void:
	if content.has("session"):
		for kind in ["frames", "event", "opened", "error"]:
			if content.has(kind):
				_take_of_session(content["session"], kind, content[kind])
				return
	elif content.has("hello"):
		hello = content["hello"]
		state = OPEN
		_pinged = now
		greeted.emit(hello)
	elif content.has("pong"):
		_take_pong(content["pong"], now)
	elif content.has("describe"):
		described.emit(content["describe"])
	elif content.has("error"):
		refused.emit(content["error"])
		_lose(str(content["error"].get("message", "the server refused the connection")))


func _take_of_session(number: int, kind: String, content: Dictionary) -> void:
	if kind == "event" and not content.get("kind") in EVENTS:
		return
	var closed: bool = kind == "event" and content.get("kind") == "CLOSED"
	if closed or (kind == "error" and content.get("session_closed")):
		_open.erase(number)
	if not (kind == "error" and content["refused"] == "close" and _closed_by_finish.has(number)):
		received.emit(number, kind, content)


func _take_pong(pong: Dictionary, now: float) -> void:
	var id: int = pong["id"]
	if not _pings.has(id):
		return
	var sent: float = _pings[id]
	_pings.erase(id)
	if round_trip < 0.0 or now - sent <= round_trip * 1.1:
		round_trip = now - sent
		clock_offset = 0.5 * ((pong["received"] - sent) + (pong["replied"] - now))
	ponged.emit(id, now - sent)


func _end() -> void:
	if _finishing and _open.is_empty():
		stop()
		finished.emit()
	else:
		_lose("the server at %s closed the connection" % _address)


func _lose(message: String) -> void:
	stop()
	lost.emit(message)
