# Adds the node VoxrigCharacter to the editor.
@tool
extends EditorPlugin


func _enter_tree() -> void:
	add_custom_type("VoxrigCharacter", "Node", preload("character.gd"), null)


func _exit_tree() -> void:
	remove_custom_type("VoxrigCharacter")
