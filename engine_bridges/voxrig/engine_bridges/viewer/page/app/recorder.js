// Records what is sent and what comes back: the sound and the frames of the same stretch of media time, sample for
// sample, and the picture.

const LONGEST_SECONDS = 600;

/** The sound and the frames of one stretch. */
export class Recorder {
    /** Whether it takes what comes. */
    isRecording = false;
    /** The frames so far, float32 [61] each. */
    rows = [];
    #rate;
    #first = null; // media sample of the first frame
    #firstIndex = 0;
    #bytes = new Uint8Array(1 << 20);
    #base = 0; // media sample of bytes[0]
    #length = 0;

    /** @param {number} rate of the samples, in Hz */
    constructor(rate) {
        this.#rate = rate;
    }

    /** Begin at the next sample that is sent. */
    start() {
        this.isRecording = true;
        this.#clear();
    }

    /** Seconds recorded. */
    get seconds() {
        return this.#length / 2 / this.#rate;
    }

    /** Samples went to the server, the first of them as media sample `first`. */
    sent(first, bytes) {
        if (!this.isRecording || this.seconds > LONGEST_SECONDS) return;
        if (first === 0) this.#clear(); // a new session: its time begins anew
        if (this.#length === 0) this.#base = first;
        const at = 2 * (first - this.#base);
        if (at + bytes.length > this.#bytes.length) {
            const larger = new Uint8Array(2 * (at + bytes.length));
            larger.set(this.#bytes.subarray(0, this.#length));
            this.#bytes = larger;
        }
        if (at > this.#length) this.#bytes.fill(0, this.#length, at);
        this.#bytes.set(bytes, at);
        this.#length = at + bytes.length;
    }

    /** A frame came; values are copied. */
    frame(index, sample, values) {
        if (!this.isRecording || this.#length === 0 || sample < this.#base) return;
        if (this.#first === null) {
            this.#first = sample;
            this.#firstIndex = index;
        }
        this.rows[index - this.#firstIndex] = values.slice();
    }

    /** Speech was cut: from there on frames come again, and the samples are silence. */
    cut({ frame_index: index, media_sample: sample, next_sample: next }) {
        if (!this.isRecording || this.#length === 0) return;
        if (this.#first !== null) this.rows.length = Math.max(0, Math.min(this.rows.length, index - this.#firstIndex));
        const from = Math.max(0, 2 * (sample - this.#base));
        this.#bytes.fill(0, from, this.#length);
        this.#length = Math.max(0, Math.min(this.#length, 2 * (next - this.#base)));
    }

    /** End here. Returns what was recorded, as long as both are there: {rows, bytes, first}; null where nothing is. */
    stop() {
        this.isRecording = false;
        if (!this.rows.length) return null;
        const from = 2 * (this.#first - this.#base);
        const seconds = this.rows.length / 60;
        const to = Math.min(this.#length, from + 2 * Math.round(seconds * this.#rate));
        return { rows: this.rows, bytes: this.#bytes.slice(from, to), first: this.#first };
    }

    #clear() {
        this.#first = null;
        this.rows = [];
        this.#length = 0;
    }
}

/** The picture of a canvas with sound, as WebM or MP4; null where the browser can't. */
export class Film {
    #recorder;
    #parts = [];

    /** @param {HTMLCanvasElement} canvas @param {MediaStream} sound */
    constructor(canvas, sound) {
        const stream = canvas.captureStream(60);
        for (const track of sound.getAudioTracks()) stream.addTrack(track);
        this.#recorder = new MediaRecorder(stream, { mimeType: Film.kind, videoBitsPerSecond: 8_000_000 });
        this.#recorder.ondataavailable = ({ data }) => this.#parts.push(data);
        this.#recorder.start(1000);
    }

    /** The media type this browser records, null where none. */
    static get kind() {
        if (!("MediaRecorder" in globalThis) || !HTMLCanvasElement.prototype.captureStream) return null;
        const kinds = ["video/webm;codecs=vp9,opus", "video/webm;codecs=vp8,opus", "video/webm", "video/mp4"];
        return kinds.find((kind) => MediaRecorder.isTypeSupported(kind)) ?? null;
    }

    /** @returns {Promise<Blob>} */
    stop() {
        return new Promise((done) => {
            this.#recorder.onstop = () => {
                for (const track of this.#recorder.stream.getVideoTracks()) track.stop();
                done(new Blob(this.#parts, { type: Film.kind.split(";")[0] }));
            };
            this.#recorder.stop();
        });
    }
}
