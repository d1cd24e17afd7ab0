// Runs in the audio thread: hands over what comes in (the microphone, or nothing) in blocks, each with the number of
// its first frame on the context's clock. The page sends its audio by these: they keep time also in a hidden tab.

class Feeder extends AudioWorkletProcessor {
    #block;
    #filled = 0;
    #heard = false;
    #first = 0;

    constructor(options) {
        super();
        this.#block = new Float32Array(options.processorOptions.blockFrames);
    }

    process(inputs) {
        const channels = inputs[0];
        const length = 128;
        if (this.#filled === 0) this.#first = currentFrame;
        for (const channel of channels) {
            for (let n = 0; n < length; n += 1) this.#block[this.#filled + n] += channel[n] / channels.length;
            this.#heard = true;
        }
        this.#filled += length;
        if (this.#filled === this.#block.length) this.#hand();
        return true;
    }

    #hand() {
        if (this.#heard) {
            const samples = this.#block.slice();
            this.port.postMessage({ first: this.#first, samples }, [samples.buffer]);
            this.#block.fill(0);
        } else {
            this.port.postMessage({ first: this.#first, samples: null });
        }
        this.#filled = 0;
        this.#heard = false;
    }
}

registerProcessor("feeder", Feeder);
