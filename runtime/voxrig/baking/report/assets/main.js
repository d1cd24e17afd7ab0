// Keys, addresses, printing, and the start.

// The line that has the focus, or else the first that is in the window.
const current = () => document.activeElement?.closest?.("article")
    || listed.find((article) => article.getBoundingClientRect().bottom > 60);

function move(by) {
    const has = document.activeElement?.closest?.("article");
    const from = listed.indexOf(has || current());
    const to = listed[Math.min(listed.length - 1, Math.max(0, has ? from + by : from))];
    if (!to) return;
    ready(to);
    to.focus({ preventScroll: true });
    to.scrollIntoView({ block: "start" });
}

function help() {
    byId("keys").hidden = !byId("keys").hidden;
    byId("help").setAttribute("aria-expanded", String(!byId("keys").hidden));
}

const KEYS = {
    "/": () => { byId("search").focus(); byId("search").select(); },
    "?": help,
    j: () => move(1),
    k: () => move(-1),
    p: () => { const article = current(); if (article) { ready(article); article.line.play?.(); } },
    c: () => { const article = current(); if (article) { ready(article); article.line.copy?.(); } },
    f: () => showBy({ status: shownBy.status === "failed" ? "" : "failed", warning: "" }),
    w: () => showBy({ warning: shownBy.warning === "*" ? "" : "*", status: "" }),
    Escape: everything,
};

function onKey(event) {
    const typing = event.target.matches?.("input, select, textarea");
    if (event.key === "Escape" && typing) event.target.blur();
    if (event.ctrlKey || event.metaKey || event.altKey || (typing && event.key !== "Escape")) return;
    const action = KEYS[event.key];
    if (!action) return;
    event.preventDefault();
    action();
}

function toAddressed() {
    let wanted = location.hash.slice(1);
    try { wanted = decodeURIComponent(wanted); } catch { return; }
    const article = articles.find(({ line }) => line.id === wanted);
    if (!article) return;
    if (!listed.includes(article)) everything();
    ready(article);
    article.scrollIntoView({ block: "start" });
    article.focus({ preventScroll: true });
}

function printable() {
    for (const article of listed) ready(article);
    for (const image of document.querySelectorAll("img[loading]")) image.loading = "eager";
}

facts();
chips();
options("character", "all characters", tally(lines.map((line) => line.character || "").filter(Boolean)).map(([name, n]) => [name, `${name} (${n})`]));
options("warning", "any or no warning", [["*", "with a warning"], ...tally(lines.flatMap((line) => [...new Set(line.warnings.map(({ kind }) => kind))])).map(([kind, n]) => [kind, `${kind} (${n})`])]);
options("status", "any status", STATUSES);
byId("order").append(...ORDERS.map(([value, text]) => make("option", { value }, text)));
for (const name of ["character", "warning", "status", "order"]) byId(name).onchange = ({ target }) => showBy({ [name]: target.value });
byId("search").oninput = ({ target }) => showBy({ search: target.value });
byId("tools").onsubmit = (event) => event.preventDefault();
byId("help").onclick = help;
byId("all").onclick = everything;
document.addEventListener("keydown", onKey);
addEventListener("hashchange", toAddressed);
addEventListener("beforeprint", printable);
showCurves();
list();
toAddressed();
