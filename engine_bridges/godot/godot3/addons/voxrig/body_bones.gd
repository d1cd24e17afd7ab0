# The body's bones by the protocol's names, which are those of Unreal's skeletons: what hangs from what, and what other
# skeletons call it.
extends Reference

const TORSO := ["pelvis", "spine_01", "spine_02", "spine_03", "spine_04", "spine_05", "neck_01", "neck_02", "head"]
# Of each side: what hangs from what, and what VRM (Godot's humanoid, too) and motion capture files call it.
const LIMBS := {
	"clavicle": ["spine_05", "Shoulder", "Shoulder"],
	"upperarm": ["clavicle", "UpperArm", "Arm"],
	"lowerarm": ["upperarm", "LowerArm", "ForeArm"],
	"hand": ["lowerarm", "Hand", "Hand"],
	"thigh": ["pelvis", "UpperLeg", "UpLeg"],
	"calf": ["thigh", "LowerLeg", "Leg"],
	"foot": ["calf", "Foot", "Foot"],
}
const FINGERS := {"thumb": "Thumb", "index": "Index", "middle": "Middle", "ring": "Ring", "pinky": "Little"}
const JOINTS := ["Proximal", "Intermediate", "Distal"]
const THUMB := ["Metacarpal", "Proximal", "Distal"]
const SPINES := [["spine"], ["chest", "spine1"], ["upperchest", "spine2"], ["spine3"], ["spine4"]]
const AIMS := {"upperarm": "lowerarm", "lowerarm": "hand", "hand": "middle_01"}


# "torso", "arms", "fingers" or "legs"; "" for head, eyes and what is not the body's.
static func part_of(name: String) -> String:
	if name != "head" and TORSO.has(name):
		return "torso"
	var stem := stem_of(name)
	if stem == "" or LIMBS.has(stem):
		return "" if stem == "" else ("legs" if stem in ["thigh", "calf", "foot"] else "arms")
	return "fingers" if _finger_of(stem) != "" else ""


# The bone that another hangs from, "" for the pelvis and what is not the body's.
static func parent_of(name: String) -> String:
	if TORSO.has(name):
		return TORSO[TORSO.find(name) - 1] if name != "pelvis" else ""
	var stem := stem_of(name)
	var side := name.right(name.length() - 2)
	if LIMBS.has(stem):
		var parent: String = LIMBS[stem][0]
		return parent if TORSO.has(parent) else parent + side
	var finger := _finger_of(stem)
	if finger == "":
		return ""
	var joint := int(stem.right(stem.length() - 1))
	return "hand" + side if joint == 1 else "%s_0%d%s" % [finger, joint - 1, side]


# The bone at whose joint a bone of the arm or of a finger ends, by which its direction at rest is known; "" for all
# others, and for the thumb, which rests as anybody's does.
static func aim_of(name: String) -> String:
	var stem := stem_of(name)
	var side := name.right(name.length() - 2)
	if AIMS.has(stem):
		return AIMS[stem] + side
	var finger := _finger_of(stem)
	var joint := int(stem.right(stem.length() - 1)) if finger != "" else 3
	return "" if joint == 3 or finger == "thumb" else "%s_0%d%s" % [finger, joint + 1, side]


# "hand" of "hand_l", "" where a name has no side.
static func stem_of(name: String) -> String:
	return name.left(name.length() - 2) if name.ends_with("_l") or name.ends_with("_r") else ""


# What a skeleton calls the body's bones: indices by the protocol's names. `names` are the skeleton's, by their indices;
# `given` maps names of the protocol to names of the skeleton, "" for a bone to be left alone.
static func find_in(names: Array, given: Dictionary) -> Dictionary:
	var by_name := {}
	for index in names.size():
		by_name[_plain(names[index])] = index
	var found := {}
	var thumb := JOINTS if by_name.has("leftthumbintermediate") else THUMB  # Unity counts a thumb as a finger
	for name in _all():
		for word in _words(name, thumb):
			if by_name.has(word) and not found.has(name):
				found[name] = by_name[word]
	_find_spine(found, by_name)
	for name in given:
		found.erase(name)
		if names.has(given[name]):
			found[name] = names.find(given[name])
	if found.has("neck_01") and not found.has("neck_02"):  # a neck of one bone takes both turns
		found["neck_02"] = found["neck_01"]
		found.erase("neck_01")
	return found


# A spine of fewer bones is spread over ours, its last being the chest.
static func _find_spine(found: Dictionary, by_name: Dictionary) -> void:
	if found.has("spine_01"):
		return
	var spine := []
	for words in SPINES:
		for word in words:
			if by_name.has(word):
				spine.append(by_name[word])
				break
	for k in spine.size():
		var place := 5 if k == spine.size() - 1 else 1 + int(round(4.0 * k / (spine.size() - 1)))
		found["spine_0%d" % place] = spine[k]


static func _all() -> Array:
	var all := TORSO.slice(0, 7)
	for side in ["_l", "_r"]:
		for stem in LIMBS:
			all.append(stem + side)
		for finger in FINGERS:
			for joint in [1, 2, 3]:
				all.append("%s_0%d%s" % [finger, joint, side])
	return all


static func _words(name: String, thumb: Array) -> Array:
	var stem := stem_of(name)
	if name == "pelvis":
		return ["pelvis", "hips"]
	if stem == "":
		return [_plain(name), "neck"] if name == "neck_01" else [_plain(name)]
	var side := "left" if name.ends_with("_l") else "right"
	if LIMBS.has(stem):
		return [_plain(name), side + _plain(LIMBS[stem][1]), side + _plain(LIMBS[stem][2])]
	var finger := _finger_of(stem)
	var joint := int(stem.right(stem.length() - 1))
	var joints := thumb if finger == "thumb" else JOINTS
	var vrm: String = side + _plain(FINGERS[finger] + joints[joint - 1])
	return [_plain(name), vrm, "%shand%s%d" % [side, finger, joint]]


static func _finger_of(stem: String) -> String:
	for finger in FINGERS:
		if stem.begins_with(finger + "_0"):
			return finger
	return ""


# In lower case, without signs and what tools put before names.
static func _plain(name: String) -> String:
	var plain := name.to_lower()
	for sign_or_word in ["mixamorig", "_", ".", " ", "-", ":"]:
		plain = plain.replace(sign_or_word, "")
	return plain
