// How long frames take, and how well face and voice agree: a plot and figures.

import { Plot } from "./plot.js";

const SECONDS = 12;
const KEPT = 1024;
const STEPS_MS = [50, 100, 200, 400, 800, 1600];
const COLOURS = { frame: "#6bb8ff", heard: "#ff8f6b", trip: "#69d3a0" };
const LEGEND = [["frame", "frame after its sound"], ["heard", "sound heard"], ["trip", "round trip"]];

export class Latency {
    /** Milliseconds from the first sample of the last clip to the first frame of it; null before. */
    firstFrameMs = null;
    #plot;
    #figures;
    #list;
    #times = new Float64Array(KEPT);
    #values = new Float32Array(KEPT * 3); // a frame's journey, the lead, the round trip; milliseconds
    #count = 0;
    #waiting = null;

    constructor(canvas, legend, list) {
        this.#plot = new Plot(canvas, SECONDS);
        this.#list = list;
        this.#figures = new Map();
        for (const [key, text] of LEGEND) {
            const item = document.createElement("span");
            const dot = document.createElement("i");
            dot.style.background = COLOURS[key];
            item.append(dot, text);
            legend.append(item);
        }
    }

    /** Frames came `journey` seconds after the sound that they show was sent; `sample` is where the first of them falls. */
    arrived(journey, sample, lead, roundTrip, now) {
        const row = this.#count % KEPT;
        this.#times[row] = now;
        this.#values.set([journey * 1000, lead * 1000, (roundTrip ?? 0) * 1000], 3 * row);
        this.#count += 1;
        if (this.#waiting && sample >= this.#waiting.sample) {
            this.firstFrameMs = 1000 * (now - this.#waiting.sent);
            this.#waiting = null;
        }
    }

    /** Speech begins at media sample `sample`, which was sent at `sent` seconds. */
    began(sample, sent) {
        this.#waiting = { sample, sent };
    }

    /** Journeys of late, in milliseconds, sorted. */
    journeys() {
        const kept = Math.min(this.#count, KEPT);
        return Array.from({ length: kept }, (_, n) => this.#values[3 * n]).sort((a, b) => a - b);
    }

    draw(now) {
        let most = 0;
        const first = Math.max(0, this.#count - KEPT);
        for (let n = this.#count - 1; n >= first && now - this.#times[n % KEPT] < SECONDS; n -= 1) {
            most = Math.max(most, this.#values[3 * (n % KEPT)], this.#values[3 * (n % KEPT) + 1]);
        }
        const top = STEPS_MS.find((step) => step >= most) ?? STEPS_MS.at(-1);
        this.#plot.begin([[0, "0"], [0.5, `${top / 2}`], [1, `${top} ms`]]);
        for (const [place, [key]] of LEGEND.entries()) this.#line(place, COLOURS[key], top, now, first);
    }

    /** Show figures, a text by name. */
    tell(figures) {
        for (const [name, text] of Object.entries(figures)) {
            if (!this.#figures.has(name)) this.#figures.set(name, this.#entry(name));
            this.#figures.get(name).textContent = text;
        }
    }

    #entry(name) {
        const entry = document.createElement("div");
        const term = document.createElement("dt");
        const value = document.createElement("dd");
        term.textContent = name;
        entry.append(term, value);
        this.#list.append(entry);
        return value;
    }

    #line(place, colour, top, now, first) {
        const { ctx } = this.#plot;
        ctx.strokeStyle = colour;
        ctx.beginPath();
        for (let n = this.#count - 1; n >= first; n -= 1) {
            const ago = now - this.#times[n % KEPT];
            ctx.lineTo(this.#plot.x(ago), this.#plot.y(Math.min(1, this.#values[3 * (n % KEPT) + place] / top)));
            if (ago > SECONDS) break;
        }
        ctx.stroke();
    }
}
