// Sound file, microphone, play, stop, interrupt, and dropping files on the page.

import { element, face, notice } from "./page.js";

const NO_CLIP = "Choose a sound file, drop one here, or speak";
const REFUSALS = {
    NotAllowedError: "The browser was told not to give this page the microphone: allow it in the address bar, then press again.",
    NotFoundError: "There is no microphone on this machine.",
    NotReadableError: "The microphone is in use by another program.",
};

export class Transport {
    #sound;
    #voice;
    #performer;
    #avatar;

    /** `avatar(file)` takes a dropped GLB or VRM. */
    constructor(sound, voice, performer, avatar) {
        this.#sound = sound;
        this.#voice = voice;
        this.#performer = performer;
        this.#avatar = avatar;
        element("choose").onclick = () => element("sound").click();
        element("sound").onchange = ({ target }) => this.#chosen(target);
        element("play").onclick = () => this.playOrStop();
        element("interrupt").onclick = () => this.interrupt();
        element("microphone").onclick = () => this.listenOrStop();
        element("monitor").onchange = ({ target }) => (this.#voice.isHeard = target.checked);
        this.#acceptDrops();
    }

    /** Show what is going on; called whenever it changes. */
    show() {
        const { state, clip } = this.#voice;
        const isLive = this.#performer.state === "live";
        face(element("play"), state === "clip" ? "stop" : "play", state === "clip" ? "Stop" : "Play");
        element("play").disabled = !clip || !isLive;
        element("interrupt").disabled = !isLive;
        element("microphone").disabled = !isLive && state !== "microphone";
        element("microphone").setAttribute("aria-pressed", String(state === "microphone"));
        element("choose").classList.toggle("main", !clip);
        element("play").classList.toggle("main", Boolean(clip));
        element("name").textContent = clip ? `${clip.name}, ${clip.seconds.toFixed(1)} s` : NO_CLIP;
    }

    /** Show how far a clip has come, called at every picture. */
    progress(share) {
        element("progress").value = share;
    }

    /** Take a sound file, and play it. */
    async load(file) {
        try {
            await this.#voice.read(await file.arrayBuffer(), file.name);
        } catch {
            notice("error", `${file.name} is no sound that this browser can read; WAV, MP3, OGG and FLAC work.`);
            return;
        }
        this.show();
        await this.play();
    }

    async play() {
        if (this.#performer.state !== "live" || !this.#voice.clip) return;
        await this.#sound.wake();
        this.#voice.play();
    }

    async playOrStop() {
        if (this.#voice.state === "clip") this.#voice.stop();
        else await this.play();
    }

    interrupt() {
        this.#performer.interrupt();
    }

    async listenOrStop() {
        if (this.#voice.state === "microphone") {
            this.#voice.stop();
            return;
        }
        if (!navigator.mediaDevices) {
            notice("error", "Browsers give the microphone only to pages of this machine: open this one as http://127.0.0.1.");
            return;
        }
        await this.#sound.wake();
        try {
            await this.#voice.listen(element("monitor").checked);
        } catch (error) {
            notice("error", REFUSALS[error.name] ?? `The microphone cannot be used: ${error.message}`);
        }
    }

    async #chosen(input) {
        const [file] = input.files;
        input.value = ""; // the same file may be chosen again
        if (file) await this.load(file);
    }

    #acceptDrops() {
        const stage = element("stage");
        const hint = element("drop");
        const dragging = (is) => {
            stage.classList.toggle("dropping", is);
            hint.hidden = !is;
        };
        document.ondragover = (event) => {
            event.preventDefault();
            dragging(event.dataTransfer.types.includes("Files"));
        };
        document.ondragleave = (event) => {
            if (!event.relatedTarget) dragging(false);
        };
        document.ondrop = (event) => {
            event.preventDefault();
            dragging(false);
            const [file] = event.dataTransfer.files;
            if (file) (/\.(glb|vrm)$/i.test(file.name) ? this.#avatar(file) : this.load(file));
        };
    }
}
