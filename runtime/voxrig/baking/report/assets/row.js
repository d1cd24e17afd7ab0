// One line of the dialogue with everything that is known of its bake.

const SOURCES = {
    written: "script", voice: "voice", text: "text", event: "event", mood: "mood", contagion: "partner",
    personality: "character",
};

// Fill a line's article; `line.play` and `line.copy` then do what the keys ask for.
function fillRow(article, line) {
    const sound = player(line);
    const seek = (time) => {
        if (!sound) return;
        sound.currentTime = time;
        sound.play().catch(() => {});
    };
    const curves = line.curves ? plot(line, seek) : null;
    if (sound && curves) follow(sound, curves.point);
    line.play = () => sound && (sound.paused ? sound.play().catch(() => {}) : sound.pause());
    article.append(
        title(line),
        line.error ? make("p", { class: "error" }, line.error) : "",
        warnings(line),
        make("div", { class: "body" },
            make("div", { class: "shown" },
                line.text ? make("p", { class: "text", dir: "auto" }, line.text) : "",
                line.strip ? make("div", { class: "faces" }, make("img", {
                    class: "strip", src: address(line.strip), loading: "lazy", width: 782, height: 128,
                    alt: `Faces of ${line.id} from its beginning to its end`,
                })) : "",
                curves ? curves.node : "", sound || ""),
            line.emotion ? feeling(line) : ""),
        footer(line),
    );
}

function title(line) {
    const who = line.role === "listener"
        ? [line.character, make("i", {}, line.speaker ? ` listens to ${line.speaker}` : " listens")]
        : [line.character || "", line.listener ? make("i", {}, ` → ${line.listener}`) : ""];
    const facts = [
        line.seconds !== undefined ? `${line.seconds.toFixed(2)} s` : "",
        line.frames ? `${line.frames} frames at ${line.fps}` : "", line.timecode || "",
        line.scene ? `scene ${line.scene}` : "", line.seed !== undefined ? `seed ${line.seed}` : "",
    ];
    const names = Object.fromEntries(STATUSES);
    return make("header", {},
        make("h2", {}, make("a", { href: `#${encodeURIComponent(line.id)}` }, line.id)),
        make("span", { class: `status ${line.status in names ? line.status : ""}` }, names[line.status] || line.status),
        line.scratch ? make("span", { class: "status scratch", title: "No recording: a synthetic voice stands in" }, "scratch voice") : "",
        make("span", { class: "who" }, who),
        make("span", { class: "about" }, facts.filter(Boolean).join(" · ")));
}

function warnings({ warnings: told }) {
    return told.length ? make("ul", { class: "warnings" }, told.map(({ kind, text }) => make("li", {}, make("b", {}, kind), " ", text))) : "";
}

function player(line) {
    if (!line.audio) return null;
    const missing = () => sound.replaceWith(make("p", { class: "missing" }, `The recording ${line.audio} is not beside this report.`));
    const sound = make("audio", { controls: true, preload: "none", src: address(line.audio), onerror: missing });
    return sound;
}

// Keep the curves' cursor where the sound is.
function follow(sound, point) {
    const step = () => {
        point(sound.currentTime);
        if (!sound.paused && !sound.ended) requestAnimationFrame(step);
    };
    sound.addEventListener("play", () => {
        for (const other of document.querySelectorAll("audio")) if (other !== sound) other.pause();
        step();
    });
}

function bar(name, share, text, kind) {
    const fillOf = make("span");
    fillOf.style.width = `${Math.min(100, Math.abs(share) * (kind === "axis" ? 50 : 100))}%`;
    if (kind === "axis") fillOf.style.left = share < 0 ? `${50 - Math.min(50, -share * 50)}%` : "50%";
    return [make("dt", {}, name), make("dd", {}, make("span", { class: `bar ${kind}` }, fillOf), make("output", {}, text))];
}

function feeling(line) {
    const { words = "", why = [], sources = {}, vad = [] } = line.emotion;
    const plain = { auto: "follows the voice", off: "off" }[words];
    const shares = Object.entries(sources).filter(([, share]) => share > 0).sort(([, a], [, b]) => b - a);
    const asText = `emotion: ${words.includes(",") ? JSON.stringify(words) : words || "neutral"}`;
    const box = make("input", { class: "override", value: asText, spellcheck: "false", "aria-label": "Emotion for the script" });
    const copied = make("button", { type: "button", onclick: () => line.copy() }, "Copy");
    line.copy = () => {
        box.select();
        const done = () => { copied.textContent = "Copied"; };
        if (navigator.clipboard) navigator.clipboard.writeText(box.value).then(done, () => document.execCommand("copy") && done());
        else if (document.execCommand("copy")) done();
    };
    return make("section", { class: "feeling" },
        make("h3", {}, "Emotion"),
        plain || !line.feelings.length ? make("p", { class: "plain" }, plain || "none") : "",
        make("dl", { class: "bars" }, line.feelings.map(([name, amount]) => bar(name, amount, amount.toFixed(2), "felt"))),
        why.length ? make("ul", { class: "why" }, why.map((reason) => make("li", {}, reason))) : "",
        shares.length ? make("details", {}, make("summary", {}, "Where it comes from"),
            make("dl", { class: "bars" }, shares.map(([name, share]) => bar(SOURCES[name] || name, share, `${Math.round(100 * share)} %`, "share")),
                vad.map((value, k) => bar(["valence", "arousal", "dominance"][k], value, value.toFixed(2), "axis")))) : "",
        line.role === "listener" ? "" // it follows from the speaker's
            : make("label", { class: "override-label" }, "To change it, in the script:", make("span", {}, box, copied)));
}

const MOST_LINKS = 13; // one of each format

function footer(line) {
    const { keys } = line;
    const reduced = keys?.of_frames
        ? `${keys.keys} keys for ${keys.of_frames} values (${((100 * keys.keys) / keys.of_frames).toFixed(1)} %), at most ${keys.bound} off` : "";
    const by = { aligned: "words timed by their sound", estimated: "words timed by guess", given: "" }[line.words_by] || "";
    const links = line.files.map((path) => make("a", { href: address(path) }, path));
    if (!links.length && !reduced && !by) return "";
    const listed = links.length > MOST_LINKS ? make("details", {}, make("summary", {}, `${links.length} files`), links) : links;
    return make("footer", {}, listed, [reduced, by].filter(Boolean).map((text) => make("span", {}, text)));
}
