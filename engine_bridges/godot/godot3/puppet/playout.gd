# The puppet's playout mode: buffer, clock and delay, obeying lines of the compliance suite.
extends Reference

const PlayoutBuffer := preload("res://addons/voxrig/playout_buffer.gd")
const PlayoutClock := preload("res://addons/voxrig/playout_clock.gd")
const PlayoutDelay := preload("res://addons/voxrig/playout_delay.gd")

const COUNTS := [
	"pushed", "exact", "interpolated", "held", "rested", "waited", "late", "skipped", "superseded", "overflowed"
]

var _buffer: Reference
var _clock: Reference
var _delay: Reference


func _init() -> void:
	obey(["buffer", 1, 0, 48000, 256, 0.1, 0.2])


# Obey one line, as words and numbers; the answer likewise, empty where there is none.
func obey(line: Array) -> Array:
	match line[0]:
		"buffer":
			_buffer = PlayoutBuffer.new(line[1], line[2], line[3], line[4], line[5], line[6])
			_clock = PlayoutClock.new(line[3])
			_delay = PlayoutDelay.new(0.02)
		"frame":
			if not _buffer.push(line[1], line[2], PoolRealArray(line[3])):
				return ["refused", line[1]]
		"cut":
			_buffer.interrupt(line[1])
		"report":
			_clock.report(line[1], line[2])
		"show":
			var media: float = _clock.at(line[1])
			return ["shown", media, Array(_buffer.sample(media))]
		"sample":
			return ["sampled", Array(_buffer.sample(line[1]))]
		"arrived":
			_delay.arrived(line[1], line[2])
		"delay":
			return ["delay", _delay.seconds()]
		"counts":
			var counts := []
			for name in COUNTS:
				counts.append(_buffer.get(name))
			return ["counts", counts + [_clock.reports, _clock.resyncs, _clock.pauses]]
	return []
