// The 61 values of a pose: ARKit's 52 face shapes in Live Link order (0 to 1), then nine angles (radians).

export const SHAPES = Object.freeze([
    "EyeBlinkLeft", "EyeLookDownLeft", "EyeLookInLeft", "EyeLookOutLeft", "EyeLookUpLeft", "EyeSquintLeft",
    "EyeWideLeft", "EyeBlinkRight", "EyeLookDownRight", "EyeLookInRight", "EyeLookOutRight", "EyeLookUpRight",
    "EyeSquintRight", "EyeWideRight", "JawForward", "JawLeft", "JawRight", "JawOpen", "MouthClose", "MouthFunnel", "MouthPucker",
    "MouthLeft", "MouthRight", "MouthSmileLeft", "MouthSmileRight", "MouthFrownLeft", "MouthFrownRight",
    "MouthDimpleLeft", "MouthDimpleRight", "MouthStretchLeft", "MouthStretchRight", "MouthRollLower", "MouthRollUpper",
    "MouthShrugLower", "MouthShrugUpper", "MouthPressLeft", "MouthPressRight", "MouthLowerDownLeft",
    "MouthLowerDownRight", "MouthUpperUpLeft", "MouthUpperUpRight", "BrowDownLeft", "BrowDownRight", "BrowInnerUp",
    "BrowOuterUpLeft", "BrowOuterUpRight", "CheekPuff", "CheekSquintLeft", "CheekSquintRight", "NoseSneerLeft",
    "NoseSneerRight", "TongueOut",
]);

export const ANGLES = Object.freeze([
    "HeadYaw", "HeadPitch", "HeadRoll", "LeftEyeYaw", "LeftEyePitch", "LeftEyeRoll",
    "RightEyeYaw", "RightEyePitch", "RightEyeRoll",
]);

export const NAMES = Object.freeze([...SHAPES, ...ANGLES]);

export const HEAD = SHAPES.length; // where HeadYaw, HeadPitch and HeadRoll are
export const LEFT_EYE = HEAD + 3;
export const RIGHT_EYE = HEAD + 6;

// One spelling for jawOpen, JawOpen, jaw_open, "Jaw Open"; Blender's and some scanners' _L and _R for Left and Right.
export function spelling(name) {
    const plain = name.replace(/^.*[.:/](?=[A-Za-z])/, "");
    const sided = plain.replace(/[_. -]L$/, "Left").replace(/[_. -]R$/, "Right");
    return sided.toLowerCase().replace(/[^a-z]/g, "");
}

const PLACES = new Map(SHAPES.map((name, place) => [spelling(name), place]));

// Where a morph target's name is among the shapes, -1 where it is none of them.
export function placeOf(name) {
    return PLACES.get(spelling(name)) ?? -1;
}
