// The page: puts its parts together, and runs them at every picture.
// `?rate=24000` makes the audio run at that rate, `?seed=7` gives the character's; `window.voxrig` is for tinkering.

import { isBody } from "../stage/body_bones.js";
import { Attention } from "./attention.js";
import { Avatar } from "./avatar.js";
import { Character } from "./character.js";
import { Curves } from "./curves.js";
import { Feelings } from "./feelings.js";
import { History } from "./history.js";
import { Latency } from "./latency.js";
import { Link } from "./link.js";
import { element, notice, status } from "./page.js";
import { Performer } from "./performer.js";
import { createPuppet } from "./puppet.js";
import { Sound } from "./sound.js";
import { Takes } from "./takes.js";
import { Transport } from "./transport.js";
import { Voice } from "./voice.js";

const VALUES = 61; // of a pose: 52 shapes and 9 angles
const PLOT_SECONDS = 0.05;
const FIGURES_SECONDS = 0.25;
const parameters = new URLSearchParams(location.search);

/** The stage, or one that shows nothing where the browser has no WebGL: voice, plots and recording work all the same. */
async function openStage(canvas) {
    try {
        const { createStage } = await import("../stage/stage.js");
        return await createStage(canvas);
    } catch (error) {
        notice("error", `The head cannot be drawn, WebGL is off in this browser: ${error.message}`);
        const nothing = () => {};
        return {
            names: [], ready: Promise.resolve(), setPose: nothing, setBones: nothing, setBody: nothing, render: nothing, resize: nothing, useBuiltIn: nothing, dispose: nothing,
            loadAvatar: () => Promise.reject(new Error("there is no WebGL")),
            pick: () => ({ x: 0, y: 0, z: 1 }),
        };
    }
}

class Viewer {
    history = new History(VALUES);
    puppet = createPuppet();

    constructor(stage) {
        this.stage = stage;
        const rate = Number(parameters.get("rate")) || undefined;
        this.sound = new Sound({ tick: (...block) => this.performer.tick(...block), switched: () => this.performer.switched() }, rate);
        this.voice = new Voice(this.sound, { changed: () => this.transport?.show() });
        const scheme = location.protocol === "https:" ? "wss" : "ws";
        // What stands behind # stays in the browser: it comes into no log and to no other page.
        const token = new URLSearchParams(location.hash.slice(1)).get("token") ?? "";
        const listener = {
            up: () => this.reopen(),
            down: (reason) => {
                this.performer.lost();
                status("offline", `${reason}: connecting again`);
            },
            message: (message) => this.performer.take(message),
            pong: () => {},
        };
        this.link = new Link(`${scheme}://${location.host}/link`, "voxrig view", listener, token);
        this.performer = new Performer(this.link, this.sound, this.voice, this.#listener());
        this.latency = new Latency(element("latency"), element("legend"), element("figures"));
        this.curves = new Curves(element("curves"), element("chips"), element("add"));
        this.takes = new Takes(element("face"), this.sound);
        this.character = new Character(Number(parameters.get("seed")) || 0, () => this.reopen());
        this.feelings = new Feelings(this.performer);
        this.attention = new Attention(this.performer, stage);
        this.avatar = new Avatar(stage);
        this.transport = new Transport(this.sound, this.voice, this.performer, (file) => this.avatar.load(file));
        this.bones = []; // of the session, by their names
        this.isEmbodied = false;
        this.level = 0;
        this.plotted = 0;
        this.told = 0;
        this.pictures = 0;
    }

    /** Begin. */
    async start() {
        new ResizeObserver(() => this.stage.resize()).observe(element("face"));
        document.addEventListener("keydown", (event) => this.#key(event));
        for (const kind of ["pointerdown", "keydown"]) {
            document.addEventListener(kind, () => this.sound.wake().catch(() => {}), { once: true });
        }
        await this.stage.ready.catch((error) => notice("error", `The built-in head cannot be shown: ${error.message}`));
        this.stage.render(performance.now()); // the first picture takes long, and would delay the first frames
        await this.sound.start();
        this.link.start();
        requestAnimationFrame((milliseconds) => this.#picture(milliseconds));
    }

    /** Open the session again, as the controls have it. */
    reopen() {
        if (this.link.state === "up") this.performer.open(this.character.opening);
    }

    #listener() {
        return {
            state: (name) => this.#entered(name),
            opened: (answer) => this.#opened(answer),
            sent: (first, bytes) => {
                this.takes.recorder.sent(first, bytes);
                this.level = Math.max(this.level, loudest(bytes));
            },
            frame: (index, sample, values) => this.takes.recorder.frame(index, sample, values.subarray(0, VALUES)),
            began: (sample, now) => this.latency.began(sample, now),
            cut: (event) => this.takes.recorder.cut(event),
            arrived: (journey, sample) => {
                const now = performance.now() / 1000;
                this.latency.arrived(journey, sample, this.performer.lead, this.link.roundTrip, now);
            },
            told: (level, text) => this.#tell(level, text),
        };
    }

    #entered(state) {
        status(state);
        this.transport?.show();
    }

    #opened(answer) {
        this.character.opened(answer);
        this.curves.names = answer.controls;
        this.takes.names = answer.controls;
        this.bones = answer.bones;
        this.isEmbodied = false;
        if (!answer.bones.some(isBody)) this.stage.setBones([]);
        const look = (1000 * answer.look_ahead.numerator) / answer.look_ahead.denominator;
        const [model] = answer.models;
        element("facts").textContent = `model ${model.name} ${model.version}, look-ahead ${look.toFixed(0)} ms, ${this.sound.rate / 1000} kHz`;
        queueMicrotask(() => { // once the session is live
            this.feelings.repeat();
            this.attention.repeat();
        });
    }

    #tell(level, text) {
        if (/gesture/.test(text)) element("gesture-answer").textContent = `The server says: ${text}`;
        notice(level, text);
    }

    #picture(milliseconds) {
        requestAnimationFrame((next) => this.#picture(next));
        const now = performance.now() / 1000;
        this.attention.follow();
        const pose = this.performer.show(now);
        if (pose) {
            const face = pose.subarray(0, VALUES);
            if (this.performer.bones) this.#showBody(this.performer.bones);
            this.stage.setPose(face);
            this.history.add(this.performer.shown, face);
        }
        this.stage.render(milliseconds);
        this.pictures += 1;
        this.transport.progress(this.voice.progress(this.sound.currentFrame));
        if (now - this.plotted > PLOT_SECONDS) this.#plot(now);
        if (now - this.told > FIGURES_SECONDS) this.#figures(now);
    }

    /** Show the body's bones; before the first of them there is no body to show. */
    #showBody(values) {
        if (!this.isEmbodied) this.stage.setBones(this.bones);
        this.isEmbodied = true;
        this.stage.setBody(values);
    }

    #plot(now) {
        this.plotted = now;
        this.curves.draw(this.history, now);
        this.latency.draw(now);
        element("level").value = Math.sqrt(this.level);
        this.level *= 0.6;
    }

    #figures(now) {
        const passed = now - this.told;
        this.told = now;
        const { performer, latency } = this;
        const counts = performer.buffer?.counts;
        const journeys = latency.journeys();
        const last = this.history.count - 1;
        latency.tell({
            "first frame": ms(latency.firstFrameMs),
            "per frame": ms(journeys[Math.floor(journeys.length / 2)]),
            "p99": ms(journeys[Math.floor(journeys.length * 0.99)]),
            "heard after": ms(performer.lead * 1000),
            "round trip": ms(this.link.roundTrip === null ? null : this.link.roundTrip * 1000),
            "A/V offset": last < 0 ? "–" : ms((1000 * this.history.ahead(last)) / this.sound.rate),
            "pictures": `${Math.round(this.pictures / passed)}/s`,
            "shown": counts ? `${counts.exact + counts.interpolated}` : "–",
            "held": counts ? `${counts.held}` : "–",
            "at rest": counts ? `${counts.rested}` : "–",
            "late": counts ? `${counts.late}` : "–",
            "skipped": counts ? `${counts.skipped}` : "–",
        });
        this.pictures = 0;
        this.takes.show();
    }

    #key(event) {
        const typing = event.target.closest("input:not([type=range]):not([type=checkbox]), select, button, summary");
        if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
        if (event.key === "Escape") this.transport.interrupt();
        else if (typing) return;
        else if (event.key === " ") this.transport.playOrStop();
        else if (event.key === "o") element("sound").click();
        else if (event.key === "m") this.transport.listenOrStop();
        else if (event.key === "l") this.attention.toggleLook();
        else if (event.key === "b") this.attention.blink();
        else if (event.key === "r") this.takes.recordOrStop();
        else return;
        event.preventDefault();
    }
}

/** Milliseconds as people read them; a dash where there are none. */
function ms(value) {
    if (value === null || value === undefined) return "–";
    return `${(Math.abs(value) < 10 ? value.toFixed(1) : value.toFixed(0)).replace(/^-(0\.0)$/, "$1")} ms`;
}

function loudest(bytes) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    let most = 0;
    for (let n = 0; n < bytes.length; n += 2) most = Math.max(most, Math.abs(view.getInt16(n, true)));
    return most / 32768;
}

status("connecting");
const viewer = new Viewer(await openStage(element("face")));
window.voxrig = viewer;
await viewer.start();
