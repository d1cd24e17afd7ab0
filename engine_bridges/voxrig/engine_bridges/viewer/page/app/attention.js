// Where it looks, blinks, what it is doing, and gestures: cues at the press of a button.

import { button, element } from "./page.js";

export const ACTIVITIES = ["auto", "talking", "listening", "reading", "thinking"];
export const GESTURES = ["wave", "offer", "shrug", "refuse", "self", "you", "think", "thumbs_up", "welcome"];
const TO_THE_SIDE = { yaw: 30, pitch: 5, hold: 1.5 }; // degrees, seconds

export class Attention {
    #performer;
    #stage;
    #mouse = null; // client coordinates, once it was over the stage
    #sent = null;
    #activity = "auto";

    constructor(performer, stage) {
        this.#performer = performer;
        this.#stage = stage;
        element("look").onclick = () => this.toggleLook();
        element("blink").onclick = () => this.blink();
        element("stage").addEventListener("pointermove", ({ clientX, clientY }) => (this.#mouse = [clientX, clientY]));
        const choices = ACTIVITIES.map((name) => this.#choice(name));
        element("activities").append(...choices);
        element("activities").onkeydown = (event) => this.#arrow(event, choices);
        const cues = GESTURES.map((name) => [name, "gesture", { [name]: 1 }]);
        cues.push(["point", "point", TO_THE_SIDE], ["nod", "head", { nod: 0.6 }]);
        element("gestures").append(...cues.map((cue) => this.#gesture(...cue)));
    }

    get isLooking() {
        return element("look").getAttribute("aria-pressed") === "true";
    }

    toggleLook() {
        element("look").setAttribute("aria-pressed", String(!this.isLooking));
        this.#sent = null;
        if (!this.isLooking) this.#performer.cue("gaze", { release: 1 });
    }

    blink() {
        this.#performer.cue("blink", { force: 1 });
    }

    /** Tell a session that has just begun. */
    repeat() {
        this.#sent = null;
        if (this.#activity !== "auto") this.#performer.cue("activity", { [this.#activity]: 1 });
    }

    /** Look where the mouse is; called once a picture, so at most as often as the server takes it. */
    follow() {
        if (!this.isLooking || !this.#mouse || this.#performer.state !== "live") return;
        const { x, y, z } = this.#stage.pick(...this.#mouse);
        const told = [x, y, z].map((metres) => metres.toFixed(3)).join();
        if (told === this.#sent) return;
        this.#sent = told;
        this.#performer.cue("gaze", { x, y, z });
    }

    #choice(name) {
        const made = button(name[0].toUpperCase() + name.slice(1), () => this.#choose(name));
        made.role = "radio";
        made.dataset.name = name;
        made.setAttribute("aria-checked", String(name === this.#activity));
        made.tabIndex = name === this.#activity ? 0 : -1;
        return made;
    }

    #choose(name) {
        this.#activity = name;
        for (const one of element("activities").children) {
            one.setAttribute("aria-checked", String(one.dataset.name === name));
            one.tabIndex = one.dataset.name === name ? 0 : -1;
        }
        this.#performer.cue("activity", { [name]: 1 });
    }

    #arrow(event, choices) {
        const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
        if (!step) return;
        event.preventDefault();
        const next = (ACTIVITIES.indexOf(this.#activity) + step + ACTIVITIES.length) % ACTIVITIES.length;
        this.#choose(ACTIVITIES[next]);
        choices[next].focus();
    }

    #gesture(name, cue, values) {
        return button((name[0].toUpperCase() + name.slice(1)).replace("_", " "), () => {
            element("gesture-answer").textContent = `Sent: ${name}.`;
            this.#performer.cue(cue, values);
        });
    }
}
