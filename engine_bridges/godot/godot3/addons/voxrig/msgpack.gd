# MessagePack, as far as the engine link uses it: nil, booleans, integers of 64 bits, floats, strings, bytes
# (PoolByteArray), arrays and maps with string keys. Extension types are refused.
extends Reference

const DEEPEST := 16


# An integer of 64 bits without a sign, such as a session's seed: in GDScript its upper half reads as negative.
class Unsigned:
	extends Reference
	var bits: int

	func _init(value: int) -> void:
		bits = value


# Why the last `decode` returned null; empty where it went well.
var error := ""

var _in := StreamPeerBuffer.new()
var _end := 0


func _init() -> void:
	_in.big_endian = true


# The bytes of `value`, or none where it has a type that the link has not (see `error`).
func encode(value) -> PoolByteArray:
	error = ""
	var out := StreamPeerBuffer.new()
	out.big_endian = true
	_write(out, value)
	return out.data_array if error.empty() else PoolByteArray()


func _write(out: StreamPeerBuffer, value) -> void:
	match typeof(value):
		TYPE_NIL:
			out.put_u8(0xc0)
		TYPE_BOOL:
			out.put_u8(0xc3 if value else 0xc2)
		TYPE_INT:
			_write_integer(out, value)
		TYPE_REAL:
			out.put_u8(0xcb)
			out.put_double(value)
		TYPE_STRING:
			var text: PoolByteArray = value.to_utf8()
			_write_size(out, text.size(), 0xa0, 32, 0xd9)
			if text.size():
				out.put_data(text)
		TYPE_RAW_ARRAY:
			_write_size(out, value.size(), -1, 0, 0xc4)
			if value.size():
				out.put_data(value)
		TYPE_ARRAY:
			_write_size(out, value.size(), 0x90, 16, 0xdb)
			for item in value:
				_write(out, item)
		TYPE_DICTIONARY:
			_write_size(out, value.size(), 0x80, 16, 0xdd)
			for key in value:
				_write(out, str(key))
				_write(out, value[key])
		TYPE_OBJECT:
			out.put_u8(0xcf)
			out.put_u64(value.bits)
		_:
			error = "a value of type %d can't be sent: use numbers, texts, bytes, arrays and maps" % typeof(value)


# Integers are signed here; what was written as unsigned with its top bit set reads as negative.
func _write_integer(out: StreamPeerBuffer, value: int) -> void:
	if value >= 0 and value < 0x80:
		out.put_u8(value)
	elif value >= 0 and value <= 0xffffffff:
		out.put_u8(0xce)
		out.put_u32(value)
	else:
		out.put_u8(0xd3)
		out.put_64(value)


# `tiny`: the tag that carries sizes below `below` itself (-1: there is none); `tag`: that of 8 bits for strings and
# bytes, of 16 bits less one for arrays and maps, which have none of 8.
func _write_size(out: StreamPeerBuffer, size: int, tiny: int, below: int, tag: int) -> void:
	if size < below:
		out.put_u8(tiny | size)
	elif size < 0x100 and tag != 0xdb and tag != 0xdd:
		out.put_u8(tag)
		out.put_u8(size)
	elif size < 0x10000:
		out.put_u8(tag + 1)
		out.put_u16(size)
	else:
		out.put_u8(tag + 2)
		out.put_u32(size)


# The one value in `bytes`; null and `error` where they are not one whole value.
func decode(bytes: PoolByteArray):
	error = ""
	_in.data_array = bytes
	_in.seek(0)
	_end = bytes.size()
	var value = _read(0)
	if error.empty() and _in.get_position() != _end:
		error = "%d bytes follow the value" % (_end - _in.get_position())
	return value if error.empty() else null


func _has(count: int) -> bool:
	if error.empty() and _end - _in.get_position() < count:
		error = "the packet ends within a value"
	return error.empty()


func _read(depth: int):
	if depth > DEEPEST:
		error = "nested more than %d deep" % DEEPEST
	if not _has(1):
		return null
	var tag := _in.get_u8()
	if tag < 0x80:
		return tag
	if tag >= 0xe0:
		return tag - 0x100
	if tag < 0x90:
		return _read_map(tag & 15, depth)
	if tag < 0xa0:
		return _read_array(tag & 15, depth)
	if tag < 0xc0:
		return _read_text(tag & 31)
	match tag:
		0xc0:
			return null
		0xc2:
			return false
		0xc3:
			return true
		0xc4, 0xc5, 0xc6:
			return _read_bytes(_read_unsigned(1 << (tag - 0xc4)))
		0xca:
			return _in.get_float() if _has(4) else null
		0xcb:
			return _in.get_double() if _has(8) else null
		0xcc, 0xcd, 0xce, 0xcf:
			return _read_unsigned(1 << (tag - 0xcc))
		0xd0:
			return _in.get_8() if _has(1) else null
		0xd1:
			return _in.get_16() if _has(2) else null
		0xd2:
			return _in.get_32() if _has(4) else null
		0xd3:
			return _in.get_64() if _has(8) else null
		0xd9, 0xda, 0xdb:
			return _read_text(_read_unsigned(1 << (tag - 0xd9)))
		0xdc, 0xdd:
			return _read_array(_read_unsigned(2 << (tag - 0xdc)), depth)
		0xde, 0xdf:
			return _read_map(_read_unsigned(2 << (tag - 0xde)), depth)
	error = "tag 0x%x is none of this link" % tag
	return null


func _read_unsigned(width: int) -> int:
	if not _has(width):
		return 0
	match width:
		1:
			return _in.get_u8()
		2:
			return _in.get_u16()
		4:
			return _in.get_u32()
	return _in.get_u64()


func _read_bytes(size: int) -> PoolByteArray:
	if not _has(size) or size == 0:
		return PoolByteArray()
	return _in.get_data(size)[1]


func _read_text(size: int) -> String:
	return _read_bytes(size).get_string_from_utf8()


func _read_array(size: int, depth: int) -> Array:
	var items := []
	while items.size() < size and error.empty():
		items.append(_read(depth + 1))
	return items


func _read_map(size: int, depth: int) -> Dictionary:
	var items := {}
	for _place in size:
		var key = _read(depth + 1)
		if typeof(key) != TYPE_STRING and error.empty():
			error = "a map has a key that is no string"
		if not error.empty():
			break
		items[key] = _read(depth + 1)
	return items
