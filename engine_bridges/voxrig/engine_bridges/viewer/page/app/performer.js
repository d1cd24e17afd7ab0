// The character: a session that is fed in real time, silence while nobody speaks, and its frames in step with what is
// heard. All its time is one line of media samples: sent at frame f of the running clock is sample f + offset, and the
// same sample is heard `lead` frames later.

import { isBody } from "../stage/body_bones.js";
import { PlayoutBuffer } from "./playout_buffer.js";
import { PlayoutClock } from "./playout_clock.js";
import { PlayoutDelay } from "./playout_delay.js";
import { Session } from "./session.js";

const FRAME_SECONDS = 1 / 60;
const FIRST_LEAD_SECONDS = 0.25; // until frames have come and it is known what is needed
const SHORTEST_LEAD_SECONDS = 0.06;
const LONGEST_LEAD_SECONDS = 0.6;
const LEAD_STEP_SECONDS = 0.02; // smaller changes are not worth a jump
const LONGEST_GAP_SECONDS = 2; // of silence that is sent at once; beyond, the line of time is moved instead
const FADE_SECONDS = 0.25; // from the pose of one session to that of the next

/**
 * `listener` has state(name), opened(answer), frame(index, sample, values), cut(event), sent(first, bytes),
 * began(sample, now), arrived(seconds, sample), told(level, text). `voice` says what is sent.
 */
export class Performer {
    /** "offline", "opening", "live" or "refused". */
    state = "offline";
    session = null;
    buffer = null;
    clock;
    delay = new PlayoutDelay();
    /** The pose that is shown, float32 [61] and what bones the session has; null before the first. */
    pose = null;
    /** Its bones, float32 [4 * bones], once frames have come; null where there are none. */
    bones = null;
    /** What `show` found last: the media sample shown, the one that the device says is audible, both at `now` seconds. */
    shown = { now: 0, media: 0, audible: 0 };
    #link;
    #sound;
    #voice;
    #listener;
    #offset = null;
    #lead;
    #cutting = false;
    #untimed = 0;
    #reported = null;
    #row = null;
    #rowBytes = null;
    #old = null;
    #boned = new Float32Array(0);
    #fade = 0;

    constructor(link, sound, voice, listener) {
        this.#link = link;
        this.#sound = sound;
        this.#voice = voice;
        this.#listener = listener;
        this.clock = new PlayoutClock(sound.rate);
        this.#setLead(Math.round(FIRST_LEAD_SECONDS * sound.rate));
    }

    /** How long after it is sent a sample is heard, in seconds. */
    get lead() {
        return this.#lead / this.#sound.rate;
    }

    /** Open a session in place of the one there is, for a character of `{seed, options}`. */
    open(character) {
        this.#voice.stop();
        this.session?.close();
        this.session = new Session(this.#link, this.#sound.rate, character);
        this.#cutting = false;
        this.#enter("opening");
    }

    /** The link is down: the session is lost, and the face eases to rest. */
    lost(state = "offline") {
        this.#voice.stop();
        this.session = null;
        this.#enter(state);
    }

    /** Take a message of the link. */
    take(message) {
        if (message.session !== this.session?.number) return;
        if (message.opened) this.#opened(message.opened);
        else if (message.frames) this.#frames(message.frames);
        else if (message.event) this.#event(message.event);
        else if (message.error) this.#error(message.error);
    }

    /** Send the next block: `count` frames of the clock from `first` on. */
    tick(first, count, microphone) {
        const samples = this.#voice.block(first, count, microphone);
        if (this.state !== "live" || this.#cutting) return;
        const { session } = this;
        if (this.#offset === null) this.#offset = session.next - first;
        const begins = this.#voice.firstFrame ?? -1;
        if (begins >= first && begins < first + count) {
            this.#listener.began(begins + this.#offset, performance.now() / 1000);
        }
        let gap = first + this.#offset - session.next;
        if (gap > LONGEST_GAP_SECONDS * this.#sound.rate) {
            this.#offset -= gap; // the page stood still
            gap = 0;
        }
        if (gap > 0) {
            this.#send(new Float32Array(gap));
            this.#untimed = session.next; // frames up to here are late by how this came about
        }
        if (this.#untimed === Infinity) this.#untimed = session.next;
        if (gap > -count) this.#send(gap < 0 ? samples.subarray(-gap) : samples);
    }

    /** The running clock is another one now; the media samples go on. */
    switched() {
        this.#offset = null;
        this.#voice.switched();
    }

    /** A timed instruction, from the next sample sent on. */
    cue(name, values) {
        if (this.state === "live") this.session.cue(name, values, this.session.next);
    }

    /** Stop speaking, at what is heard now. */
    interrupt() {
        if (this.state !== "live" || this.#cutting) return;
        const media = this.#sound.currentFrame - this.#lead + (this.#offset ?? 0);
        if (this.#voice.state === "clip") this.#voice.stop();
        this.#cutting = true; // what is sent before INTERRUPTED would start at the wrong sample
        this.session.interrupt(Math.max(0, Math.round(media)));
    }

    /** Find the pose for `now`, seconds of performance.now(). Returns it; null before the first session. */
    show(now) {
        const { time, frame } = this.#sound.audible(now);
        if (!this.buffer || this.#offset === null) return this.pose;
        const audible = frame - this.#lead + this.#offset;
        this.clock.report(audible === this.#reported ? now : time, audible);
        this.#reported = audible;
        const media = this.clock.at(now);
        this.buffer.sample(media, this.pose);
        if (this.#old) this.#fadeIn(now);
        if (this.buffer.counts.pushed > 0 && this.#boned.length) this.bones = this.#boned;
        this.shown.now = now;
        this.shown.media = media;
        this.shown.audible = audible + (now - time) * this.#sound.rate;
        return this.pose;
    }

    #enter(state) {
        this.state = state;
        this.#listener.state(state);
    }

    #opened(answer) {
        this.session.opened = answer;
        if (this.pose) {
            this.#old = this.pose.slice(0, answer.controls.length); // a body is another one, and begins at once
            this.#fade = performance.now() / 1000;
        }
        const body = answer.bones.findIndex(isBody);
        const eased = body < 0 ? answer.bones.length : body;
        this.buffer = new PlayoutBuffer(answer.controls.length, answer.bones.length, this.#sound.rate, { eased });
        this.clock = new PlayoutClock(this.#sound.rate);
        this.#reported = null;
        this.#offset = null;
        this.#untimed = 0;
        this.pose = new Float32Array(answer.stride);
        this.#boned = this.pose.subarray(answer.controls.length);
        this.bones = null;
        this.#row = new Float32Array(answer.stride);
        this.#rowBytes = new Uint8Array(this.#row.buffer);
        this.#listener.opened(answer);
        this.#enter("live");
    }

    #send(samples) {
        const first = this.session.next;
        this.#listener.sent(first, this.session.audio(samples));
    }

    #frames({ first_index: first, media_samples: samples, values }) {
        const now = performance.now() / 1000;
        const size = this.#rowBytes.length;
        for (let n = 0; n < samples.length; n += 1) {
            this.#rowBytes.set(values.subarray(n * size, (n + 1) * size));
            this.buffer.push(first + n, samples[n], this.#row);
            this.#listener.frame(first + n, samples[n], this.#row);
        }
        if (this.#offset !== null && samples[0] >= this.#untimed) this.#arrived(now, samples[0]);
    }

    /** A frame came at `now`: how long after its sample could have been heard at the earliest, and was recorded? */
    #arrived(now, sample) {
        const { time, frame } = this.#sound.audible(now);
        const earliest = frame + (now - time) * this.#sound.rate + this.#offset;
        const journey = (earliest - sample) / this.#sound.rate;
        this.delay.arrived(now, now - journey);
        this.#listener.arrived((this.#sound.currentFrame + this.#offset - sample) / this.#sound.rate, sample);
        if (this.#voice.state !== "clip") this.#adapt();
    }

    /** Let as much time as it needs lie between sending and hearing; not while something is heard, but if it must. */
    #adapt() {
        const needed = this.delay.seconds + FRAME_SECONDS;
        const wanted = Math.min(LONGEST_LEAD_SECONDS, Math.max(SHORTEST_LEAD_SECONDS, needed));
        const change = wanted - this.lead;
        const mayShrink = !this.#voice.sounds;
        if (change > 0 || (mayShrink && change < -LEAD_STEP_SECONDS)) this.#setLead(Math.ceil(wanted * this.#sound.rate));
    }

    #setLead(frames) {
        this.#lead = frames;
        this.#voice.lead = frames;
    }

    #event(event) {
        if (event.kind === "INTERRUPTED") {
            this.buffer.interrupt(event.frame_index);
            this.session.next = event.next_sample;
            this.#untimed = Infinity; // until it is known how much silence is missing
            this.#cutting = false;
            this.#listener.cut(event);
        } else if (event.kind === "CUE_IGNORED") {
            this.#listener.told("note", event.message);
        }
    }

    #error(error) {
        this.#listener.told("error", error.message);
        if (error.refused === "audio") this.session.next = error.next_sample;
        if (error.refused === "interrupt") this.#cutting = false;
        if (error.session_closed) this.lost("refused");
    }

    /** From the last pose of the session before, so that nothing pops. */
    #fadeIn(now) {
        const way = Math.min(1, Math.max(0, (now - this.#fade) / FADE_SECONDS));
        const weight = way * way * (3 - 2 * way);
        for (let n = 0; n < this.#old.length; n += 1) this.pose[n] = this.#old[n] + weight * (this.pose[n] - this.#old[n]);
        if (way === 1) this.#old = null;
    }
}
