// The bake's records, and which of them are shown.

const STATUSES = [["failed", "failed"], ["edited", "edited by hand"], ["baked", "baked"], ["unchanged", "unchanged"]];
const ORDERS = [
    ["script", "failed lines first"],
    ["id", "by line"],
    ["character", "by character"],
    ["length", "longest first"],
    ["warnings", "most warnings first"],
    ["feeling", "strongest emotion first"],
];

const data = JSON.parse(byId("data").textContent);
const places = new Map([...data.symbols].map((symbol, place) => [symbol, place]));

const lines = data.lines.map((record, place) => ({
    ...record,
    place,
    status: record.status || "baked",
    warnings: record.warnings || [],
    files: record.files || [],
    words: record.words || [],
    feelings: feelings(record.emotion?.words || ""),
    haystack: [record.id, record.character, record.speaker, record.listener, record.text, record.scene,
        record.emotion?.words, record.error].filter(Boolean).join("\n").toLowerCase(),
}));

const shownBy = { search: "", character: "", warning: "", status: "", order: "script" };

// "joy=0.6, surprise=0.2" as [["joy", 0.6], ["surprise", 0.2]]; a name alone is 1.
function feelings(words) {
    return words.split(",").map((part) => part.split("=").map((piece) => piece.trim()))
        .filter(([name]) => name && name !== "off" && name !== "auto")
        .map(([name, amount]) => [name, amount === undefined ? 1 : Number(amount) || 0]);
}

// A packed row of whole numbers 0 to 100.
const unpacked = (text) => Array.from(text, (symbol) => places.get(symbol));

const strength = (line) => Math.max(0, ...line.feelings.filter(([name]) => name !== "neutral").map(([, v]) => Math.abs(v)));

const compare = new Intl.Collator("en", { numeric: true }).compare;
const inOrder = {
    script: (a, b) => (b.status === "failed") - (a.status === "failed"),
    id: (a, b) => compare(a.id, b.id),
    character: (a, b) => compare(a.character || "", b.character || ""),
    length: (a, b) => (b.seconds || 0) - (a.seconds || 0),
    warnings: (a, b) => b.warnings.length - a.warnings.length,
    feeling: (a, b) => strength(b) - strength(a),
};

function chosen() {
    const words = shownBy.search.toLowerCase().split(/\s+/).filter(Boolean);
    const fits = (line) => words.every((word) => line.haystack.includes(word))
        && (!shownBy.character || line.character === shownBy.character)
        && (!shownBy.status || line.status === shownBy.status)
        && (!shownBy.warning || (shownBy.warning === "*" ? line.warnings.length > 0
            : line.warnings.some(({ kind }) => kind === shownBy.warning)));
    const order = inOrder[shownBy.order];
    return lines.filter(fits).sort((a, b) => order(a, b) || a.place - b.place);
}

// How many lines have each value of a field, as [[value, count], ...].
function tally(values) {
    const counts = new Map();
    for (const value of values) counts.set(value, (counts.get(value) || 0) + 1);
    return [...counts].sort(([a], [b]) => compare(a, b));
}
