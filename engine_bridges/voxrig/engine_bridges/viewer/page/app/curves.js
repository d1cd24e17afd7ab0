// The curves of the controls that the user picked, as they were shown.

import { Plot } from "./plot.js";

const SECONDS = 6;
const DEFAULTS = ["JawOpen", "MouthClose", "MouthPucker", "EyeBlinkLeft", "HeadYaw"];
const COLOURS = ["#ff8f6b", "#6bb8ff", "#69d3a0", "#f2c14e", "#c792ea", "#ff6b9d", "#8be9e3", "#d0d6e2"];
const FIRST_ANGLE = 52;
const WIDEST_ANGLE = 0.5; // radians from the middle to the edge

export class Curves {
    #plot;
    #names = [];
    #picked = [];
    #chips;
    #add;

    constructor(canvas, chips, add) {
        this.#plot = new Plot(canvas, SECONDS);
        this.#chips = chips;
        this.#add = add;
        add.onchange = () => this.#pick(add.value);
    }

    /** Say what the controls are called, in their order. */
    set names(names) {
        if (names.join() === this.#names.join()) return;
        this.#names = names;
        this.#picked = DEFAULTS.filter((name) => names.includes(name)).map((name, n) => ({ name, colour: COLOURS[n] }));
        this.#list();
    }

    get picked() {
        return this.#picked.map(({ name }) => name);
    }

    /** @param {History} history @param {number} now seconds */
    draw(history, now) {
        this.#plot.begin([[0, "0"], [0.5, "0.5"], [1, "1"]]);
        for (const { name, colour } of this.#picked) this.#line(history, now, this.#names.indexOf(name), colour);
    }

    #line(history, now, control, colour) {
        const { ctx } = this.#plot;
        const isAngle = control >= FIRST_ANGLE;
        ctx.strokeStyle = colour;
        ctx.beginPath();
        for (let n = history.count - 1; n >= history.oldest; n -= 1) {
            const ago = now - history.now(n);
            const value = history.value(n, control);
            ctx.lineTo(this.#plot.x(ago), this.#plot.y(isAngle ? 0.5 + value / (2 * WIDEST_ANGLE) : value));
            if (ago > SECONDS) break;
        }
        ctx.stroke();
    }

    #pick(name) {
        if (!name) return;
        const taken = new Set(this.#picked.map(({ colour }) => colour));
        this.#picked.push({ name, colour: COLOURS.find((one) => !taken.has(one)) ?? COLOURS[0] });
        this.#list();
        this.#add.focus();
    }

    #drop(name) {
        this.#picked = this.#picked.filter((one) => one.name !== name);
        this.#list();
        (this.#chips.querySelector("button") ?? this.#add).focus();
    }

    #list() {
        this.#chips.replaceChildren(...this.#picked.map(({ name, colour }) => this.#chip(name, colour)));
        const left = this.#names.filter((name) => !this.picked.includes(name));
        this.#add.replaceChildren(new Option("+", ""), ...left.map((name) => new Option(name)));
    }

    #chip(name, colour) {
        const chip = document.createElement("button");
        const dot = document.createElement("i");
        dot.style.background = colour;
        chip.type = "button";
        chip.className = "chip";
        chip.title = `Plot ${name} no more`;
        chip.append(dot, name);
        chip.onclick = () => this.#drop(name);
        return chip;
    }
}
