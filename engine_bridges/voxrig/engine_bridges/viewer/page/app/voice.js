// What the character says: a clip, the microphone, or nothing. Says which samples go to the server for each block, and
// has the same ones heard `lead` frames later.

const SAFETY_SECONDS = 0.03; // before a clip begins to be heard, for the audio thread to take it

/** The listener is told `changed()` whenever what it does changes. */
export class Voice {
    /** "idle", "clip" or "microphone". */
    state = "idle";
    /** Frame of the context's clock on which the clip's first sample is sent; null without a clip. */
    firstFrame = null;
    clip = null;
    #sound;
    #listener;
    #lead = 0;
    #sentTo = 0;
    #source = null;
    #isHeard = false;
    #block = new Float32Array(0);

    constructor(sound, listener) {
        this.#sound = sound;
        this.#listener = listener;
    }

    /** How many frames after it is sent a sample is heard. Not to be changed while a clip is heard. */
    set lead(frames) {
        this.#lead = frames;
        this.#sound.setMicrophone(frames, this.#isHeard);
    }

    /**
     * Read a sound file of any kind that the browser knows. Throws where it knows it not.
     * @returns {Promise<AudioBuffer>} at the context's rate
     */
    async read(bytes, name) {
        const buffer = await this.#sound.context.decodeAudioData(bytes);
        const samples = new Float32Array(buffer.length); // mono, as it is sent
        for (let channel = 0; channel < buffer.numberOfChannels; channel += 1) {
            const data = buffer.getChannelData(channel);
            for (let n = 0; n < samples.length; n += 1) samples[n] += data[n] / buffer.numberOfChannels;
        }
        this.stop();
        this.clip = { name, buffer, samples, seconds: buffer.duration };
        return buffer;
    }

    /** Say the clip from its start. */
    play() {
        this.stop();
        const earliest = this.#sound.currentFrame + Math.ceil(SAFETY_SECONDS * this.#sound.rate);
        this.firstFrame = Math.max(this.#sentTo, earliest - this.#lead);
        this.state = "clip";
        const source = this.#sound.play(this.clip.buffer, this.firstFrame + this.#lead, () => {
            if (this.#source === source) this.#rest();
        });
        this.#source = source;
        this.#listener.changed();
    }

    /** Say what the microphone hears. Throws a DOMException where the browser doesn't give one. */
    async listen(isHeard) {
        this.stop();
        const wanted = { echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: 1 };
        const stream = await navigator.mediaDevices.getUserMedia({ audio: wanted });
        this.stop();
        this.#isHeard = isHeard;
        this.#sound.connectMicrophone(stream, this.#lead, isHeard);
        this.state = "microphone";
        stream.getAudioTracks()[0].onended = () => this.stop();
        this.#listener.changed();
    }

    /** Whether the microphone is heard, late by the lead. */
    set isHeard(heard) {
        this.#isHeard = heard;
        this.#sound.setMicrophone(this.#lead, heard);
    }

    /** Whether something is heard, or may be: a clip, or a microphone that is not silent. */
    get sounds() {
        return this.state === "clip" || (this.state === "microphone" && this.#isHeard);
    }

    /** Say no more: what is heard ends now. */
    stop() {
        const source = this.#source;
        this.#source = null;
        source?.stop();
        this.#sound.disconnectMicrophone();
        if (this.state !== "idle") this.#rest();
    }

    /** The samples to send for `count` frames from `first` on, valid until the next call. */
    block(first, count, microphone) {
        if (this.#block.length !== count) this.#block = new Float32Array(count);
        const block = this.#block;
        this.#sentTo = first + count;
        if (this.state === "microphone" && microphone) {
            block.set(microphone);
            return block;
        }
        block.fill(0);
        if (this.state === "clip") {
            const { samples } = this.clip;
            const from = Math.max(0, this.firstFrame - first);
            for (let n = from; n < count; n += 1) block[n] = samples[first + n - this.firstFrame] ?? 0;
        }
        return block;
    }

    /** How much of the clip has been heard, 0 to 1, when the clock is at `frame`; 0 without one. */
    progress(frame) {
        if (this.state !== "clip") return 0;
        return Math.min(1, Math.max(0, (frame - this.firstFrame - this.#lead) / this.clip.samples.length));
    }

    /** Another clock counts from here on: what was scheduled on the old one is over. */
    switched() {
        this.#sentTo = 0;
        this.stop();
    }

    #rest() {
        this.state = "idle";
        this.firstFrame = null;
        this.#source = null;
        this.#listener.changed();
    }
}
