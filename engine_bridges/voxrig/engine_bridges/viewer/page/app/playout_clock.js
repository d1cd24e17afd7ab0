// Where the sound is, between the coarse reports of an audio device: an alpha-beta filter on position and speed, that
// stops where the device stops and jumps where it jumps. Line by line that of engine_bridges/playout_clock.py.

const ALPHA = 0.1;
const BETA = (ALPHA * ALPHA) / (2 - ALPHA); // critically damped
const SLOWEST = 0.9;
const FASTEST = 1.1;
const JUMP = 0.08; // seconds between report and expectation above which the sound was moved, and is not merely uneven
const SHORTEST_STEP = 0.005;
const LONGEST_STEP = 0.1;
const GROWTH = 1.1; // by how much the grain may grow with a report
const PATIENCE = 1.5; // steps of the device after which a position that stays is a pause

/** Media samples of `sampleRate` Hz against seconds of the caller's own clock, which never goes back. */
export class PlayoutClock {
    #rate;
    #speed = 1;
    #time = 0; // of the last new position
    #position = 0; // filtered, at #time
    #reported = 0; // as told
    #looked = 0; // when it was told last, new or not
    #step = LONGEST_STEP; // longest of late between two new positions, seconds
    #grain = 0; // least of late by which the position moved, samples: the sound is somewhere within it
    #started = false;
    #moving = false;

    constructor(sampleRate) {
        this.counts = { reports: 0, resyncs: 0, pauses: 0 };
        this.#rate = sampleRate;
    }

    /**
     * Take the device's word that media sample `sample` is audible at `now` seconds. Report at every picture, also when
     * the position is the same as before: that is how a pause is noticed.
     */
    report(now, sample) {
        this.#looked = now;
        if (this.#started && sample === this.#reported) {
            if (this.#moving && now - this.#time > PATIENCE * this.#step) {
                this.#moving = false;
                this.#position = sample + 0.5 * this.#grain;
                this.counts.pauses += 1;
            }
            return;
        }
        this.counts.reports += 1;
        const passed = now - this.#time;
        let expected = this.#position;
        if (this.#moving) expected += passed * this.#speed * this.#rate; // however long nobody looked
        const error = sample - expected;
        const moved = sample - this.#reported;
        if (!this.#started || Math.abs(error) > JUMP * this.#rate) {
            if (this.#started) this.counts.resyncs += 1;
            this.#position = sample + 0.5 * this.#grain;
        } else if (!this.#moving || passed <= 0) {
            this.#position = Math.max(sample, expected); // on from a pause: how long the step took is not known
        } else {
            this.#position = expected + ALPHA * error;
            const speed = this.#speed + (BETA * error) / (passed * this.#rate);
            this.#speed = Math.min(FASTEST, Math.max(SLOWEST, speed));
            if (passed < LONGEST_STEP) this.#step = Math.max(SHORTEST_STEP, passed, 0.95 * this.#step);
            if (moved > 0) this.#grain = this.#grain === 0 ? moved : Math.min(moved, GROWTH * this.#grain);
        }
        this.#started = true;
        this.#moving = true;
        this.#time = now;
        this.#reported = sample;
    }

    /** The media sample that is audible at `now` seconds; 0 before the first report. */
    at(now) {
        if (!this.#moving) return this.#position;
        const ahead = Math.max(0, Math.min(now - this.#time, PATIENCE * this.#step));
        const position = this.#position + ahead * this.#speed * this.#rate;
        if (this.#grain === 0) return position;
        // A device that has not told of the next grain has not come to it: so much less is to be taken back in a pause.
        const since = Math.max(0, now - this.#looked);
        return Math.min(position, this.#reported + this.#grain + since * this.#speed * this.#rate);
    }

    /** Seconds of sound in a second of the caller's clock, 0.9 to 1.1; about 1. */
    get speed() {
        return this.#speed;
    }

    /** Whether the device plays, as far as is known. */
    get isMoving() {
        return this.#moving;
    }
}
