// The page's client behind the text protocol that drives every client's: its Link and its Sessions do the work.

import { Link } from "/app/link.js";
import { Session } from "/app/session.js";
import { errorLine, eventLine, frameLines, helloLine, line, openedLine } from "/puppet/transcript.js";

/** Of this version; others are ignored, as the page does. */
const KINDS = new Set(["UTTERANCE_ENDED", "INTERRUPTED", "CLOSED", "CUE_IGNORED", "CUE_LATE", "VISEME", "EMOTION"]);

export class ClientPuppet {
    #say;
    #link;
    #waiting = []; // commands until the link is up
    #open = new Map(); // by the command's number: {name, session, closing}
    #names = new Map(); // by the session's own number, the same
    #pings = 0; // asked for; the link sends one a second
    #done = false;
    #over = false;

    constructor(url, say) {
        this.#say = say;
        this.#link = new Link(url, "compliance puppet", {
            up: (hello) => this.#greeted(hello),
            down: (reason, error) => this.#down(reason, error),
            message: (message) => this.#take(message),
            pong: (seconds) => this.#pong(seconds),
        });
        this.#link.start();
    }

    obey(text) {
        if (this.#over) return;
        if (this.#waiting !== null) {
            this.#waiting.push(text);
            return;
        }
        const [word, name, ...rest] = text.trim().split(/\s+/);
        if (word === "ping") this.#pings += 1;
        else if (word === "done") this.#finish();
        else if (word === "open") this.#begin(name, rest);
        else this.#send(word, this.#known(name), rest);
    }

    #begin(name, [rig, numerator, denominator, rate, seed, ...pairs]) {
        const options = Object.fromEntries(pairs.map(pair));
        const frameRate = { numerator: Number(numerator), denominator: Number(denominator) };
        const one = { name, session: null, closing: false };
        one.session = new Session(widened(this.#link, rig, frameRate), Number(rate), { seed: whole(seed), options });
        this.#open.set(name, one);
        this.#names.set(one.session.number, one);
    }

    #send(word, one, [first, ...rest]) {
        const { session } = one;
        if (word === "audio") {
            session.next = Number(first);
            session.audio(samplesOf(rest[0] ?? ""));
        } else if (word === "cue") {
            const values = rest.slice(1).map(pair).map(([key, value]) => [key, Number(value)]);
            session.cue(rest[0], Object.fromEntries(values), Number(first));
        } else if (word === "interrupt" && first !== undefined) {
            session.interrupt(Number(first));
        } else if (word === "interrupt") { // the page always says where
            this.#link.send({ session: session.number, interrupt: {} });
        } else if (word === "end") { // the page speaks on for ever
            this.#link.send({ session: session.number, end_utterance: { tail_samples: Number(first) } });
        } else if (word === "close") {
            one.closing = true;
            session.close();
        } else {
            throw new Error(`there is no command ${word}`);
        }
    }

    /** A WebSocket has no half-close: close what is open, and let the link go when all has come. */
    #finish() {
        this.#done = true;
        for (const one of this.#open.values()) {
            if (!one.closing) this.#send("close", one, []);
        }
        if (this.#names.size === 0) this.#link.drop();
    }

    #greeted(hello) {
        if (this.#over) return; // connected anew, as the page does
        this.#say(helloLine(hello));
        const waiting = this.#waiting;
        this.#waiting = null;
        waiting.forEach((text) => this.obey(text));
    }

    #down(reason, error) {
        if (this.#over) return;
        this.#over = true;
        if (error) this.#say(errorLine("-", error));
        this.#say(this.#done && this.#names.size === 0 ? "done" : line("lost", reason));
    }

    #pong(seconds) {
        if (this.#pings === 0) return;
        this.#pings -= 1;
        this.#say(`pong ${seconds.toFixed(9)}`);
    }

    #take(message) {
        const one = this.#names.get(message.session);
        if (one === undefined) return;
        const { opened, frames, event, error } = message;
        if (opened) {
            one.session.opened = opened;
            this.#say(openedLine(one.name, opened));
        } else if (frames) {
            frameLines(one.name, frames, one.session.opened.stride).forEach(this.#say);
        } else if (event && KINDS.has(event.kind)) {
            this.#say(eventLine(one.name, event));
        } else if (error) {
            this.#say(errorLine(one.name, error));
        }
        if (event?.kind === "CLOSED" || error?.session_closed) this.#forget(one);
    }

    #forget(one) {
        this.#names.delete(one.session.number);
        if (this.#open.get(one.name) === one) this.#open.delete(one.name);
        if (this.#done && this.#names.size === 0) this.#link.drop();
    }

    #known(name) {
        const one = this.#open.get(name);
        if (one === undefined) throw new Error(`session ${name} is not open`);
        return one;
    }
}

/** A link on which a session opens with any rig and frame rate; the page's own are always the same. */
function widened(link, rig, frameRate) {
    return {
        send(message) {
            link.send(message.open ? { ...message, open: { ...message.open, rig, frame_rate: frameRate } } : message);
        },
    };
}

/** Samples from -1 to 1 of 16-bit ones in hexadecimal digits, low byte first. */
function samplesOf(digits) {
    const samples = new Float32Array(digits.length / 4);
    for (let n = 0; n < samples.length; n += 1) {
        const low = parseInt(digits.slice(4 * n, 4 * n + 2), 16);
        const high = parseInt(digits.slice(4 * n + 2, 4 * n + 4), 16);
        samples[n] = ((((high << 8) | low) << 16) >> 16) / 32768;
    }
    return samples;
}

function pair(text) {
    const at = text.indexOf("=");
    return [text.slice(0, at), text.slice(at + 1)];
}

/** A seed, which may have 64 bits. */
function whole(text) {
    const near = Number(text);
    return Number.isSafeInteger(near) ? near : BigInt(text);
}
