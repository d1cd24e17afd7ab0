// Blend shapes on the CPU. A pose uses a third of the shapes, and each moves few vertices: adding those up costs less
// than a millisecond. A shader asks every vertex about every shape, which software rendering cannot do in time.

import * as THREE from "three";

const STILL = 1e-6; // what moves less does not count as moved

export class Deformer {
    // Takes a mesh with morph targets over: its `morphTargetInfluences` are followed by `apply` from now on.
    constructor(mesh) {
        const { geometry } = mesh;
        this.influences = mesh.morphTargetInfluences;
        this.shown = new Float32Array(this.influences.length);
        this.position = floats(geometry, "position");
        this.normal = geometry.attributes.normal ? floats(geometry, "normal") : null;
        this.basePosition = this.position.array.slice();
        this.baseNormal = this.normal?.array.slice();
        const { position = [], normal = [] } = geometry.morphAttributes;
        const rest = geometry.morphTargetsRelative ? null : { position: this.basePosition, normal: this.baseNormal };
        this.targets = position.map((moved, k) => sparse(moved, this.normal ? normal[k] : undefined, rest));
        geometry.morphAttributes = {};
        mesh.frustumCulled = false; // its bounds are those at rest
    }

    // Move the vertices to where the influences have them; nothing is done while they are as before.
    apply() {
        const { influences, shown, targets, position, normal } = this;
        let same = true;
        for (let k = 0; k < shown.length; k++) {
            if (Math.fround(influences[k]) !== shown[k]) {
                shown[k] = influences[k];
                same = false;
            }
        }
        if (same) return;
        position.array.set(this.basePosition);
        normal?.array.set(this.baseNormal);
        for (let k = 0; k < targets.length; k++) {
            if (shown[k] === 0) continue;
            add(targets[k].at, targets[k].moves, shown[k], position.array);
            if (normal && targets[k].turns) add(targets[k].at, targets[k].turns, shown[k], normal.array);
        }
        position.needsUpdate = true;
        if (normal) normal.needsUpdate = true;
    }
}

function add(at, by, weight, into) {
    for (let k = 0, j = 0; k < at.length; k++, j += 3) {
        const i = at[k];
        into[i] += weight * by[j];
        into[i + 1] += weight * by[j + 1];
        into[i + 2] += weight * by[j + 2];
    }
}

// The attribute as plain floats that change often, in the place of what it was.
function floats(geometry, name) {
    const given = geometry.attributes[name];
    const made = new THREE.BufferAttribute(new Float32Array(3 * given.count), 3);
    for (let k = 0; k < given.count; k++) made.setXYZ(k, given.getX(k), given.getY(k), given.getZ(k));
    made.setUsage(THREE.DynamicDrawUsage);
    geometry.setAttribute(name, made);
    return made;
}

// The vertices that a target moves or turns: places in the array, and by how much.
function sparse(moved, turned, rest) {
    const at = [];
    const moves = [];
    const turns = [];
    for (let k = 0; k < moved.count; k++) {
        const by = delta(moved, k, rest?.position);
        const turn = turned ? delta(turned, k, rest?.normal) : [0, 0, 0];
        if (size(by) + size(turn) <= STILL) continue;
        at.push(3 * k);
        moves.push(...by);
        turns.push(...turn);
    }
    return {
        at: Uint32Array.from(at),
        moves: Float32Array.from(moves),
        turns: turned ? Float32Array.from(turns) : null,
    };
}

function size([x, y, z]) {
    return Math.abs(x) + Math.abs(y) + Math.abs(z);
}

function delta(attribute, k, base) {
    const by = [attribute.getX(k), attribute.getY(k), attribute.getZ(k)];
    return base ? [by[0] - base[3 * k], by[1] - base[3 * k + 1], by[2] - base[3 * k + 2]] : by;
}
