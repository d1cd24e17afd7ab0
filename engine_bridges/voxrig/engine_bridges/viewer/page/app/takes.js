// The record button, and the list of what was recorded.

import { element, face, notice } from "./page.js";
import { Film, Recorder } from "./recorder.js";
import { livelinkCsv, wav } from "./take_files.js";

export class Takes {
    recorder;
    #canvas;
    #sound;
    #names = [];
    #film = null;
    #number = 0;

    constructor(canvas, sound) {
        this.#canvas = canvas;
        this.#sound = sound;
        this.recorder = new Recorder(sound.rate);
        element("record").onclick = () => this.recordOrStop();
    }

    /** What the values of a frame are called. */
    set names(names) {
        this.#names = names;
    }

    /** Show how long it has been recording, called now and then. */
    show() {
        if (this.recorder.isRecording) element("recorded").textContent = `${this.recorder.seconds.toFixed(1)} s`;
    }

    async recordOrStop() {
        if (this.recorder.isRecording) await this.#stop();
        else this.#start();
    }

    #start() {
        this.recorder.start();
        try {
            this.#film = Film.kind ? new Film(this.#canvas, this.#sound.recording.stream) : null;
        } catch (error) {
            this.#film = null;
            notice("error", `The picture is not recorded: ${error.message}`);
        }
        element("record").setAttribute("aria-pressed", "true");
        face(element("record"), "stop", "Stop");
    }

    async #stop() {
        const take = this.recorder.stop();
        const film = this.#film && (await this.#film.stop());
        this.#film = null;
        element("record").setAttribute("aria-pressed", "false");
        face(element("record"), "record", "Record");
        element("recorded").textContent = "";
        if (take) this.#list(take, film);
        else notice("note", "Nothing was recorded: no frames came.");
        if (film?.size === 0) notice("note", "The film is empty: the browser recorded no picture.");
    }

    #list({ rows, bytes }, film) {
        this.#number += 1;
        const base = `voxrig-take-${this.#number}`;
        const csv = new Blob([livelinkCsv(this.#names, rows)], { type: "text/csv" });
        const item = document.createElement("li");
        item.append(`Take ${this.#number}, ${(rows.length / 60).toFixed(1)} s`);
        item.append(link(csv, `${base}.csv`, "curves"), link(wav(bytes, this.#sound.rate), `${base}.wav`, "sound"));
        if (film?.size) item.append(link(film, `${base}.${film.type.includes("mp4") ? "mp4" : "webm"}`, "film"));
        element("takes").prepend(item);
    }
}

function link(blob, name, text) {
    const anchor = document.createElement("a");
    anchor.href = URL.createObjectURL(blob);
    anchor.download = name;
    anchor.title = name;
    anchor.textContent = text;
    return anchor;
}
