// What surrounds an avatar: renderer, camera with its mouse controls, lights and a plain background.

import * as THREE from "three";
import { OrbitControls } from "three/addons/controls/OrbitControls.js";
import { backdrop } from "./backdrop.js";
import { drawsInSoftware } from "./gpu.js";

const VIEW = 24; // degrees, upright
const MOST_PIXELS = 2; // device pixels a CSS pixel, on a machine that is fast enough
const LEAST_PIXELS = 0.75;
const SLOW = 30; // milliseconds between pictures above which resolution goes down
const FAST = 19; // and below which it may go up again

export class Scene {
    constructor(canvas) {
        this.canvas = canvas;
        this.software = drawsInSoftware();
        this.renderer = new THREE.WebGLRenderer({ canvas, antialias: !this.software });
        this.renderer.toneMapping = THREE.NeutralToneMapping;
        this.renderer.toneMappingExposure = 1.0;
        this.scene = new THREE.Scene();
        this.backdrop = backdrop();
        this.scene.add(this.backdrop);
        this.camera = new THREE.PerspectiveCamera(VIEW, 1, 0.05, 20);
        this.controls = new OrbitControls(this.camera, canvas);
        this.controls.enablePan = false;
        this.controls.enableDamping = false;
        this.controls.minPolarAngle = 0.9;
        this.controls.maxPolarAngle = 2.0;
        this.controls.minAzimuthAngle = -1.6;
        this.controls.maxAzimuthAngle = 1.6;
        addLights(this.scene);
        this.frame(new THREE.Vector3(0, 0, 0), 1);
        this.pixels = Math.min(window.devicePixelRatio || 1, this.software ? 1 : MOST_PIXELS);
        this.most = this.pixels;
        this.last = null;
        this.pace = 16;
        this.resize();
    }

    // Look at a head of `size` times human size with `eyes` between its eyes, from a little aside; at the body down to
    // the thighs where it `hasBody`.
    frame(eyes, size, hasBody = false) {
        this.home = { eyes: eyes.clone(), size };
        const middle = new THREE.Vector3(0, (hasBody ? -0.36 : -0.055) * size, -0.06 * size).add(eyes);
        const away = hasBody ? 2.9 : 1.02;
        this.controls.target.copy(middle);
        this.camera.position.set(0.10 * away * size, 0.012 * size, away * size).add(middle);
        this.controls.minDistance = 0.35 * size;
        this.controls.maxDistance = 2.5 * away * size;
        this.camera.near = 0.05 * size;
        this.camera.far = 20 * size;
        this.camera.updateProjectionMatrix();
        this.controls.update();
    }

    resize() {
        const width = Math.max(1, this.canvas.clientWidth);
        const height = Math.max(1, this.canvas.clientHeight);
        this.renderer.setPixelRatio(this.pixels);
        this.renderer.setSize(width, height, false);
        this.camera.aspect = width / height;
        // a narrow canvas must still hold the whole head
        this.camera.fov = width >= 0.8 * height ? VIEW : Math.min(70, (VIEW * 0.8 * height) / width);
        this.camera.updateProjectionMatrix();
    }

    // Draw; `now` in milliseconds. Where pictures come too slowly the resolution goes down a step, and up again later.
    render(now) {
        this.#adapt(now);
        this.renderer.render(this.scene, this.camera);
    }

    dispose() {
        this.controls.dispose();
        this.backdrop.geometry.dispose();
        this.backdrop.material.dispose();
        this.renderer.dispose();
    }

    #adapt(now) {
        const gap = this.last === null ? 0 : now - this.last;
        this.last = now;
        if (gap <= 0 || gap > 200) return; // the page was hidden, or has just begun
        this.pace += (gap - this.pace) * 0.05;
        const wanted = this.pace > SLOW ? this.pixels * 0.8 : this.pace < FAST ? this.pixels * 1.25 : this.pixels;
        const bounded = Math.min(this.most, Math.max(LEAST_PIXELS, wanted));
        if (bounded === this.pixels) return;
        if (bounded > this.pixels && (this.raised ?? 0) > 2) return; // it was too much each time: stay
        if (bounded > this.pixels) this.raised = (this.raised ?? 0) + 1;
        this.pixels = bounded;
        this.pace = 0.5 * (SLOW + FAST);
        this.resize();
    }
}

function addLights(scene) {
    scene.add(new THREE.HemisphereLight(0xe6edff, 0xa58f84, 1.35));
    const lamps = [
        [0xfff3e6, 2.2, 0.7, 0.6, 1.0], // key, warm, from the character's upper left
        [0xdbe6ff, 0.9, -1.0, 0.05, 0.7], // fill, cool, from the other side
        [0xffffff, 1.6, -0.7, 0.9, -1.0], // rim, from behind
    ];
    for (const [colour, strength, x, y, z] of lamps) {
        const lamp = new THREE.DirectionalLight(colour, strength);
        lamp.position.set(x, y, z);
        scene.add(lamp);
    }
}
