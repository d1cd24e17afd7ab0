// A canvas that is as sharp as the screen, with the last seconds from left to right.

const GRID = "#2b313d";
const TEXT = "#7f899c";

export class Plot {
    width = 0;
    height = 0;
    ctx;
    #canvas;
    #seconds;

    /** @param {HTMLCanvasElement} canvas @param {number} seconds from its left to its right edge */
    constructor(canvas, seconds) {
        this.#canvas = canvas;
        this.#seconds = seconds;
        // Drawn by the CPU: it is little, and without a graphics card the page would wait for what imitates one.
        this.ctx = canvas.getContext("2d", { willReadFrequently: true });
    }

    /** Wipe, and draw horizontal lines at fractions of the height, each with its label. */
    begin(lines) {
        const scale = devicePixelRatio;
        const { clientWidth, clientHeight } = this.#canvas;
        if (this.#canvas.width !== Math.round(clientWidth * scale)) this.#canvas.width = Math.round(clientWidth * scale);
        if (this.#canvas.height !== Math.round(clientHeight * scale)) this.#canvas.height = Math.round(clientHeight * scale);
        this.width = clientWidth;
        this.height = clientHeight;
        const { ctx } = this;
        ctx.setTransform(scale, 0, 0, scale, 0, 0);
        ctx.clearRect(0, 0, clientWidth, clientHeight);
        ctx.font = "10.5px system-ui, sans-serif";
        ctx.lineWidth = 1;
        for (const [share, label] of lines) {
            const y = Math.round(this.y(share)) + 0.5;
            ctx.strokeStyle = GRID;
            ctx.beginPath();
            ctx.moveTo(0, y);
            ctx.lineTo(clientWidth, y);
            ctx.stroke();
            ctx.fillStyle = TEXT;
            ctx.fillText(label, 2, share > 0.9 ? y + 11 : y - 3);
        }
        ctx.lineWidth = 1.5;
        ctx.lineJoin = "round";
    }

    /** Pixels from the left, of something so many seconds ago. */
    x(ago) {
        return this.width * (1 - ago / this.#seconds);
    }

    /** Pixels from the top, of a share of the height, 0 at the bottom. */
    y(share) {
        return 1.5 + (this.height - 3) * (1 - share);
    }
}
