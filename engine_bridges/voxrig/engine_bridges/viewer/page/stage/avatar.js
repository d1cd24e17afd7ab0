// A loaded character: which morph targets and bones follow which of the 61 values, and the posing of them.

import * as THREE from "three";
import { findBody } from "./body_bones.js";
import { BodyFit, restsOf } from "./body_fit.js";
import { Deformer } from "./deformer.js";
import { ANGLES, HEAD, LEFT_EYE, RIGHT_EYE, SHAPES, placeOf } from "./names.js";

const NECK_SHARE = 0.35; // of the head's turn, where there is a neck
const CHEST_SHARE = 0.07;
const BONES = {
    head: ["head", "jbipchead", "headbone", "mixamorighead", "bip01head"],
    neck: ["neck", "jbipcneck", "neck1", "mixamorigneck", "bip01neck"],
    chest: ["chest", "jbipcchest", "upperchest", "spine2", "mixamorigspine2"],
    leftEye: ["lefteye", "jadjlfaceeye", "eyeleft", "eyel", "mixamoriglefteye", "cceyeleft"],
    rightEye: ["righteye", "jadjrfaceeye", "eyeright", "eyer", "mixamorigrighteye", "cceyeright"],
};

const turn = new THREE.Quaternion();
const part = new THREE.Quaternion();
const angles = new THREE.Euler(0, 0, 0, "YXZ");

// Where each shape is among the values.
const AT = Object.fromEntries(SHAPES.map((name, place) => [name, place]));

export class Avatar {
    // `root`: the file's scene; `bones`: nodes that the file itself names (VRM); `drives`: see `driveOf` in vrm.js;
    // `body`: nodes by the protocol's names, else they are looked for.
    constructor(root, bones = {}, drives = [], body = null) {
        this.root = root;
        this.fit = null;
        this.drives = drives;
        this.targets = []; // [influences, index, place among the values]
        this.deformers = [];
        this.matched = [];
        this.missing = [];
        root.updateMatrixWorld(true);
        const byName = nodesOf(root);
        this.bones = findBones(byName, bones);
        this.bodyRests = restsOf(body ?? findBody(byName, bones));
        this.#bindMorphs();
        this.#tellMatches();
        this.eyes = eyesOf(this.bones, root);
        this.size = sizeOf(this.bones, root);
    }

    // Have a body of these bones, as a session names them; none: as it rests. Returns how many of them it has.
    setBody(names) {
        for (const { node, local } of this.bodyRests.values()) node.quaternion.copy(local);
        this.fit = names.length ? new BodyFit(names, this.bodyRests) : null;
        return this.fit?.moved.length ?? 0;
    }

    // Have chest, neck and head as they rest.
    straighten() {
        for (const { node, before, after } of [this.bones.chest, this.bones.neck, this.bones.head].filter(Boolean)) {
            node.quaternion.copy(before).multiply(after);
        }
    }

    // Take on a pose: Float32Array(61); and the body's bones, float32 [4 * names] of `setBody`, null without.
    pose(values, body = null) {
        const posed = this.fit && body;
        if (posed) this.fit.pose(body);
        for (const [influences, index, place] of this.targets) influences[index] = values[place];
        for (const drive of this.drives) drive(values);
        for (const deformer of this.deformers) deformer.apply();
        const { chest, neck, head, leftEye, rightEye } = this.bones;
        // with a body the head's turn is the head bone's alone: the neck has turns of its own
        const chestPart = chest && !posed ? CHEST_SHARE : 0;
        const neckPart = neck && !posed ? NECK_SHARE : 0;
        if (!posed) {
            this.#turnBone(chest, values, HEAD, chestPart, 0);
            this.#turnBone(neck, values, HEAD, chestPart + neckPart, chestPart);
        }
        this.#turnBone(head, values, HEAD, 1, chestPart + neckPart);
        this.#turnBone(leftEye, values, LEFT_EYE, 1, 0);
        this.#turnBone(rightEye, values, RIGHT_EYE, 1, 0);
    }

    // Turn a bone so that it has `share` of the angles in all, of which its parents have `above` already.
    #turnBone(bone, values, first, share, above) {
        if (!bone) return;
        euler(values, first, share, turn);
        if (above > 0) turn.premultiply(euler(values, first, above, part).invert());
        bone.node.quaternion.copy(bone.before).multiply(turn).multiply(bone.after);
    }

    #bindMorphs() {
        const turns = this.bones.leftEye && this.bones.rightEye;
        this.root.traverse((mesh) => {
            const dictionary = mesh.morphTargetDictionary;
            if (!dictionary) return;
            for (const [name, index] of Object.entries(dictionary)) {
                const place = placeOf(name);
                if (place < 0) continue;
                // an eyeball that its bone turns must not be turned by its morph target as well
                if (turns && SHAPES[place].startsWith("EyeLook") && movesWhole(mesh, index)) continue;
                this.targets.push([mesh.morphTargetInfluences, index, place]);
            }
            this.deformers.push(new Deformer(mesh));
        });
    }

    #tellMatches() {
        const found = new Set(this.targets.map(([, , place]) => SHAPES[place]));
        for (const drive of this.drives) for (const name of drive.names) found.add(name);
        for (const [bone, names] of [["head", 0], ["leftEye", 3], ["rightEye", 6]]) {
            if (this.bones[bone]) for (let k = 0; k < 3; k++) found.add(ANGLES[names + k]);
        }
        for (const name of [...SHAPES, ...ANGLES]) (found.has(name) ? this.matched : this.missing).push(name);
    }
}

// Whether a morph target moves more than half of a mesh.
function movesWhole(mesh, index) {
    const moved = mesh.geometry.morphAttributes.position?.[index];
    if (!moved) return false;
    let count = 0;
    for (let k = 0; k < moved.count; k++) {
        if (Math.abs(moved.getX(k)) + Math.abs(moved.getY(k)) + Math.abs(moved.getZ(k)) > 1e-5) count++;
    }
    return count > 0.5 * moved.count;
}

// What the built-in head makes of a pose, in place: lids that are closed already don't close further, and lips are not
// brought closer than the jaw has parted them.
export function bounded(values) {
    for (const side of ["Left", "Right"]) {
        const open = 1 - Math.min(1, Math.max(0, values[AT[`EyeBlink${side}`]]));
        values[AT[`EyeLookDown${side}`]] *= open;
        values[AT[`EyeSquint${side}`]] *= open;
        values[AT[`EyeWide${side}`]] *= open;
        values[AT[`CheekSquint${side}`]] *= 0.5 + 0.5 * open;
    }
    values[AT.MouthClose] = Math.min(values[AT.MouthClose], values[AT.JawOpen]);
    return values;
}

// Rotation = yaw * pitch * roll; roll is positive to the character's right shoulder, which is about Z as it is.
function euler(values, first, share, out) {
    angles.set(values[first + 1] * share, values[first] * share, values[first + 2] * share);
    return out.setFromEuler(angles);
}

// Bones by the file's word, else by common names. `before` and `after` carry a turn in the character's axes into the
// bone's own: local = (parent's rest in the world)^-1 * turn * (parent's rest in the world) * (local rest).
function findBones(byName, given) {
    const found = {};
    for (const [bone, names] of Object.entries(BONES)) {
        const node = given[bone] ?? names.map((name) => byName.get(name)).find(Boolean);
        if (!node) continue;
        const parent = node.parent.getWorldQuaternion(new THREE.Quaternion());
        const rest = node.quaternion.clone();
        found[bone] = { node, before: parent.clone().invert(), after: parent.clone().multiply(rest) };
    }
    return found;
}

function nodesOf(root) {
    const byName = new Map();
    root.traverse((node) => {
        const name = boneName(node.name);
        if (!byName.has(name) && !node.isMesh) byName.set(name, node);
    });
    return byName;
}

function boneName(name) {
    return name.replace(/[_. -][lL]$/, "L").replace(/[_. -][rR]$/, "R").toLowerCase().replace(/[^a-z0-9]/g, "");
}

// The point between the eyes in the world at rest.
function eyesOf(bones, root) {
    const point = new THREE.Vector3();
    if (bones.leftEye && bones.rightEye) {
        const other = bones.rightEye.node.getWorldPosition(new THREE.Vector3());
        return bones.leftEye.node.getWorldPosition(point).add(other).multiplyScalar(0.5);
    }
    const box = new THREE.Box3().setFromObject(root);
    if (bones.head) {
        bones.head.node.getWorldPosition(point);
        const above = box.max.y - point.y;
        return point.set(point.x, point.y + 0.42 * above, point.z + 0.4 * above);
    }
    const height = box.max.y - box.min.y;
    return point.set((box.min.x + box.max.x) / 2, box.max.y - Math.min(0.5 * height, 0.12), box.max.z);
}

// How large the head is, 1 where it is human: by the distance of the eyes, else by the height of the head.
function sizeOf(bones, root) {
    if (bones.leftEye && bones.rightEye) {
        const left = bones.leftEye.node.getWorldPosition(new THREE.Vector3());
        const apart = left.distanceTo(bones.rightEye.node.getWorldPosition(new THREE.Vector3()));
        if (apart > 1e-4) return apart / 0.066;
    }
    const box = new THREE.Box3().setFromObject(root);
    const from = bones.head ? bones.head.node.getWorldPosition(new THREE.Vector3()).y : box.min.y;
    const high = box.max.y - from;
    return high > 1e-4 ? high / 0.22 : 1;
}
