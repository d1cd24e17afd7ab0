// What was shown of late, one row a picture: for the plots, and for whoever checks that face and voice agree.

const PICTURES = 3600;

export class History {
    /** Rows written since the start; row n is kept at n % PICTURES. */
    count = 0;
    #stride;
    #times = new Float64Array(PICTURES * 3);
    #values;

    /** @param {number} stride values of a pose */
    constructor(stride) {
        this.#stride = stride;
        this.#values = new Float32Array(PICTURES * stride);
    }

    /** @param {{now: number, media: number, audible: number}} shown @param {Float32Array} pose */
    add(shown, pose) {
        const row = this.count % PICTURES;
        this.#times.set([shown.now, shown.media, shown.audible], 3 * row);
        this.#values.set(pose, row * this.#stride);
        this.count += 1;
    }

    get oldest() {
        return Math.max(0, this.count - PICTURES);
    }

    /** Seconds of the page's clock at which row `n` was shown. */
    now(n) {
        return this.#times[3 * (n % PICTURES)];
    }

    /** Samples that the face was ahead of what the audio device said was audible. */
    ahead(n) {
        const at = 3 * (n % PICTURES);
        return this.#times[at + 1] - this.#times[at + 2];
    }

    value(n, control) {
        return this.#values[(n % PICTURES) * this.#stride + control];
    }

    /** Rows from `first` on as [now, media shown, media audible, value of the control] each. */
    rows(first, control) {
        const rows = [];
        for (let n = Math.max(first, this.oldest); n < this.count; n += 1) {
            const at = 3 * (n % PICTURES);
            rows.push([...this.#times.subarray(at, at + 3), this.value(n, control)]);
        }
        return rows;
    }
}
