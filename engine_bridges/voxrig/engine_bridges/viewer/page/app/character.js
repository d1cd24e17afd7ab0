// Who it is: style, layers and seed. They belong to a session, so a change opens it again.

import { isBody } from "../stage/body_bones.js";
import { element, notice } from "./page.js";

export const STYLES = [
    "natural", "mumble", "soft", "clear", "theatrical", "shout", "tight-lipped", "slack", "responsive",
];
export const LAYERS = ["emotion", "blink", "gaze", "head", "idle"];
const LARGEST_SEED = 2n ** 64n - 1n;

export class Character {
    #changed;
    #seed = 0;
    #body = null; // "on" or "off"; until chosen, as the server has it

    /**
     * @param {number|bigint} seed 0: the server draws one
     * @param {function()} changed called when the session is to be opened again
     */
    constructor(seed, changed) {
        this.#seed = seed;
        this.#changed = changed;
        element("style").append(new Option("as the server has it", ""), ...STYLES.map((name) => new Option(name)));
        element("style").onchange = () => changed();
        for (const name of LAYERS) this.#toggle(name, true);
        this.#toggle("body", false, () => (this.#body = element("layer-body").checked ? "on" : "off"));
        element("seed").onchange = () => this.#typed();
        element("draw").onclick = () => this.#use(0);
    }

    /** What a session is opened with: {seed, options}. */
    get opening() {
        const options = {};
        const style = element("style").value;
        if (style) options.style = style;
        for (const name of LAYERS) if (!element(`layer-${name}`).checked) options[name] = "off";
        if (this.#body) options.body = this.#body;
        return { seed: this.#seed, options };
    }

    /** The session is open, with this seed: the same again gives the same face again. */
    opened({ seed, bones }) {
        this.#seed = seed;
        if (!this.#body) element("layer-body").checked = bones.some(isBody);
        element("seed").value = String(seed);
    }

    #toggle(name, checked, chosen = () => {}) {
        const label = document.createElement("label");
        const input = document.createElement("input");
        label.className = "check";
        Object.assign(input, { type: "checkbox", id: `layer-${name}`, checked });
        input.onchange = () => {
            chosen();
            this.#changed();
        };
        label.append(input, name);
        element("layers").append(label);
    }

    #typed() {
        const text = element("seed").value.trim();
        if (!/^\d+$/.test(text) || BigInt(text) > LARGEST_SEED) {
            notice("error", `A seed is a whole number from 1 to ${LARGEST_SEED}; empty or 0 draws one.`);
            if (text) return;
        }
        const seed = BigInt(text || 0);
        this.#use(seed <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(seed) : seed);
    }

    #use(seed) {
        this.#seed = seed;
        this.#changed();
    }
}
