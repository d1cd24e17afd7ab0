// One character's stream on a link: what is sent, and whose answers are whose.

const RATE = { numerator: 60, denominator: 1 };

/** A session number for each session of this page, so that answers of an old one are known as such. */
let numbers = 0;

/** Opens at once. Its answers come through `take`. */
export class Session {
    number;
    /** The answer `opened`, null until it comes. */
    opened = null;
    /** The media sample that the next chunk must start at. */
    next = 0;
    #link;
    #bytes = new Uint8Array(0);

    /**
     * @param {Link} link that is up
     * @param {number} sampleRate in Hz
     * @param {{seed: number|bigint, options: Object<string, string>}} character
     */
    constructor(link, sampleRate, { seed, options }) {
        numbers += 1;
        this.number = numbers;
        this.#link = link;
        const audio = { encoding: "S16LE", sample_rate: sampleRate, channels: 1 };
        this.#send({ open: { rig: "arkit", frame_rate: RATE, audio, seed, look_ahead_ms: 0, options } });
    }

    /** Send samples, float32 from -1 to 1, as the next ones. Returns them as they went, 16-bit; valid until the next call. */
    audio(samples) {
        if (this.#bytes.length !== 2 * samples.length) this.#bytes = new Uint8Array(2 * samples.length);
        const view = new DataView(this.#bytes.buffer);
        for (let n = 0; n < samples.length; n += 1) {
            view.setInt16(2 * n, Math.max(-32768, Math.min(32767, Math.round(samples[n] * 32768))), true);
        }
        this.#send({ audio: { first_sample: this.next, samples: this.#bytes } });
        this.next += samples.length;
        return this.#bytes;
    }

    cue(name, values, mediaSample) {
        this.#send({ cue: { media_sample: mediaSample, name, values } });
    }

    interrupt(atSample) {
        this.#send({ interrupt: { at_sample: atSample } });
    }

    close() {
        this.#send({ close: {} });
    }

    #send(message) {
        this.#link.send({ session: this.number, ...message });
    }
}
