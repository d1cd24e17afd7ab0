# The sound of a character: plays a clip, or samples as they are pushed, and says which of its samples is audible.
# Without a player nothing is heard, and the sound runs by the caller's clock.
extends RefCounted

const BUFFER_SECONDS := 0.25

# Samples that there are to play.
var length := 0
# Whether more may be pushed.
var is_open := false
var is_started := false

var _player: Node
var _clip: AudioStreamWAV
var _generator: AudioStreamGeneratorPlayback
var _capacity := 0
var _waiting := PackedVector2Array()  # not given to the generator yet
var _given := 0
var _rate := 0
var _began := 0.0
var _latency := 0.0
var _heard := 0.0  # samples, never goes back


# `player` is an AudioStreamPlayer, an AudioStreamPlayer3D or null.
func _init(player: Node) -> void:
	_player = player


# Get ready to play a clip of `samples` samples at `rate` Hz.
func take(clip: AudioStreamWAV, samples: int, rate: int) -> void:
	stop()
	_clip = clip
	_rate = rate
	length = samples


# Get ready to play what `push` brings at `rate` Hz, until `close`.
func open(rate: int) -> void:
	stop()
	_rate = rate
	is_open = true


# 16-bit little-endian mono samples.
func push(samples: PackedByteArray) -> void:
	length += samples.size() / 2
	if _player == null:
		return
	var reader := StreamPeerBuffer.new()
	reader.data_array = samples
	for _sample in samples.size() / 2:
		var value := reader.get_16() / 32768.0
		_waiting.append(Vector2(value, value))


# Nothing more is pushed.
func close() -> void:
	is_open = false


# Begin to be heard; `now` in seconds of a clock that never goes back.
func start(now: float) -> void:
	is_started = true
	_began = now
	_latency = AudioServer.get_output_latency()
	if _player == null:
		return
	if _clip != null:
		_player.stream = _clip
		_player.play()
	else:
		var stream := AudioStreamGenerator.new()
		stream.mix_rate = _rate
		stream.buffer_length = BUFFER_SECONDS
		_player.stream = stream
		_player.play()
		_generator = _player.get_stream_playback()
		_capacity = _generator.get_frames_available()


func stop() -> void:
	if _player != null and is_started:
		_player.stop()
	_clip = null
	_generator = null
	_waiting = PackedVector2Array()
	_given = 0
	_heard = 0.0
	length = 0
	is_open = false
	is_started = false


# The sample that is audible at `now`, from 0 at the first; `length` when all of it was heard.
func position(now: float) -> float:
	var at := _heard
	if _player == null:
		at = (now - _began) * _rate
	elif _generator != null:
		_feed()
		at = _given - (_capacity - _generator.get_frames_available()) - _latency * _rate
		if _generator.get_frames_available() == _capacity and _waiting.size() == 0:
			at = _given
	elif _player.playing:
		at = (_player.get_playback_position() + AudioServer.get_time_since_last_mix() - _latency) * _rate
	else:
		at = length  # a clip stops by itself at its end
	if at > _heard:
		_heard = at if at < length else float(length)
	return _heard


# Whether all of it was heard.
func is_over() -> bool:
	return not is_open and _heard >= length


func _feed() -> void:
	var room: int = _generator.get_frames_available()
	var count := room if room < _waiting.size() else _waiting.size()
	for place in count:
		_generator.push_frame(_waiting[place])
	if count == _waiting.size():
		_waiting = PackedVector2Array()
	elif count:
		var rest := PackedVector2Array()
		for place in range(count, _waiting.size()):
			rest.append(_waiting[place])
		_waiting = rest
	_given += count
