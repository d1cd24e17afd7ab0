// A body for a head that has none: capsules along the bones, in clothes that go with the built-in head's jumper.

import * as THREE from "three";
import { JOINTS } from "./body_bones.js";

const EYES = [0, 1.635, 0.065]; // metres from the ground between the feet, at rest: where the stage has its origin
const PELVIS = [0, 0.96, 0];
const CLOTH = 0x4d8290;
const TROUSERS = 0x343a46;
const SHOE = 0x1d1c20;
const SKIN = 0xd9a58a;
// From a bone's joint to another's, or a way from it: radius at both ends, colour.
const PARTS = [
    ["spine_04", [0, 0, 0.01], "spine_03", 0.095, 0.1, CLOTH, 1.8, 0.98],
    ["spine_03", null, "spine_01", 0.102, 0.094, CLOTH, 1.8, 1.02],
    ["pelvis", [0, 0.05, 0], [0, -0.045, 0], 0.104, 0.112, TROUSERS, 1.6, 0.98],
    ...both(["clavicle", [0.05, -0.022, -0.015], [0.132, -0.022, -0.018], 0.05, 0.054, CLOTH]),
    ...both(["upperarm", [-0.012, -0.012, 0], "lowerarm", 0.056, 0.046, CLOTH]),
    ...both(["lowerarm", null, "hand", 0.047, 0.034, CLOTH]),
    ...both(["hand", null, [0.035, 0, 0.004], 0.027, 0.03, SKIN, 0.72, 1.1]),
    ...both(["hand", [0.05, 0, 0.003], [0.082, 0, -0.003], 0.031, 0.03, SKIN, 0.52, 1.3]),
    ...fingers({ index: 0.0095, middle: 0.01, ring: 0.0095, pinky: 0.0085, thumb: 0.0115 }),
    ...both(["thigh", [0, 0.0, 0], "calf", 0.086, 0.06, TROUSERS]),
    ...both(["calf", null, "foot", 0.058, 0.042, TROUSERS]),
    ...both(["foot", [0, -0.03, -0.02], [0, -0.045, 0.15], 0.04, 0.034, SHOE]),
];
const TIPS = { index: 0.021, middle: 0.022, ring: 0.022, pinky: 0.02, thumb: 0.026 };

export class Figure {
    /** What moves with the chest: the bust of the built-in head goes here, in its own metres from between the eyes. */
    chest = new THREE.Group();
    #bones = new Map();
    #materials = new Map();

    // `software`: there is no graphics card, so that light is worked out at the vertices.
    constructor(software) {
        const Kind = software ? THREE.MeshLambertMaterial : THREE.MeshStandardMaterial;
        for (const colour of [CLOTH, TROUSERS, SHOE, SKIN]) this.#materials.set(colour, new Kind({ color: colour }));
        this.root = new THREE.Group();
        this.root.position.fromArray(EYES).negate();
        const pelvis = new THREE.Group();
        pelvis.position.fromArray(PELVIS);
        this.root.add(pelvis);
        for (const [name, { parent, offset }] of JOINTS) {
            const bone = name === "pelvis" ? pelvis : new THREE.Group();
            if (name !== "pelvis") {
                bone.position.fromArray(offset);
                this.#bones.get(parent).add(bone);
            }
            this.#bones.set(name, bone);
        }
        this.root.updateMatrixWorld(true);
        for (const part of PARTS) this.#add(...part);
        for (const [finger, reach] of Object.entries(TIPS)) this.#addTips(finger, reach);
        const spine = this.#bones.get("spine_05");
        this.chest.position.copy(spine.getWorldPosition(new THREE.Vector3())).negate();
        spine.add(this.chest);
    }

    /** The bones as nodes by name, but the neck's, which are the head's own. */
    get nodes() {
        return new Map([...this.#bones].filter(([name]) => !/^(neck|head)/.test(name)));
    }

    dispose() {
        this.root.traverse((node) => { if (node.userData.figure) node.geometry.dispose(); });
        for (const material of this.#materials.values()) material.dispose();
    }

    #add(from, start, end, near, far, colour, wide = 1, deep = 1) {
        const bone = this.#bones.get(from);
        const a = new THREE.Vector3().fromArray(start ?? [0, 0, 0]);
        const b = typeof end === "string" ? this.#between(bone, this.#bones.get(end)) : new THREE.Vector3().fromArray(end);
        bone.add(capsule(a, b, near, far, this.#materials.get(colour), wide, deep));
    }

    #addTips(finger, reach) {
        for (const [side, sign] of [["_l", 1], ["_r", -1]]) {
            const bone = this.#bones.get(`${finger}_03${side}`);
            const tip = new THREE.Vector3(sign * reach * 0.8, 0, 0);
            bone.add(capsule(new THREE.Vector3(), tip, 0.0085, 0.0075, this.#materials.get(SKIN), 1, 1));
        }
    }

    #between(from, to) {
        const place = to.getWorldPosition(new THREE.Vector3());
        return from.worldToLocal(place);
    }
}

function both([from, start, end, ...rest]) {
    const mirror = (way) => (Array.isArray(way) ? [-way[0], way[1], way[2]] : way && `${way}_r`);
    const left = (way) => (typeof way === "string" ? `${way}_l` : way);
    return [[`${from}_l`, left(start), left(end), ...rest], [`${from}_r`, mirror(start), mirror(end), ...rest]];
}

function fingers(radii) {
    return Object.entries(radii).flatMap(([finger, radius]) => [1, 2].flatMap((joint) => both(
        [`${finger}_0${joint}`, null, `${finger}_0${joint + 1}`, radius, radius * 0.92, SKIN],
    )));
}

// A round-ended cone from `a` to `b`; `wide` and `deep` stretch it across.
function capsule(a, b, near, far, material, wide, deep) {
    const length = Math.max(1e-4, a.distanceTo(b));
    const points = [];
    const steps = near > 0.02 ? 8 : 4;
    for (let k = 0; k <= steps; k += 1) {
        const angle = (Math.PI / 2) * (k / steps - 1);
        points.push(new THREE.Vector2(near * Math.cos(angle), near * Math.sin(angle)));
    }
    for (let k = 0; k <= steps; k += 1) {
        const angle = (Math.PI / 2) * (k / steps);
        points.push(new THREE.Vector2(far * Math.cos(angle), length + far * Math.sin(angle)));
    }
    const geometry = new THREE.LatheGeometry(points, near > 0.05 ? 28 : near > 0.02 ? 16 : 10);
    const mesh = new THREE.Mesh(geometry, material);
    const along = b.clone().sub(a).normalize();
    mesh.position.copy(a);
    mesh.quaternion.setFromUnitVectors(new THREE.Vector3(0, 1, 0), along);
    mesh.scale.set(wide, 1, deep);
    mesh.userData.figure = true;
    return mesh;
}
