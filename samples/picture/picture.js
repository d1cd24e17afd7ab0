// Draws each frame of /take.json on the viewer's stage, with the wave, the words and some curves beside it, and posts
// it as a PNG. Started by ../make_picture.py.

// The processor draws here, but nobody waits for it: have light worked out for each pixel, as a graphics card would.
const asked = WebGL2RenderingContext.prototype.getParameter;
const RENDERER = 0x9246; // UNMASKED_RENDERER_WEBGL
WebGL2RenderingContext.prototype.getParameter = function (name) {
    return name === RENDERER ? "a patient one" : asked.call(this, name);
};

const { createStage } = await import("/stage/stage.js");

const HEIGHT = 440;
const LEFT = 456; // of the panel
const RIGHT = 864;
const CURVES = [ // label, colour, what is drawn of a frame, 0 to 1
    ["jaw", "#ff8f6b", (v) => v("JawOpen") * 1.6],
    ["lips shut", "#6bb3ff", (v) => v("MouthClose") * 2.5 + 0.5 * (v("MouthPressLeft") + v("MouthPressRight"))],
    ["pucker", "#6bdc9f", (v) => v("MouthPucker") + v("MouthFunnel")],
    ["smile", "#f2c14e", (v) => 0.5 * (v("MouthSmileLeft") + v("MouthSmileRight")) * 1.6],
    ["brows", "#d7dae3", (v) => v("BrowInnerUp")],
    ["lids", "#c79bff", (v) => v("EyeBlinkLeft")],
    ["head", "#ff7eb6", (v) => 0.5 + 3 * v("HeadPitch")],
];
const TOP = 112; // of the first curve
const STEP = 35;
const TALL = 24;

const answer = await fetch("/take.json");
const take = await answer.json();
const column = new Map(take.names.map((name, n) => [name, n]));
const picture = document.getElementById("picture");
const pen = picture.getContext("2d");
const x = (seconds) => LEFT + 84 + (RIGHT - LEFT - 84) * (seconds / take.seconds);

function panel() {
    pen.fillStyle = "#16181f";
    pen.fillRect(HEIGHT, 0, picture.width - HEIGHT, HEIGHT);
    pen.font = "600 15px sans-serif";
    pen.fillStyle = "#eef0f5";
    pen.fillText("Voxrig", LEFT, 30);
    pen.font = "13px sans-serif";
    pen.fillStyle = "#9aa0ae";
    pen.fillText(`${take.title}, as baked`, LEFT + 58, 30);
    pen.fillText("voice", LEFT, 76);
    pen.fillStyle = "#9aa0ae";
    const loudest = Math.max(...take.wave);
    take.wave.forEach((peak, n) => {
        const tall = Math.max(1, (44 * peak) / loudest);
        pen.fillRect(x((n / take.wave.length) * take.seconds), 72 - tall / 2, 1.1, tall);
    });
    CURVES.forEach(([label, colour, read], row) => {
        const bottom = TOP + row * STEP + TALL;
        pen.fillStyle = colour;
        pen.fillText(label, LEFT, bottom - 6);
        pen.strokeStyle = "#2a2e39";
        pen.lineWidth = 1;
        pen.beginPath();
        pen.moveTo(x(0), bottom + 0.5);
        pen.lineTo(RIGHT, bottom + 0.5);
        pen.stroke();
        pen.strokeStyle = colour;
        pen.lineWidth = 1.6;
        pen.beginPath();
        take.frames.forEach((frame, n) => {
            const value = Math.min(1, Math.max(0, read((name) => frame[column.get(name)])));
            pen.lineTo(x(n / take.fps), bottom - TALL * value);
        });
        pen.stroke();
    });
}

function words(now) {
    pen.font = "17px sans-serif";
    const parts = take.text.split(" ");
    let [at, line] = [LEFT, HEIGHT - 50];
    parts.forEach((part, n) => {
        const [, begin] = take.words[n];
        const until = take.words[n + 1]?.[1] ?? take.words[n][2];
        if (at + pen.measureText(part).width > RIGHT) [at, line] = [LEFT, line + 26];
        pen.fillStyle = now < begin ? "#6b7180" : now < until ? "#ff8f6b" : "#eef0f5";
        pen.fillText(part, at, line);
        at += pen.measureText(`${part} `).width;
    });
}

function drawn() {
    return new Promise((done) => picture.toBlob(done, "image/png"));
}

async function run() {
    const face = document.getElementById("face");
    const stage = createStage(face);
    await stage.ready;
    stage.scene.renderer.setPixelRatio(1);
    const { camera, controls } = stage.scene;
    controls.target.set(0, -0.03, -0.06); // metres, from between the eyes
    camera.position.set(0.13, -0.01, 0.83);
    controls.update();
    panel();
    const still = pen.getImageData(HEIGHT, 0, picture.width - HEIGHT, HEIGHT);
    pen.imageSmoothingQuality = "high";
    for (let n = 0; n < take.frames.length; n++) {
        stage.setPose(Float32Array.from(take.frames[n]), n);
        stage.render(1000 * n); // far apart, so that resolution stays
        pen.drawImage(face, 0, 0, HEIGHT, HEIGHT); // drawn twice as large: smooth edges
        pen.putImageData(still, HEIGHT, 0);
        const now = n / take.fps;
        pen.fillStyle = "#ffffff";
        pen.fillRect(x(now), 46, 1.5, TOP + CURVES.length * STEP - 56);
        words(now);
        await fetch(`/${n}`, { method: "POST", body: await drawn() });
    }
}

run().catch((error) => fetch("/error", { method: "POST", body: String(error.stack ?? error) }));
