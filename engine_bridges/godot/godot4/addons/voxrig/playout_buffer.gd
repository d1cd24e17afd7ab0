# Frames in, values at any media sample out: between two frames interpolated, after the newest held for `hold` seconds,
# then eased to rest over `easing` seconds so that no mouth stays open. A port of voxrig/engine_bridges/playout.py, which
# says more. Values of a frame are kept by reference, not copied, and never written to.
extends RefCounted

# What happened to frames and to calls of `sample`, since the start; PlayoutCounts of the original says what each is.
var pushed := 0
var exact := 0
var interpolated := 0
var held := 0
var rested := 0
var waited := 0
var late := 0
var skipped := 0
var superseded := 0
var overflowed := 0

var _controls: int
var _stride: int
var _staying: int  # place of the first value that doesn't ease to rest
var _capacity: int
var _hold: float
var _ease: float
var _rest := PackedFloat32Array()
var _out := PackedFloat32Array()
var _mixed := PackedFloat32Array()  # what is written to
var _values := []
var _samples := []
var _indices := []
var _seen := []
var _first := 0  # ring position of the oldest frame kept
var _count := 0
var _now := 0.0
var _shown := false
var _restedness := 0.0  # 0: the frames, 1: rest; moves at most 1 / ease a sample, so nothing pops


# `capacity` in frames, at least 2; `hold` and `easing` in seconds; media samples of `sample_rate` Hz. Bones behind the
# first `eased` don't go to rest, of which a body's would be a T-pose.
func _init(controls: int, bones: int, sample_rate: int, capacity: int = 2048, hold: float = 0.1, easing: float = 0.2, eased: int = 1 << 20) -> void:
	_controls = controls
	_stride = controls + 4 * bones
	_staying = controls + 4 * (eased if eased < bones else bones)
	_capacity = maxi(2, capacity)
	_hold = hold * sample_rate
	_ease = maxf(1.0, easing * sample_rate)
	_rest.resize(_stride)
	for place in _stride:
		_rest[place] = 1.0 if place >= controls and (place - controls) % 4 == 3 else 0.0
	_out = _rest
	_mixed.resize(_stride)
	for ring in [_values, _samples, _indices, _seen]:
		ring.resize(_capacity)


# Frames held, the one being shown included.
func size() -> int:
	return _count


# Media sample of the newest frame held, -1 where there is none.
func newest_sample() -> int:
	return _samples[_at(_count - 1)] if _count else -1


# Take the frame that follows the one before it, values [stride]. False, and nothing is taken, where its index is not
# above the newest's: call `interrupt` first.
func push(index: int, sample: int, values: PackedFloat32Array) -> bool:
	if values.size() != _stride or (_count and index <= _indices[_at(_count - 1)]):
		return false
	pushed += 1
	if _count == _capacity:
		_drop_oldest()
		overflowed += 1
	var due := _shown and sample <= _now
	# What is older than a frame already due is never shown again; what `interrupt` left may share its sample.
	while _count and (due or _samples[_at(_count - 1)] >= sample):
		_retire_oldest(true)
	var place := _at(_count)
	_values[place] = values
	for at in range(_staying, _stride):
		_rest[at] = values[at]
	_samples[place] = sample
	_indices[place] = index
	_seen[place] = false
	_count += 1
	return true


# Discard the frames from `frame_index` on: an INTERRUPTED event says which; their successors come next.
func interrupt(frame_index: int) -> void:
	while _count and _indices[_at(_count - 1)] >= frame_index:
		if _count == 1 and _seen[_first]:
			_indices[_first] = frame_index - 1  # on the screen already: stays until a successor is due
			return
		_count -= 1
		superseded += 1


# The values [stride] at `media_sample` of the caller's audio clock, which is noted as now.
# The clock may stand still or jump ahead; where it goes back, frames already dropped do not return.
func sample(media_sample: float) -> PackedFloat32Array:
	var elapsed := maxf(0.0, media_sample - _now) if _shown else 0.0
	_now = media_sample
	_shown = true
	while _count > 1 and _samples[_at(1)] <= media_sample:
		_retire_oldest(false)
	if not _count:
		waited += 1
		return _rest
	_show(media_sample)
	var starved: bool = _count == 1 and media_sample > _samples[_first] + _hold
	var step := elapsed / _ease
	_restedness = minf(1.0, _restedness + step) if starved else maxf(0.0, _restedness - step)
	if _restedness > 0.0:
		_mix(_out, _rest, _restedness * _restedness * (3.0 - 2.0 * _restedness))
	return _out


func _show(media_sample: float) -> void:
	var ahead: float = media_sample - _samples[_first]
	_seen[_first] = true
	if ahead < 0.0:
		waited += 1
	elif ahead == 0.0:
		exact += 1
	elif _count == 1:
		if ahead > _hold:
			rested += 1
		else:
			held += 1
	else:
		interpolated += 1
		var second := _at(1)
		_seen[second] = true
		_mix(_values[_first], _values[second], ahead / (_samples[second] - _samples[_first]))
		return
	_out = _values[_first]


# Blend `a` to `b`: controls linearly, bones along the shorter arc, unit length kept (normalised lerp).
func _mix(a: PackedFloat32Array, b: PackedFloat32Array, weight: float) -> void:
	var near := 1.0 - weight
	for place in _controls:
		_mixed[place] = near * a[place] + weight * b[place]
	for place in range(_controls, _stride, 4):
		var dot := a[place] * b[place] + a[place + 1] * b[place + 1] + a[place + 2] * b[place + 2] + a[place + 3] * b[place + 3]
		var far := -weight if dot < 0.0 else weight
		var x := near * a[place] + far * b[place]
		var y := near * a[place + 1] + far * b[place + 1]
		var z := near * a[place + 2] + far * b[place + 2]
		var w := near * a[place + 3] + far * b[place + 3]
		var length := sqrt(x * x + y * y + z * z + w * w)
		_mixed[place] = x / length
		_mixed[place + 1] = y / length
		_mixed[place + 2] = z / length
		_mixed[place + 3] = w / length
	_out = _mixed


func _at(offset: int) -> int:
	return (_first + offset) % _capacity


func _retire_oldest(was_late: bool) -> void:
	if not _seen[_first]:
		if was_late:
			late += 1
		else:
			skipped += 1
	_drop_oldest()


func _drop_oldest() -> void:
	_first = (_first + 1) % _capacity
	_count -= 1
