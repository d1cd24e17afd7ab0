// The body's bones by the protocol's names: what hangs from what, where in the T-pose, and what avatars call them.

// Name, parent, metres from the parent: the middle and the left side; the right one is its mirror image.
const HALF = [
    ["pelvis", "root", [0, 0.96, 0]],
    ["spine_01", "pelvis", [0, 0.05, -0.01]],
    ["spine_02", "spine_01", [0, 0.07, 0]],
    ["spine_03", "spine_02", [0, 0.08, -0.005]],
    ["spine_04", "spine_03", [0, 0.09, -0.01]],
    ["spine_05", "spine_04", [0, 0.09, -0.005]],
    ["neck_01", "spine_05", [0, 0.12, 0.005]],
    ["neck_02", "neck_01", [0, 0.05, 0.01]],
    ["clavicle_l", "spine_05", [0.025, 0.08, 0.02]],
    ["upperarm_l", "clavicle_l", [0.14, 0, -0.02]],
    ["lowerarm_l", "upperarm_l", [0.28, 0, 0]],
    ["hand_l", "lowerarm_l", [0.25, 0, 0]],
    ["thumb_01_l", "hand_l", [0.025, -0.012, 0.028]],
    ["thumb_02_l", "thumb_01_l", [0.038, 0, 0.012]],
    ["thumb_03_l", "thumb_02_l", [0.032, 0, 0.006]],
    ["index_01_l", "hand_l", [0.092, 0, 0.026]],
    ["index_02_l", "index_01_l", [0.042, 0, 0]],
    ["index_03_l", "index_02_l", [0.025, 0, 0]],
    ["middle_01_l", "hand_l", [0.094, 0.002, 0.005]],
    ["middle_02_l", "middle_01_l", [0.047, 0, 0]],
    ["middle_03_l", "middle_02_l", [0.029, 0, 0]],
    ["ring_01_l", "hand_l", [0.089, 0, -0.015]],
    ["ring_02_l", "ring_01_l", [0.043, 0, 0]],
    ["ring_03_l", "ring_02_l", [0.028, 0, 0]],
    ["pinky_01_l", "hand_l", [0.082, -0.004, -0.033]],
    ["pinky_02_l", "pinky_01_l", [0.034, 0, 0]],
    ["pinky_03_l", "pinky_02_l", [0.02, 0, 0]],
    ["thigh_l", "pelvis", [0.09, -0.03, 0]],
    ["calf_l", "thigh_l", [0, -0.43, 0]],
    ["foot_l", "calf_l", [0, -0.42, -0.02]],
];

const FINGERS = { thumb: "Thumb", index: "Index", middle: "Middle", ring: "Ring", pinky: "Pinky" };
const LIMBS = { // in VRM, in motion capture files (Mixamo, Ready Player Me), in VRoid's files
    clavicle: ["Shoulder", "Shoulder", "Shoulder"],
    upperarm: ["UpperArm", "Arm", "UpperArm"],
    lowerarm: ["LowerArm", "ForeArm", "LowerArm"],
    hand: ["Hand", "Hand", "Hand"],
    thigh: ["UpperLeg", "UpLeg", "UpperLeg"],
    calf: ["LowerLeg", "Leg", "LowerLeg"],
    foot: ["Foot", "Foot", "Foot"],
};
const VRM_JOINTS = ["Proximal", "Intermediate", "Distal"];
const VRM_THUMB = ["Metacarpal", "Proximal", "Distal"];
const SPINES = [ // of which an avatar has some, from the hips up
    ["spine", "jbipcspine"], ["chest", "spine1", "jbipcchest"], ["upperchest", "spine2", "jbipcupperchest"],
    ["spine3"], ["spine4"],
];

const mirrored = (name) => name.replace(/_l$/, "_r");

/** name -> {parent, offset: [x, y, z] metres}; parents before their children. */
export const JOINTS = new Map();
for (const [name, parent, offset] of HALF) JOINTS.set(name, { parent, offset });
for (const [name, parent, [x, y, z]] of HALF.filter((row) => row[0].endsWith("_l"))) {
    JOINTS.set(mirrored(name), { parent: mirrored(parent), offset: [-x, y, z] });
}
JOINTS.set("head", { parent: "neck_02", offset: [0, 0.05, 0.01] });

/** The bone that `name` hangs from; "" for the pelvis and for what is not the body's. */
export function parentOf(name) {
    const parent = JOINTS.get(name)?.parent ?? "root";
    return parent === "root" ? "" : parent;
}

/** Whether a bone is the body's, and not head or eye. */
export function isBody(name) {
    return name !== "head" && JOINTS.has(name);
}

/**
 * The bone at whose joint a bone of the arm or of a finger ends, by which its direction at rest is known; "" for all
 * others, and for the thumb, which rests as anybody's does.
 */
export function aimOf(name) {
    const [, stem, side] = name.match(/^(\w+)(_[lr])$/) ?? [];
    if (stem === "upperarm") return `lowerarm${side}`;
    if (stem === "lowerarm") return `hand${side}`;
    if (stem === "hand") return `middle_01${side}`;
    const [, finger, joint] = stem?.match(/^(index|middle|ring|pinky)_0([12])$/) ?? [];
    return finger ? `${finger}_0${Number(joint) + 1}${side}` : "";
}

/** What VRM 1.0 calls a bone, without the spine; null where it has none. */
export function vrmName(name) {
    const [, stem, side] = name.match(/^(\w+)_([lr])$/) ?? [];
    const of = side === "l" ? "left" : "right";
    if (LIMBS[stem]) return of + LIMBS[stem][0];
    const [, finger, joint] = stem?.match(/^([a-z]+)_0([123])$/) ?? [];
    if (!FINGERS[finger]) return name === "pelvis" ? "hips" : null;
    const joints = finger === "thumb" ? VRM_THUMB : VRM_JOINTS;
    return of + (finger === "pinky" ? "Little" : FINGERS[finger]) + joints[joint - 1];
}

/** Names of a bone in files, in lower case without signs, the likeliest first. */
function namesOf(name) {
    const plain = name.toLowerCase().replace(/[^a-z0-9]/g, "");
    const [, stem, side] = name.match(/^(\w+)_([lr])$/) ?? [];
    if (name === "pelvis") return [plain, "hips", "mixamorighips", "jbipchips"];
    if (!side) return [plain];
    const of = side === "l" ? "left" : "right";
    if (LIMBS[stem]) {
        const [vrm, capture, vroid] = LIMBS[stem].map((word) => word.toLowerCase());
        return [plain, of + vrm, of + capture, `mixamorig${of}${capture}`, `jbip${side}${vroid}`];
    }
    const [, finger, joint] = stem.match(/^([a-z]+)_0([123])$/);
    const word = finger === "pinky" ? "little" : finger;
    return [plain, `${of}hand${finger}${joint}`, `mixamorig${of}hand${finger}${joint}`, `jbip${side}${word}${joint}`,
        vrmName(name).toLowerCase()];
}

/**
 * Find an avatar's bones: `byName` has its nodes by names in lower case without signs, `given` those that a VRM names.
 * Returns a Map of the protocol's names.
 */
export function findBody(byName, given) {
    const found = new Map();
    const find = (words) => words.map((word) => byName.get(word)).find(Boolean);
    for (const name of JOINTS.keys()) {
        const node = given[vrmName(name)] ?? find(namesOf(name));
        if (node && isBody(name)) found.set(name, node);
    }
    if (!found.has("spine_01")) spineOf(found, byName, given);
    const neck = found.get("neck_01") ?? given.neck ?? find(["neck", "mixamorigneck", "jbipcneck", "neck1"]);
    if (neck && !found.has("neck_02")) { // a neck of one bone takes both turns
        found.delete("neck_01");
        found.set("neck_02", neck);
    }
    return found;
}

// A spine of fewer bones is spread over ours, its last being the chest.
function spineOf(found, byName, given) {
    const said = ["spine", "chest", "upperChest"].map((word) => given[word]).filter(Boolean);
    const words = (list) => list.flatMap((word) => [byName.get(word), byName.get(`mixamorig${word}`)]).find(Boolean);
    const spine = said.length ? said : SPINES.map(words).filter(Boolean);
    spine.forEach((node, k) => {
        const place = k === spine.length - 1 ? 5 : 1 + Math.round((4 * k) / (spine.length - 1));
        found.set(`spine_0${place}`, node);
    });
}
