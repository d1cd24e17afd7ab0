// What a VRM file (0.x or 1.0) says about itself: its bones, and its expressions as functions of a pose.

import { SHAPES, placeOf } from "./names.js";

const AT = Object.fromEntries(SHAPES.map((name, place) => [name, place]));
const PERFECT_SYNC = 20; // expressions with ARKit's names from which on a file is taken to have them all
// Names of VRM 0 for those of VRM 1.
const OLD = {
    a: "aa", i: "ih", u: "ou", e: "ee", o: "oh", joy: "happy", sorrow: "sad", fun: "relaxed",
    blink_l: "blinkleft", blink_r: "blinkright",
};
// Bones that VRM 0 names otherwise: the thumb's.
const OLD_BONES = Object.fromEntries(["left", "right"].flatMap((side) => [
    [`${side}ThumbProximal`, `${side}ThumbMetacarpal`], [`${side}ThumbIntermediate`, `${side}ThumbProximal`],
]));

const mean = (v, name) => 0.5 * (v[AT[`${name}Left`]] + v[AT[`${name}Right`]]);
const open = (v) => Math.max(0, v[AT.JawOpen] - v[AT.MouthClose]);
const round = (v) => Math.min(1, v[AT.MouthPucker] + v[AT.MouthFunnel]);
const wide = (v) => Math.min(1, mean(v, "MouthStretch") + 0.6 * mean(v, "MouthSmile") + mean(v, "MouthUpperUp"));
// The few expressions that every VRM has, from ARKit's shapes: [value, shapes that it stands for].
const PRESETS = {
    aa: [(v) => 1.5 * open(v) * (1 - 0.7 * round(v)), ["JawOpen", "MouthClose"]],
    oh: [(v) => 1.2 * v[AT.MouthFunnel] * (0.4 + open(v)), ["MouthFunnel"]],
    ou: [(v) => v[AT.MouthPucker] * (1 - 0.5 * open(v)), ["MouthPucker"]],
    ee: [(v) => 0.8 * wide(v) * Math.min(1, 4 * open(v)) * (1 - round(v)), ["MouthStretchLeft", "MouthStretchRight"]],
    blinkleft: [(v) => v[AT.EyeBlinkLeft], ["EyeBlinkLeft"]],
    blinkright: [(v) => v[AT.EyeBlinkRight], ["EyeBlinkRight"]],
    happy: [(v) => 0.8 * mean(v, "MouthSmile"), ["MouthSmileLeft", "MouthSmileRight"]],
    angry: [(v) => 0.9 * mean(v, "BrowDown"), ["BrowDownLeft", "BrowDownRight"]],
    sad: [(v) => 0.9 * mean(v, "MouthFrown"), ["MouthFrownLeft", "MouthFrownRight"]],
    surprised: [(v) => 0.8 * Math.min(v[AT.BrowInnerUp], 2 * mean(v, "EyeWide")), ["BrowInnerUp"]],
};

// Of a file that GLTFLoader has read: { bones, drives, turned }. A file that is no VRM has none, and is not turned.
export async function readVrm(file) {
    const said = file.parser.json.extensions ?? {};
    const model = said.VRMC_vrm ?? said.VRM;
    if (!model) return { bones: {}, drives: [], turned: false };
    const first = !said.VRMC_vrm;
    const index = indexNodes(file);
    const bones = first ? oldBones(model, index) : newBones(model, index);
    const expressions = first ? oldExpressions(model, index) : newExpressions(model, index);
    const drive = driveOf(expressions);
    return { bones, drives: drive ? [drive] : [], turned: first };
}

function indexNodes(file) {
    const nodes = new Map();
    const meshes = new Map();
    file.scene.traverse((object) => {
        const at = file.parser.associations.get(object);
        if (at?.nodes !== undefined) nodes.set(at.nodes, object);
        if (object.isMesh && at?.meshes !== undefined) {
            if (!meshes.has(at.meshes)) meshes.set(at.meshes, []);
            meshes.get(at.meshes).push(object);
        }
    });
    const places = file.parser.json.nodes ?? [];
    return { nodes, meshes, ofNode: (node) => meshes.get(places[node]?.mesh) ?? [] };
}

function oldBones(model, index) {
    const found = {};
    for (const { bone, node } of model.humanoid?.humanBones ?? []) {
        if (index.nodes.has(node)) found[OLD_BONES[bone] ?? bone] = index.nodes.get(node);
    }
    return found;
}

function newBones(model, index) {
    const found = {};
    for (const [bone, { node }] of Object.entries(model.humanoid?.humanBones ?? {})) {
        if (index.nodes.has(node)) found[bone] = index.nodes.get(node);
    }
    return found;
}

// name -> [[influences, index, weight]]
function oldExpressions(model, index) {
    const found = new Map();
    for (const group of model.blendShapeMaster?.blendShapeGroups ?? []) {
        const preset = group.presetName && group.presetName !== "unknown" ? group.presetName : group.name;
        const name = String(preset ?? "").toLowerCase();
        const bound = (bind) => binding(index.meshes.get(bind.mesh), bind.index, bind.weight / 100);
        found.set(OLD[name] ?? name, (group.binds ?? []).flatMap(bound));
    }
    return found;
}

function newExpressions(model, index) {
    const found = new Map();
    const { preset = {}, custom = {} } = model.expressions ?? {};
    for (const [name, expression] of [...Object.entries(custom), ...Object.entries(preset)]) {
        const bound = (bind) => binding(index.ofNode(bind.node), bind.index, bind.weight);
        found.set(name.toLowerCase(), (expression.morphTargetBinds ?? []).flatMap(bound));
    }
    return found;
}

function binding(meshes, target, weight) {
    return (meshes ?? []).filter((mesh) => mesh.morphTargetInfluences)
        .map((mesh) => [mesh.morphTargetInfluences, target, weight]);
}

// A function of a pose that sets the expressions' morph targets, with `names`, the shapes that it follows.
function driveOf(expressions) {
    const exact = [...expressions].map(([name, binds]) => [placeOf(name), binds]).filter(([place]) => place >= 0);
    const perfect = exact.length >= PERFECT_SYNC;
    const rows = perfect
        ? exact.map(([place, binds]) => [(v) => v[place], [SHAPES[place]], binds])
        : Object.entries(PRESETS).filter(([name]) => expressions.get(name)?.length)
            .map(([name, [value, shapes]]) => [value, shapes, expressions.get(name)]);
    if (rows.length === 0) return null;
    const bound = rows.flatMap(([, , binds]) => binds);
    const drive = (values) => {
        for (const [influences, target] of bound) influences[target] = 0;
        for (const [value, , binds] of rows) {
            const amount = Math.min(1, Math.max(0, value(values)));
            for (const [influences, target, weight] of binds) influences[target] += weight * amount;
        }
    };
    drive.names = rows.flatMap(([, shapes]) => shapes);
    return drive;
}
