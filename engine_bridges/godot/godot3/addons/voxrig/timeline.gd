# What was sent and what is shown: the media samples of one session, from the first to be sent to the one on screen.
# It sends speech as far ahead as it may be shown, silence where there is none, and knows when the sound may start.
extends Reference

const LEAD := 0.05  # seconds of frames that must be there before a sound starts
const IDLE_AHEAD := 0.15  # seconds, besides the look-ahead, that silence is sent ahead
const TAIL := 0.25  # seconds of silence after speech, where silence is not sent
const CHUNK := 0.02

# Media sample that is on the screen.
var media := 0.0
# First sample of the speech that is being sent, -1 while there is none, and the first after it, -1 while more may come.
var speech_first := -1
var speech_end := -1
# Whether there is speech that was not sent yet, or may still be given.
var is_speaking := false

var _session: Reference
var _is_idling: bool
var _ahead: float
var _pending := PoolByteArray()
var _taken := 0  # bytes of it
var _more := false  # may still be given


# `is_idling`: send silence where there is no speech; `ahead`: seconds of speech that are sent before they are shown.
func _init(session: Reference, is_idling: bool, ahead: float) -> void:
	_session = session
	_is_idling = is_idling
	_ahead = ahead


# Speak `samples`, 16 bits; `more` where further calls bring the rest of it.
func speak(samples: PoolByteArray, more: bool) -> void:
	if not is_speaking:
		speech_first = -1
		speech_end = -1
	is_speaking = true
	_pending = samples if _taken == _pending.size() else _pending.subarray(_taken, _pending.size() - 1) + samples
	_taken = 0
	_more = more


# No more of it comes.
func end_speech() -> void:
	_more = false


# Forget what was not sent.
func cut() -> void:
	_pending = PoolByteArray()
	_taken = 0
	_more = false
	is_speaking = false
	speech_first = -1
	speech_end = -1


# Send what is due.
func feed() -> void:
	if _session.is_interrupting or not _session.opening:
		return
	var size: int = 2 * _session.channels
	var chunk := int(CHUNK * _session.sample_rate)
	while is_speaking and _session.next_sample < media + _ahead * _session.sample_rate:
		if speech_first < 0 and _taken < _pending.size():
			speech_first = _session.next_sample
		var count := chunk * size if chunk * size < _pending.size() - _taken else _pending.size() - _taken
		if count and not _session.send(_pending.subarray(_taken, _taken + count - 1)):
			return
		_taken += count
		if _taken == _pending.size():
			if not _more:
				_finish()
			break
	var look_ahead: Dictionary = _session.opening["look_ahead"]
	var ahead: float = IDLE_AHEAD + float(look_ahead["numerator"]) / look_ahead["denominator"]
	while _is_idling and not is_speaking and _session.next_sample < media + ahead * _session.sample_rate:
		var silence := PoolByteArray()
		silence.resize(chunk * size)
		for place in silence.size():
			silence[place] = 0
		if not _session.send(silence):
			return


# Whether the sound of the speech may start: its frames have come, `newest` being the media sample of the last.
func may_start(newest: int) -> bool:
	if speech_first < 0 or (_is_idling and media < speech_first):
		return false
	var wanted: float = speech_first + LEAD * _session.sample_rate
	return newest >= wanted or (speech_end >= 0 and newest >= speech_end - _session.sample_rate / 30)


# Move on without a sound, by `seconds`, as far as there are frames, and no further than to where a sound is to start.
func drift(seconds: float, newest: int) -> void:
	var next: float = media + seconds * _session.sample_rate
	if next > newest:
		next = newest
	if next > speech_first and speech_first >= 0:
		next = speech_first
	if next > media:
		media = next


func _finish() -> void:
	is_speaking = false
	speech_end = _session.next_sample
	if not _is_idling and speech_first >= 0:
		_session.end_utterance(int(TAIL * _session.sample_rate))
