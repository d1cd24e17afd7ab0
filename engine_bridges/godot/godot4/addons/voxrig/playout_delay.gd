# How far behind its sending speech should be heard, so that the frames are there in time: the longest journey of the
# last eight seconds, from handing over a sample to having the frame that shows it, plus a margin.
# A port of voxrig/engine_bridges/playout_delay.py.
extends RefCounted

const BUCKETS := 8

var _margin: float
var _longest := []  # one a second
var _second := 0


# `margin` in seconds.
func _init(margin: float = 0.02) -> void:
	_margin = margin
	for _bucket in BUCKETS:
		_longest.append(-INF)


# Note a frame that came at `now`; the sample on which it falls was sent, or recorded, at `sent`.
# Both in seconds of the caller's own clock, which never goes back.
func arrived(now: float, sent: float) -> void:
	var second := int(floor(now))
	for _bucket in BUCKETS:
		if _second < second:
			_second += 1
			_longest[_second % BUCKETS] = -INF
	if _second < second:
		_second = second
	var place := _second % BUCKETS
	_longest[place] = maxf(_longest[place], now - sent)


# Begin to play a sample so many seconds after it was sent; the margin alone before the first frame.
func seconds() -> float:
	var longest := 0.0
	for journey in _longest:
		longest = maxf(longest, journey)
	return longest + _margin
