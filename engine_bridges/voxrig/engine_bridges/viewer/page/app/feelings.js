// Emotion sliders: what they stand on goes to the server as one cue, at most four a second (it takes 256 a minute).

import { element } from "./page.js";

export const CATEGORIES = ["joy", "sadness", "anger", "fear", "disgust", "surprise", "contempt"];
export const AXES = ["valence", "arousal"];
const PAUSE_MS = 250;
const TRANSITION = 0.25;

export class Feelings {
    #performer;
    #inputs = new Map();
    #timer = 0;
    #isAutomatic = true;

    constructor(performer) {
        this.#performer = performer;
        for (const name of CATEGORIES) this.#slider(name, 0);
        element("emotions").append(document.createElement("hr"));
        for (const name of AXES) this.#slider(name, -1);
        element("neutral").onclick = () => this.#reset(false);
        element("automatic").onclick = () => this.#reset(true);
    }

    /** Tell a session that has just begun, unless everything is as it is by itself. */
    repeat() {
        if (!this.#isAutomatic) this.#send();
    }

    /** What the sliders ask for, without those at 0. */
    get values() {
        const set = [...this.#inputs].map(([name, input]) => [name, Number(input.value)]);
        return Object.fromEntries(set.filter(([, value]) => value !== 0));
    }

    #slider(name, least) {
        const label = document.createElement("label");
        const input = document.createElement("input");
        const output = document.createElement("output");
        input.id = `emotion-${name}`;
        label.htmlFor = input.id;
        label.textContent = name[0].toUpperCase() + name.slice(1);
        Object.assign(input, { type: "range", min: least, max: 1, step: 0.01, value: 0 });
        output.textContent = "0";
        input.oninput = () => {
            output.textContent = Number(input.value).toFixed(2).replace(/\.?0+$/, "") || "0";
            this.#isAutomatic = false;
            this.#soon();
        };
        this.#inputs.set(name, input);
        element("emotions").append(label, input, output);
    }

    #soon() {
        if (this.#timer) return;
        this.#send();
        let sent = JSON.stringify(this.values);
        this.#timer = setInterval(() => {
            const wanted = JSON.stringify(this.values);
            if (wanted === sent) {
                clearInterval(this.#timer);
                this.#timer = 0;
            } else {
                sent = wanted;
                this.#send();
            }
        }, PAUSE_MS);
    }

    #send() {
        const { values } = this;
        const asked = Object.keys(values).length ? values : { neutral: 1 };
        this.#performer.cue("emotion", { ...asked, transition: TRANSITION });
    }

    /** All to 0: no emotion, or what is heard in the voice again (a cue that holds for a moment, then lets go). */
    #reset(isAutomatic) {
        for (const input of this.#inputs.values()) {
            input.value = 0;
            input.oninput();
        }
        clearInterval(this.#timer);
        this.#timer = 0;
        this.#isAutomatic = isAutomatic;
        const hold = isAutomatic ? { hold: 0.02 } : {};
        this.#performer.cue("emotion", { neutral: 1, transition: TRANSITION, ...hold });
    }
}
