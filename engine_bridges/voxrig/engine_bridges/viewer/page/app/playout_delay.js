// How far behind its sending speech should be heard, so that the frames are there in time: the longest journey of the
// last eight seconds, and a margin. Line by line that of engine_bridges/playout_delay.py.

const BUCKETS = 8;

export class PlayoutDelay {
    #margin;
    #longest = new Float64Array(BUCKETS).fill(-Infinity); // one a second
    #second = 0;

    /** @param {number} margin seconds */
    constructor(margin = 0.02) {
        this.#margin = margin;
    }

    /** Note a frame that came at `now`; the sample on which it falls was sent, or recorded, at `sent`. Seconds. */
    arrived(now, sent) {
        const second = Math.floor(now);
        const steps = Math.min(second - this.#second, BUCKETS);
        for (let step = 1; step <= steps; step += 1) this.#longest[(this.#second + step) % BUCKETS] = -Infinity;
        this.#second = Math.max(second, this.#second);
        const place = this.#second % BUCKETS;
        this.#longest[place] = Math.max(this.#longest[place], now - sent);
    }

    /** Begin to play a sample so many seconds after it was sent; the margin alone before the first frame. */
    get seconds() {
        return Math.max(0, Math.max(...this.#longest)) + this.#margin;
    }
}
