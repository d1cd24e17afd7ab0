// Runs HeadAudio's own worklet and node on sound files, without a browser: the two Web Audio classes they extend are
// stood in for by a pair of ports that hand messages over at once.
//
//   node headaudio.mjs PACKAGE FOLDER     FOLDER as `peers.py` writes and reads it
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [where, folder] = process.argv.slice(2);
const job = JSON.parse(readFileSync(join(folder, "job.json"), "utf8"));
const bytes = readFileSync(join(folder, "audio.f32"));
const audio = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
const QUANTUM = 128; // samples that a worklet is given at a time

class Port {
  postMessage(data) { this.other.onmessage?.({ data }); }
}
class Endpoint {
  constructor() { this.port = new Port(); }
}
globalThis.sampleRate = job.rate;
globalThis.AudioWorkletNode = Endpoint;
globalThis.AudioWorkletProcessor = Endpoint;
globalThis.registerProcessor = () => {};

const load = (path) => import(pathToFileURL(join(where, path)));
const { HeadAudio } = await load("modules/headaudio.mjs");
const { HeadWorklet } = await load("modules/headworklet.mjs");
const model = "data:;base64," + readFileSync(join(where, "dist/model-en-mixed.bin")).toString("base64");

const parameters = {};
for (const { name, defaultValue } of HeadWorklet.parameterDescriptors) parameters[name] = [defaultValue];

async function start() {
  const node = new HeadAudio(null);
  const worklet = new HeadWorklet({});
  [node.port.other, worklet.port.other] = [worklet.port, node.port];
  await node.loadModel(model);
  return { node, worklet };
}

// Frame n shows what the node shows `delay` frames later: the delay that its README puts on the sound.
function animate({ node, worklet }, samples, frames, weights) {
  const now = new Float32Array(node.nVisemes);
  node.onvalue = (name, value) => { now[node.visemeNames.indexOf(name)] = value; };
  // As published, class 0 is taken for none (`if (viseme)`), so that `aa` is never shown.
  node.visemeEventsEnabled = job.repaired;
  node.onviseme = (data) => { if (data.viseme === 0) node.visemeActive = 0; };
  const silence = new Float32Array(QUANTUM);
  let heard = 0;
  for (let k = 0; k < frames + job.delay; k++) {
    for (; (heard + QUANTUM) * job.fps <= k * job.rate; heard += QUANTUM) {
      const chunk = samples.subarray(heard, heard + QUANTUM);
      worklet.process([[chunk.length ? chunk : silence]], [], parameters);
    }
    node.update(1000 / job.fps);
    if (k >= job.delay) weights.set(now, (k - job.delay) * node.nVisemes);
  }
}

const total = job.clips.reduce((sum, clip) => sum + clip.frames, 0);
const weights = new Float32Array(total * 15);
const first = job.clips[0];
animate(await start(), audio.subarray(0, first.samples), first.frames, new Float32Array(first.frames * 15)); // warm
let [sample, frame, microseconds] = [0, 0, 0];
for (const { samples, frames } of job.clips) {
  const fresh = await start();
  const begun = process.cpuUsage();
  animate(fresh, audio.subarray(sample, sample + samples), frames, weights.subarray(frame * 15));
  const { user, system } = process.cpuUsage(begun);
  microseconds += user + system;
  sample += samples;
  frame += frames;
}
writeFileSync(join(folder, "weights.f32"), weights);
const names = (await start()).node.visemeNames;
writeFileSync(join(folder, "done.json"), JSON.stringify({ names, cpu_seconds: microseconds / 1e6 }));
