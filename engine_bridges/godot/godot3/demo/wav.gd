# Reads a WAV file of 16 bits as a clip, without the editor's import.
extends Reference


# The clip in the file at `path`, null where it is none of 16 bits.
static func clip_of(path: String) -> AudioStreamSample:
	var file := File.new()
	if file.open(path, File.READ) != OK:
		return null
	var tag := file.get_buffer(4).get_string_from_ascii()
	file.seek(12)
	var clip := AudioStreamSample.new()
	clip.format = AudioStreamSample.FORMAT_16_BITS
	var bits := 0
	while tag == "RIFF" and file.get_position() + 8 <= file.get_len():
		var name := file.get_buffer(4).get_string_from_ascii()
		var size := file.get_32()
		var next := file.get_position() + size + size % 2
		if name == "fmt ":
			file.get_16()
			clip.stereo = file.get_16() == 2
			clip.mix_rate = file.get_32()
			file.seek(file.get_position() + 6)
			bits = file.get_16()
		elif name == "data" and bits == 16:
			clip.data = file.get_buffer(size)
			return clip
		file.seek(next)
	return null
