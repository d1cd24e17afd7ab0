// Frames against the caller's own audio clock: exact, between two, held, at rest; late ones dropped, all of it counted.
// Line by line that of engine_bridges/playout.py, with the same decisions to the bit: values are float32, times float64.

const fround = Math.fround;

/** Frames in, values at any media sample out. All storage is allocated here. */
export class PlayoutBuffer {
    #controls;
    #stride;
    #staying; // place of the first value that doesn't go to rest
    #capacity;
    #hold;
    #ease;
    #rest;
    #values; // one row a frame
    #samples;
    #indices;
    #seen;
    #first = 0; // ring position of the oldest frame kept
    #count = 0;
    #now = null;
    #restedness = 0; // 0: the frames, 1: rest; moves at most 1 / ease a sample, so nothing pops
    #out;

    /**
     * @param {number} controls how many
     * @param {number} bones how many; each is a unit quaternion x, y, z, w behind the controls
     * @param {number} sampleRate the session's, in Hz
     * @param {{capacity?: number, hold?: number, ease?: number, eased?: number}} options frames; seconds; seconds; bones
     *     that go to rest, as those behind don't: a body's, of which rest would be a T-pose
     */
    constructor(controls, bones, sampleRate, { capacity = 2048, hold = 0.1, ease = 0.2, eased = bones } = {}) {
        if (capacity < 2) throw new RangeError(`a capacity of ${capacity} frames cannot interpolate: give 2 or more`);
        this.counts = {
            pushed: 0, exact: 0, interpolated: 0, held: 0, rested: 0,
            waited: 0, late: 0, skipped: 0, superseded: 0, overflowed: 0,
        };
        this.#controls = controls;
        this.#stride = controls + 4 * bones;
        this.#staying = controls + 4 * eased;
        this.#capacity = capacity;
        this.#hold = hold * sampleRate;
        this.#ease = Math.max(1, ease * sampleRate);
        this.#rest = new Float32Array(this.#stride);
        for (let w = controls + 3; w < this.#stride; w += 4) this.#rest[w] = 1;
        const rows = new Float32Array(capacity * this.#stride);
        this.#values = Array.from({ length: capacity }, (_, n) => rows.subarray(n * this.#stride, (n + 1) * this.#stride));
        this.#samples = new Float64Array(capacity);
        this.#indices = new Float64Array(capacity);
        this.#seen = new Uint8Array(capacity).fill(1);
        this.#out = new Float32Array(this.#stride);
    }

    /** Frames held, the one being shown included. */
    get length() {
        return this.#count;
    }

    /** Media sample of the newest frame held, null where there is none. */
    get newestSample() {
        return this.#count ? this.#samples[this.#at(this.#count - 1)] : null;
    }

    /**
     * Take the next frame; its values, at least `stride` of them, are copied.
     * @returns {boolean} false where it does not follow the one before it: call interrupt first
     */
    push(index, sample, values) {
        if (this.#count && index <= this.#indices[this.#at(this.#count - 1)]) return false;
        this.counts.pushed += 1;
        if (this.#count === this.#capacity) {
            this.#dropOldest();
            this.counts.overflowed += 1;
        }
        const due = this.#now !== null && sample <= this.#now;
        // What is older than a frame already due is never shown again; what `interrupt` left may share its sample.
        while (this.#count && (due || this.#samples[this.#at(this.#count - 1)] >= sample)) this.#retireOldest(true);
        const place = this.#at(this.#count);
        const row = this.#values[place];
        for (let n = 0; n < row.length; n += 1) row[n] = values[n];
        for (let n = this.#staying; n < row.length; n += 1) this.#rest[n] = values[n];
        this.#samples[place] = sample;
        this.#indices[place] = index;
        this.#seen[place] = 0;
        this.#count += 1;
        return true;
    }

    /** Discard the frames from `frameIndex` on: an INTERRUPTED event says which; their successors come next. */
    interrupt(frameIndex) {
        while (this.#count && this.#indices[this.#at(this.#count - 1)] >= frameIndex) {
            if (this.#count === 1 && this.#seen[this.#first]) {
                this.#indices[this.#first] = frameIndex - 1; // on the screen already: stays until a successor is due
                return;
            }
            this.#count -= 1;
            this.counts.superseded += 1;
        }
    }

    /**
     * The values at `mediaSample` of the caller's audio clock, which is noted as now.
     * Without `out` the buffer's own array is returned, which the next call overwrites.
     */
    sample(mediaSample, out = this.#out) {
        const elapsed = this.#now === null ? 0 : Math.max(0, mediaSample - this.#now);
        this.#now = mediaSample;
        while (this.#count > 1 && this.#samples[this.#at(1)] <= mediaSample) this.#retireOldest(false);
        if (!this.#count) {
            this.counts.waited += 1;
            out.set(this.#rest);
            return out;
        }
        this.#show(mediaSample, out);
        const starved = this.#count === 1 && mediaSample > this.#samples[this.#first] + this.#hold;
        const step = elapsed / this.#ease;
        this.#restedness = starved ? Math.min(1, this.#restedness + step) : Math.max(0, this.#restedness - step);
        if (this.#restedness > 0) {
            const weight = this.#restedness * this.#restedness * (3 - 2 * this.#restedness);
            this.#mix(out, this.#rest, weight, out);
        }
        return out;
    }

    #show(mediaSample, out) {
        const first = this.#first;
        const ahead = mediaSample - this.#samples[first];
        this.#seen[first] = 1;
        if (ahead < 0) {
            this.counts.waited += 1;
        } else if (ahead === 0) {
            this.counts.exact += 1;
        } else if (this.#count === 1) {
            if (ahead > this.#hold) this.counts.rested += 1;
            else this.counts.held += 1;
        } else {
            this.counts.interpolated += 1;
            const second = this.#at(1);
            this.#seen[second] = 1;
            const weight = ahead / (this.#samples[second] - this.#samples[first]);
            this.#mix(this.#values[first], this.#values[second], weight, out);
            return;
        }
        out.set(this.#values[first]);
    }

    /** Blend `a` to `b`: controls linearly, bones along the shorter arc, unit length kept (normalised lerp). */
    #mix(a, b, weight, out) {
        const near = fround(1 - weight);
        const far = fround(weight);
        for (let n = 0; n < this.#controls; n += 1) out[n] = fround(a[n] * near) + fround(far * b[n]);
        for (let n = this.#controls; n < this.#stride; n += 4) this.#turn(a, b, near, far, n, out);
    }

    #turn(a, b, near, far, n, out) {
        let dot = 0;
        for (let k = n; k < n + 4; k += 1) dot = fround(dot + fround(a[k] * b[k]));
        const signed = dot < 0 ? -far : far;
        let square = 0;
        for (let k = n; k < n + 4; k += 1) {
            out[k] = fround(near * a[k]) + fround(signed * b[k]);
            square = fround(square + fround(out[k] * out[k]));
        }
        const length = fround(Math.sqrt(square));
        for (let k = n; k < n + 4; k += 1) out[k] /= length;
    }

    #at(offset) {
        return (this.#first + offset) % this.#capacity;
    }

    #retireOldest(late) {
        if (!this.#seen[this.#first]) {
            if (late) this.counts.late += 1;
            else this.counts.skipped += 1;
        }
        this.#dropOldest();
    }

    #dropOldest() {
        this.#first = (this.#first + 1) % this.#capacity;
        this.#count -= 1;
    }
}
