# Where the sound is, between the coarse reports of an audio device: an alpha-beta filter on position and speed that
# stops where the device stops and jumps where it jumps. A port of voxrig/engine_bridges/playout_clock.py, which says more.
extends Reference

const ALPHA := 0.1
const BETA := ALPHA * ALPHA / (2.0 - ALPHA)
const SLOWEST := 0.9
const FASTEST := 1.1
const JUMP := 0.08  # seconds off above which the sound was moved, and is not merely uneven
const SHORTEST_STEP := 0.005
const LONGEST_STEP := 0.1
const GROWTH := 1.1  # by how much the grain may grow with a report
const PATIENCE := 1.5  # steps of the device after which a position that stays is a pause

# Since the start: reports with a new position; jumps, the first report left out; times that the position stayed.
var reports := 0
var resyncs := 0
var pauses := 0
# Seconds of sound in a second of the caller's clock.
var speed := 1.0
# Whether the device plays, as far as is known.
var is_moving := false

var _rate: float
var _time := 0.0  # of the last new position
var _position := 0.0  # filtered, at `_time`
var _reported := 0.0  # as told
var _looked := 0.0  # when it was told last, new or not
var _step := LONGEST_STEP  # longest of late between two new positions, seconds
var _grain := 0.0  # least of late by which the position moved, samples: the sound is somewhere within it
var _started := false


# Media samples of `sample_rate` Hz against seconds of the caller's own clock, which never goes back.
func _init(sample_rate: int) -> void:
	_rate = float(sample_rate)


# The device says that media sample `sample` is audible at `now` seconds.
# Report at every picture, also when the position is the same as before: that is how a pause is noticed.
func report(now: float, sample: float) -> void:
	_looked = now
	if _started and sample == _reported:
		if is_moving and now - _time > PATIENCE * _step:
			is_moving = false
			_position = sample + 0.5 * _grain
			pauses += 1
		return
	reports += 1
	var passed := now - _time
	var expected := _position
	if is_moving:  # however long nobody looked
		expected += passed * speed * _rate
	var error := sample - expected
	var moved := sample - _reported
	if not _started or abs(error) > JUMP * _rate:
		resyncs += int(_started)
		_position = sample + 0.5 * _grain
	elif not is_moving or passed <= 0.0:  # on from a pause: how long the step took is not known
		_position = sample if sample > expected else expected
	else:
		_position = expected + ALPHA * error
		speed = _within(SLOWEST, speed + BETA * error / (passed * _rate), FASTEST)
		if passed < LONGEST_STEP:
			_step = _larger(SHORTEST_STEP, _larger(passed, 0.95 * _step))
		if moved > 0.0:
			_grain = moved if _grain == 0.0 or moved < GROWTH * _grain else GROWTH * _grain
	_started = true
	is_moving = true
	_time = now
	_reported = sample


# The media sample that is audible at `now` seconds; 0 before the first report.
# It may go back a little where a pause is noticed or a report corrects it.
func at(now: float) -> float:
	if not is_moving:
		return _position
	var position := _position + _within(0.0, now - _time, PATIENCE * _step) * speed * _rate
	if _grain == 0.0:
		return position
	# A device that has not told of the next grain has not come to it: so much less is to be taken back in a pause.
	var most := _reported + _grain + _larger(0.0, now - _looked) * speed * _rate
	return position if position < most else most


# `clamp`, `min` and `max` of Godot 3 calculate with 32 bits, too few for times.
static func _within(least: float, value: float, most: float) -> float:
	if value < least:
		return least
	return most if value > most else value


static func _larger(a: float, b: float) -> float:
	return a if a > b else b
