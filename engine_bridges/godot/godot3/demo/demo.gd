# A face that says a line: start `voxrig serve`, then this scene. Space says it again, Escape interrupts, the mouse is
# looked at.
extends Spatial

const Wav := preload("wav.gd")

onready var _character := $Character
onready var _camera := $Camera


func _ready() -> void:
	_character.connect("opened", self, "_say")
	_character.connect("error", self, "_show_error")


func _say() -> void:
	var path := ProjectSettings.globalize_path("res://").plus_file("../../../samples/healer.wav")
	var clip := Wav.clip_of(path)
	if clip == null:
		_show_error("there is no clip of 16 bits at %s" % path)
	else:
		_character.speak(clip)


func _show_error(message: String) -> void:
	print("Voxrig: ", message)


func _unhandled_input(event: InputEvent) -> void:
	if event.is_action_pressed("ui_cancel"):
		_character.interrupt()
	elif event.is_action_pressed("ui_select"):
		_say()
	elif event is InputEventMouseMotion:
		_character.look_at_point(_camera.project_position(event.position, 0.4))
