// The stage: a character on a canvas that takes on poses of 61 values. See README.md of engine_bridges/viewer.

import * as THREE from "three";
import { GLTFLoader } from "three/addons/loaders/GLTFLoader.js";
import { Avatar, bounded } from "./avatar.js";
import { isBody } from "./body_bones.js";
import { restsOf } from "./body_fit.js";
import { Figure } from "./figure.js";
import { dress } from "./materials.js";
import { NAMES } from "./names.js";
import { Scene } from "./scene.js";
import { readVrm } from "./vrm.js";

const REACH = 0.6; // metres from between the eyes to the plane that the mouse points at
const LEAST_BONES = 8; // of an avatar's, from which on it has a body to look at
const BUILT_IN = new URL("./head.glb", import.meta.url);

export function createStage(canvas) {
    return new Stage(canvas);
}

class Stage {
    constructor(canvas) {
        this.names = NAMES;
        this.scene = new Scene(canvas);
        this.canvas = canvas;
        this.avatar = null;
        this.values = new Float32Array(NAMES.length);
        this.shown = new Float32Array(NAMES.length);
        this.bodyNames = []; // as the session announces them, and their turns
        this.body = null;
        this.figure = null;
        this.ray = new THREE.Raycaster();
        this.plane = new THREE.Plane();
        this.point = new THREE.Vector3();
        this.pointer = new THREE.Vector2();
        this.ready = this.useBuiltIn(); // rejects where head.glb cannot be read
        this.ready.catch(() => {});
    }

    // Show a pose: Float32Array(61) in the order of `names`; `index` is the frame's and is not needed here.
    setPose(values) {
        if (values.length !== NAMES.length) throw new Error(`a pose has ${NAMES.length} values, not ${values.length}`);
        this.values.set(values);
        this.#pose();
    }

    // Have a body of these bones (names as a session announces them; head and eyes may be among them), or none: then
    // the head is alone. An avatar with such bones moves them; the built-in head gets a figure.
    setBones(names) {
        const bodyNames = names.some(isBody) ? names : [];
        if (bodyNames.join() === this.bodyNames.join()) return;
        this.bodyNames = bodyNames;
        this.body = null;
        this.#embody();
        this.#pose();
    }

    // Show the body's bones: float32 [4 * names] of `setBones`, x, y, z, w each; with the next `setPose`.
    setBody(values) {
        if (values.length !== 4 * this.bodyNames.length) throw new Error(`${this.bodyNames.length} bones have ${4 * this.bodyNames.length} values, not ${values.length}`);
        this.body ??= new Float32Array(values.length);
        this.body.set(values);
    }

    render(now) {
        this.scene.render(now);
    }

    resize() {
        this.scene.resize();
    }

    // Show the head that comes with the viewer.
    async useBuiltIn() {
        const answer = await fetch(BUILT_IN);
        if (!answer.ok) throw new Error(`${BUILT_IN.pathname}: ${answer.status} ${answer.statusText}`);
        const file = await parse(await answer.arrayBuffer());
        file.scene.traverse((node) => { if (node.isMesh) dress(node, this.scene.software); });
        return this.#show(new Avatar(file.scene), true);
    }

    // Show a GLB or VRM with ARKit's shapes; returns the names that it has and those that it lacks.
    // Throws where the file is none, or has no morph target of the 52: the character shown before stays then.
    async loadAvatar(buffer, name) {
        let file;
        try {
            file = await parse(buffer);
        } catch (error) {
            throw new Error(`${name} is not a GLB or VRM file that can be shown: ${error.message}`);
        }
        const { bones, drives, turned } = await readVrm(file);
        if (turned) file.scene.rotation.y = Math.PI; // VRM 0 looks along -Z
        const avatar = new Avatar(file.scene, bones, drives);
        if (avatar.targets.length + avatar.drives.length === 0) {
            release(file.scene);
            const some = "jawOpen, eyeBlinkLeft, ...";
            throw new Error(`${name} has none of ARKit's 52 morph targets (${some}); export it with them`);
        }
        return this.#show(avatar, false);
    }

    // Where the mouse points, in metres from between the eyes of the head at rest: X to the character's left, Y up,
    // Z out of the face.
    pick(clientX, clientY) {
        const box = this.canvas.getBoundingClientRect();
        this.pointer.set(((clientX - box.left) / box.width) * 2 - 1, 1 - ((clientY - box.top) / box.height) * 2);
        this.ray.setFromCamera(this.pointer, this.scene.camera);
        const { eyes, size } = this.scene.home;
        const reach = Math.min(REACH, 0.6 * (this.scene.camera.position.distanceTo(eyes) / size));
        this.plane.normal.set(0, 0, 1);
        this.plane.constant = -(eyes.z + reach * size);
        if (!this.ray.ray.intersectPlane(this.plane, this.point)) this.ray.ray.at(reach * size, this.point);
        this.point.sub(eyes).divideScalar(size);
        return { x: this.point.x, y: this.point.y, z: this.point.z };
    }

    dispose() {
        if (this.avatar) release(this.avatar.root);
        this.scene.dispose();
    }

    #pose() {
        if (!this.avatar) return;
        this.shown.set(this.values);
        this.avatar.pose(this.builtIn ? bounded(this.shown) : this.shown, this.body);
    }

    // Put the character on a figure, or take it off; and look at as much of it as there is.
    #embody() {
        const { avatar, builtIn } = this;
        if (!avatar) return;
        const wants = this.bodyNames.length > 0;
        avatar.straighten();
        if (this.figure) {
            this.scene.scene.remove(this.figure.root);
            this.figure.dispose();
            this.figure = null;
        }
        this.scene.scene.add(avatar.root);
        if (wants && builtIn) {
            this.figure = new Figure(this.scene.software);
            this.figure.chest.add(avatar.root);
            this.scene.scene.add(this.figure.root);
            avatar.bodyRests = restsOf(new Map([...this.figure.nodes, ["neck_02", avatar.bones.neck.node]]));
        }
        const moved = avatar.setBody(this.bodyNames);
        this.scene.frame(builtIn ? new THREE.Vector3() : avatar.eyes, builtIn ? 1 : avatar.size, moved > LEAST_BONES);
    }

    #show(avatar, builtIn) {
        if (this.avatar) {
            this.avatar.root.removeFromParent();
            release(this.avatar.root);
        }
        this.avatar = avatar;
        this.builtIn = builtIn;
        this.#embody();
        this.#pose();
        return { matched: avatar.matched, missing: avatar.missing };
    }
}

function parse(buffer) {
    return new GLTFLoader().parseAsync(buffer, "");
}

// Give a character's memory on the GPU back.
function release(root) {
    root.traverse((node) => {
        node.geometry?.dispose();
        node.skeleton?.dispose();
        for (const material of [node.material ?? []].flat()) {
            for (const value of Object.values(material)) if (value?.isTexture) value.dispose();
            material.dispose();
        }
    });
}
