// A plain background that is lighter behind the head: a coarse grid over the whole picture, coloured at its corners.

import * as THREE from "three";

const CELLS = 16;
const MIDDLE = [0.44, 0.52, 0.59]; // sRGB as it is shown
const RIM = [0.13, 0.165, 0.21];

export function backdrop() {
    const geometry = new THREE.PlaneGeometry(2, 2, CELLS, CELLS);
    const { position } = geometry.attributes;
    const colours = new Float32Array(3 * position.count);
    for (let k = 0; k < position.count; k++) {
        const away = Math.min(1, Math.hypot(position.getX(k), position.getY(k) - 0.1) / 1.35);
        const t = away * away * (3 - 2 * away);
        for (let c = 0; c < 3; c++) colours[3 * k + c] = MIDDLE[c] + (RIM[c] - MIDDLE[c]) * t;
    }
    geometry.setAttribute("shade", new THREE.BufferAttribute(colours, 3));
    const material = new THREE.ShaderMaterial({
        vertexShader: `
            attribute vec3 shade;
            varying vec3 vShade;
            void main() { vShade = shade; gl_Position = vec4( position.xy, 1.0, 1.0 ); }`,
        fragmentShader: "varying vec3 vShade; void main() { gl_FragColor = vec4( vShade, 1.0 ); }",
        depthTest: false,
        depthWrite: false,
        toneMapped: false,
    });
    const mesh = new THREE.Mesh(geometry, material);
    mesh.frustumCulled = false;
    mesh.renderOrder = -1;
    return mesh;
}
