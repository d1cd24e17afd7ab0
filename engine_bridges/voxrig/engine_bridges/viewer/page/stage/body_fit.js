// A session's body on an avatar of any proportions, whose bones have any axes, and which rests in a T-pose or with lower
// arms. A frame's bone is a turn q from the T-pose in the parent's space. On a bone that rests with H in the world, below
// one with P, the local rotation is P^-1 * A'^-1 * D * A * H: D is q, or the product of q from the next bone above that
// the avatar has; A turns the arm from its rest into the T-pose, A' is that of the bone above. As body_fit.h of the
// native core.

import * as THREE from "three";
import { aimOf, parentOf } from "./body_bones.js";

const one = () => new THREE.Quaternion();
const turn = one();

export class BodyFit {
    #names;
    #rows; // {above, node, align, left, right, pending}
    #rests;

    /** `names` as announced, parents first; `rests`: see `restsOf`. */
    constructor(names, rests) {
        this.#names = names;
        this.#rests = rests;
        this.#rows = [];
        for (const name of names) {
            const above = this.#above(name);
            const below = above < 0 ? one() : this.#rows[above].align;
            const rest = rests.get(name);
            const align = rest ? this.#aligned(name, rest, below) : below;
            const left = rest ? rest.parent.clone().invert().multiply(below.clone().invert()) : null;
            const right = rest ? align.clone().multiply(rest.rotation) : null;
            this.#rows.push({ above, node: rest?.node, align, left, right, pending: one() });
        }
    }

    /** Names of the bones that are moved. */
    get moved() {
        return this.#names.filter((name, k) => this.#rows[k].node);
    }

    /** Take on a frame's bones: float32 [4 * names]. */
    pose(values) {
        this.#rows.forEach((row, k) => {
            turn.fromArray(values, 4 * k);
            if (row.above >= 0) turn.premultiply(this.#rows[row.above].pending);
            row.pending.identity();
            if (row.node) row.node.quaternion.copy(row.left).multiply(turn).multiply(row.right);
            else row.pending.copy(turn);
        });
    }

    #above(name) {
        for (let parent = parentOf(name); parent; parent = parentOf(parent)) {
            const found = this.#names.indexOf(parent);
            if (found >= 0) return found;
        }
        return -1;
    }

    #aligned(name, rest, below) {
        const side = name.slice(-2);
        const end = this.#rests.get(aimOf(name));
        if (!end) return below;
        const outward = new THREE.Vector3(side === "_l" ? 1 : -1, 0, 0);
        const along = end.place.clone().sub(rest.place).applyQuaternion(below).normalize();
        const swung = one().setFromUnitVectors(along, outward).multiply(below);
        const [first, last] = ["index_01", "pinky_01"].map((finger) => this.#rests.get(finger + side));
        if (name !== `hand${side}` || !first || !last) return swung;
        const knuckles = last.place.clone().sub(first.place).applyQuaternion(swung).setX(0).normalize();
        return one().setFromUnitVectors(knuckles, new THREE.Vector3(0, 0, -1)).multiply(swung);
    }
}

/** How nodes rest in the world, while their avatar does: from a Map of nodes by name. */
export function restsOf(nodes) {
    const rests = new Map();
    for (const [name, node] of nodes) {
        const rotation = node.getWorldQuaternion(one());
        const parent = node.parent.getWorldQuaternion(one());
        rests.set(name, { node, local: node.quaternion.clone(), rotation, parent, place: node.getWorldPosition(new THREE.Vector3()) });
    }
    return rests;
}
