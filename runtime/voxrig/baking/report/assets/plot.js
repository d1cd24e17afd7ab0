// The curves of a line over its words. Colours are Okabe and Ito's, which colour-blind people can tell apart; curves of
// one colour differ by their dashes too.

const WIDTH = 782; // as wide as a strip of eight faces
const WORDS = 17; // pixels for the words
const SHAPES = 92;
const ANGLES = 44;
const GAP = 8;
const HEIGHT = WORDS + SHAPES + GAP + ANGLES;

// name, colour (a CSS variable), dashes, degrees that are a full deflection (0 for shapes), whether it is shown at first
const CURVES = [
    ["JawOpen", "vermilion", "", 0, true],
    ["MouthClose", "blue", "", 0, true],
    ["MouthFunnel", "sky", "5 2", 0, false],
    ["MouthPucker", "sky", "", 0, true],
    ["MouthSmile", "orange", "", 0, true],
    ["MouthFrown", "orange", "5 2", 0, false],
    ["BrowInnerUp", "green", "", 0, true],
    ["BrowDown", "purple", "", 0, true],
    ["EyeBlink", "ink", "2 2", 0, true],
    ["HeadYaw", "blue", "", 25, true],
    ["HeadPitch", "vermilion", "", 25, true],
    ["LookX", "sky", "4 2", 40, false],
    ["LookY", "orange", "4 2", 40, false],
].map(([name, colour, dashes, degrees, on]) => ({ name, colour, dashes, degrees, on }));

const hidden = new Set(CURVES.filter(({ on }) => !on).map(({ name }) => name));

// "30000/1001", "29.97" or 60 as a number.
function rate(fps) {
    const [above, below] = String(fps || 60).split("/");
    return Number(above) / Number(below || 1) || 60;
}

function plot(line, seek) {
    const { step, rows } = line.curves;
    const values = Object.fromEntries(Object.entries(rows).map(([name, text]) => [name, unpacked(text)]));
    const count = Math.max(0, ...Object.values(values).map((row) => row.length));
    if (count === 0) return null;
    const each = step / rate(line.fps);
    const seconds = Math.max(line.seconds || 0, count * each);
    const across = (time) => (time / seconds) * WIDTH;
    const known = CURVES.filter(({ name }) => values[name]);
    const cursor = draw("line", { class: "cursor", y1: 0, y2: HEIGHT, visibility: "hidden" });
    const picture = draw("svg", {
        viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "plot", role: "img", preserveAspectRatio: "none",
        "aria-label": `Curves of ${line.id}`,
    },
    ticks(seconds, across),
    values.Loudness ? loudness(values.Loudness, each, across) : null,
    draw("line", { class: "axis", x1: 0, x2: WIDTH, y1: WORDS + SHAPES, y2: WORDS + SHAPES }),
    draw("line", { class: "axis", x1: 0, x2: WIDTH, y1: HEIGHT - ANGLES / 2, y2: HEIGHT - ANGLES / 2 }),
    known.map((curve) => draw("path", {
        class: `curve ${curve.colour}`, d: path(curve, values[curve.name], each, across),
        "stroke-dasharray": curve.dashes, "data-curve": curve.name,
    })), cursor);
    const told = make("span", { class: "told" });
    const keys = known.map((curve) => legend(curve));
    const point = (time) => {
        const place = Math.min(count - 1, Math.max(0, Math.floor(time / each)));
        cursor.setAttribute("visibility", time === null ? "hidden" : "visible");
        told.textContent = time === null ? "" : `${time.toFixed(2)} s`;
        if (time !== null) for (const end of ["x1", "x2"]) cursor.setAttribute(end, across(time));
        known.forEach((curve, k) => { keys[k].lastChild.textContent = time === null ? "" : said(curve, values[curve.name][place]); });
    };
    const at = (event) => {
        const box = picture.getBoundingClientRect();
        return Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)) * seconds;
    };
    picture.addEventListener("pointermove", (event) => point(at(event)));
    picture.addEventListener("pointerleave", () => point(null));
    picture.addEventListener("click", (event) => seek(at(event)));
    const node = make("figure", { class: "curves" },
        make("div", { class: "graph" }, picture, scale(), wordRow(line, seconds, seek)),
        make("figcaption", {}, told, keys));
    return { node, point };
}

// A button of the legend that shows or hides its curve in all lines; its last child has the value under the pointer.
function legend(curve) {
    const stroke = draw("svg", { viewBox: "0 0 18 8", class: "key", "aria-hidden": true },
        draw("line", { class: `curve ${curve.colour}`, x1: 0, x2: 18, y1: 4, y2: 4, "stroke-dasharray": curve.dashes }));
    const toggle = () => {
        if (!hidden.delete(curve.name)) hidden.add(curve.name);
        showCurves();
    };
    const pressed = String(!hidden.has(curve.name));
    return make("button", { type: "button", "aria-pressed": pressed, "data-legend": curve.name, onclick: toggle },
        stroke, curve.name, make("b"));
}

// The rules that hide curves live in one style sheet, so that a line drawn later obeys them as well.
const hiding = new CSSStyleSheet();
document.adoptedStyleSheets.push(hiding);

function showCurves() {
    hiding.replaceSync([...hidden].map((name) => `path[data-curve="${name}"] { display: none }`).join("\n"));
    for (const key of document.querySelectorAll("[data-legend]")) {
        key.setAttribute("aria-pressed", String(!hidden.has(key.dataset.legend)));
    }
}

function said({ degrees }, value) {
    if (value === undefined) return "";
    return degrees ? `${Math.round(((value - 50) / 50) * degrees)}°` : (value / 100).toFixed(2);
}

function path({ degrees }, row, each, across) {
    const bottom = degrees ? HEIGHT : WORDS + SHAPES;
    const tall = degrees ? ANGLES : SHAPES;
    const points = row.map((value, k) => `${across((k + 0.5) * each).toFixed(1)} ${(bottom - (value / 100) * tall).toFixed(1)}`);
    return points.length > 1 ? `M${points.join("L")}` : `M${points[0]}h2`;
}

function loudness(row, each, across) {
    const bottom = WORDS + SHAPES;
    const points = row.map((value, k) => `${across((k + 0.5) * each).toFixed(1)} ${(bottom - (value / 100) * SHAPES).toFixed(1)}`);
    const end = across((row.length - 0.5) * each).toFixed(1);
    return draw("path", { class: "loudness", d: `M${across(0.5 * each).toFixed(1)} ${bottom}L${points.join("L")}L${end} ${bottom}Z` });
}

function ticks(seconds, across) {
    const every = [0.5, 1, 2, 5, 10, 30, 60].find((length) => seconds / length <= 16) || 120;
    const marks = [];
    for (let time = every; time < seconds; time += every) {
        marks.push(draw("line", { class: "tick", x1: across(time), x2: across(time), y1: WORDS, y2: HEIGHT }));
    }
    return marks;
}

// What is at the top and bottom of each panel. The picture is stretched, so its letters are beside it.
function scale() {
    const marks = [["1", WORDS], ["0", WORDS + SHAPES - 13], ["left, up", WORDS + SHAPES + GAP], ["right, down", HEIGHT - 13]];
    return marks.map(([text, top]) => {
        const mark = make("span", { class: "mark", "aria-hidden": true }, text);
        mark.style.top = `${top}px`;
        return mark;
    });
}

// The words where they are said, as buttons over the curves.
function wordRow(line, seconds, seek) {
    const percent = (time) => `${Math.min(100, (100 * time) / seconds).toFixed(3)}%`;
    return make("div", { class: "words" }, line.words.map(([text, start, end]) => {
        const word = make("button", { type: "button", tabindex: -1, title: `${text}  ${start.toFixed(2)} – ${end.toFixed(2)} s`, onclick: () => seek(start) }, text);
        word.style.left = percent(start);
        word.style.width = percent(end - start);
        return word;
    }));
}
