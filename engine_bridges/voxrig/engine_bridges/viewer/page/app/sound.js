// The page's audio: one AudioContext, whose clock is the clock of everything that is heard. Until the browser lets it
// run (it asks for a click first), the page's own clock keeps time, so that the face lives from the start.

const QUANTUM = 128;
const BLOCK_SECONDS = 0.016;
const WALL_MS = 16;

/**
 * Time comes as ticks: `tick(first, count, microphone)` with frames of the sample rate counted on the running clock, and
 * float32 samples of the microphone or null. `switched()` says that the count goes over to another clock.
 */
export class Sound {
    #context;
    #listener;
    #blockFrames;
    #feeder = null;
    #output = null;
    #microphone = null;
    #wasRunning = false;
    #wallTimer = 0;
    #wallFrame = 0;

    /**
     * @param {{tick(first: number, count: number, microphone: Float32Array|null), switched()}} listener
     * @param {number} [sampleRate] in Hz; else as the device has it
     */
    constructor(listener, sampleRate) {
        this.#listener = listener;
        this.#context = new AudioContext({ latencyHint: "interactive", ...(sampleRate ? { sampleRate } : {}) });
        this.#blockFrames = QUANTUM * Math.max(1, Math.round((BLOCK_SECONDS * this.rate) / QUANTUM));
        this.recording = this.#context.createMediaStreamDestination();
    }

    /** Frames a second. */
    get rate() {
        return this.#context.sampleRate;
    }

    /** Whether sound is heard; else only the page's own clock runs. */
    get isRunning() {
        return this.#feeder !== null && this.#context.state === "running";
    }

    get context() {
        return this.#context;
    }

    /** Begin to tick. */
    async start() {
        this.#startWall();
        await this.#context.audioWorklet.addModule(new URL("./feeder_worklet.js", import.meta.url));
        this.#output = this.#context.createGain();
        this.#output.connect(this.#context.destination);
        this.#output.connect(this.recording);
        const options = { numberOfInputs: 1, numberOfOutputs: 1, processorOptions: { blockFrames: this.#blockFrames } };
        this.#feeder = new AudioWorkletNode(this.#context, "feeder", options);
        this.#feeder.connect(this.#output); // silent; what leads nowhere is not run, what nothing leads to isn't recorded
        this.#feeder.port.onmessage = ({ data }) => this.#ticked(data);
        this.#context.onstatechange = () => this.#changed();
        this.#changed();
    }

    /** Ask the browser for sound; it gives it after a click or a key. */
    async wake() {
        if (this.#context.state !== "running") await this.#context.resume();
        this.#changed();
    }

    /** The frame that is being made now, a little before it is heard. */
    get currentFrame() {
        return this.isRunning ? Math.round(this.#context.currentTime * this.rate) : this.#wallFrame;
    }

    /**
     * Which frame is audible: the device's word and its time, in seconds of performance.now().
     * @param {number} now seconds
     */
    audible(now) {
        if (!this.isRunning) return { time: now, frame: now * this.rate };
        const stamp = this.#context.getOutputTimestamp?.();
        if (stamp?.performanceTime > 0) {
            return { time: Math.min(now, stamp.performanceTime / 1000), frame: stamp.contextTime * this.rate };
        }
        const latency = this.#context.outputLatency || this.#context.baseLatency || 0;
        return { time: now, frame: (this.#context.currentTime - latency) * this.rate };
    }

    /**
     * Play a buffer so that its first sample falls on a frame; `ended` is called when it is over or was stopped.
     * @returns {{stop()}} ends it within 10 ms, without a click
     */
    play(buffer, frame, ended) {
        const source = new AudioBufferSourceNode(this.#context, { buffer });
        const gain = this.#context.createGain();
        source.connect(gain).connect(this.#output);
        source.onended = () => {
            gain.disconnect();
            ended();
        };
        source.start(frame / this.rate);
        const stop = () => {
            const now = this.#context.currentTime;
            gain.gain.setValueAtTime(1, now);
            gain.gain.linearRampToValueAtTime(0, now + 0.01);
            source.stop(now + 0.01);
        };
        return { stop };
    }

    /**
     * Listen to a microphone; it is heard `delay` frames late where `isHeard`.
     * @param {MediaStream} stream
     */
    connectMicrophone(stream, delay, isHeard) {
        this.disconnectMicrophone();
        const source = this.#context.createMediaStreamSource(stream);
        const later = new DelayNode(this.#context, { maxDelayTime: 4, delayTime: delay / this.rate });
        const gain = new GainNode(this.#context, { gain: isHeard ? 1 : 0 });
        source.connect(this.#feeder);
        source.connect(later).connect(gain).connect(this.#output);
        this.#microphone = { stream, source, later, gain };
    }

    /** How late the microphone is heard, in frames, and whether it is. */
    setMicrophone(delay, isHeard) {
        if (!this.#microphone) return;
        this.#microphone.later.delayTime.value = delay / this.rate;
        this.#microphone.gain.gain.setTargetAtTime(isHeard ? 1 : 0, this.#context.currentTime, 0.01);
    }

    disconnectMicrophone() {
        if (!this.#microphone) return;
        const { stream, source, later, gain } = this.#microphone;
        for (const node of [source, later, gain]) node.disconnect();
        for (const track of stream.getTracks()) track.stop();
        this.#microphone = null;
    }

    #changed() {
        if (this.isRunning === this.#wasRunning) return;
        this.#wasRunning = this.isRunning;
        if (this.isRunning) {
            clearInterval(this.#wallTimer);
            this.#wallTimer = 0;
        } else {
            this.#startWall();
        }
        this.#listener.switched();
    }

    #ticked({ first, samples }) {
        if (this.isRunning) this.#listener.tick(first, this.#blockFrames, this.#microphone ? samples : null);
    }

    #startWall() {
        if (this.#wallTimer) return;
        this.#wallFrame = this.#wallNow();
        this.#wallTimer = setInterval(() => {
            const first = this.#wallFrame;
            this.#wallFrame = this.#wallNow();
            if (this.#wallFrame > first) this.#listener.tick(first, this.#wallFrame - first, null);
        }, WALL_MS);
    }

    #wallNow() {
        return Math.floor((performance.now() / 1000) * this.rate);
    }
}
