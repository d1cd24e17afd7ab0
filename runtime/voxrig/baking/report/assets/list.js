// The list of lines: filters, and rows that are made only as they come near the window.

const articles = lines.map((line) => {
    const article = make("article", { class: `line ${line.status === "failed" ? "failed" : ""}`, id: `line-${line.place}`, tabindex: -1, "aria-label": line.id });
    article.line = line;
    return article;
});
const near = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) if (isIntersecting) ready(target);
}, { rootMargin: "1000px 0px" });

function ready(article) {
    if (article.childElementCount) return;
    near.unobserve(article);
    fillRow(article, article.line);
}

let listed = [];

function list() {
    listed = chosen().map((line) => articles[line.place]);
    byId("lines").replaceChildren(...listed);
    for (const article of listed) if (!article.childElementCount) near.observe(article);
    byId("shown").textContent = listed.length === lines.length ? `${lines.length} takes` : `${listed.length} of ${lines.length} takes`;
    byId("none").hidden = listed.length > 0 || lines.length === 0;
    for (const name of Object.keys(shownBy)) byId(name).value = shownBy[name];
    for (const chip of byId("counts").children) {
        const { name, value } = chip.dataset;
        chip.setAttribute("aria-pressed", String(name === "" ? !shownBy.status && !shownBy.warning : shownBy[name] === value));
    }
}

function showBy(changes) {
    Object.assign(shownBy, changes);
    list();
}

const everything = () => showBy({ search: "", character: "", warning: "", status: "" });

function options(id, first, values) {
    byId(id).append(...[["", first], ...values].map(([value, text]) => make("option", { value }, text)));
}

function chips() {
    const count = (test) => lines.filter(test).length;
    const made = [["", "", "all", lines.length]];
    for (const [status, text] of STATUSES) made.push(["status", status, text, count((line) => line.status === status)]);
    made.push(["warning", "*", "with warnings", count((line) => line.warnings.length)]);
    byId("counts").append(...made.filter(([name, , , number]) => number || name === "").map(([name, value, text, number]) => make("button", {
        type: "button", class: `chip ${value === "*" ? "warned" : value}`, "data-name": name, "data-value": value,
        onclick: () => showBy(name ? { status: "", warning: "", [name]: value } : { status: "", warning: "" }),
    }, make("b", {}, String(number)), ` ${text}`)));
}

function facts() {
    const plain = (value) => (Array.isArray(value) ? value.map(plain).join(", ")
        : value && typeof value === "object" ? Object.entries(value).map(([k, v]) => `${k.replaceAll("_", " ")} ${plain(v)}`).join(", ")
        : value === true ? "yes" : value === false ? "no" : String(value));
    for (const [name, value] of Object.entries(data.summary)) {
        if (["title", "warnings", "left_over", "takes"].includes(name) || value === null || value === "") continue;
        byId("facts").append(make("div", {}, make("dt", {}, name.replaceAll("_", " ")), make("dd", {}, plain(value))));
    }
    for (const [name, text] of [["warnings", "The script"], ["left_over", "In the folder, but no longer in the script"]]) {
        const told = data.summary[name] || [];
        if (!told.length) continue;
        byId("notes").append(make("details", { open: told.length <= 5 }, make("summary", {}, `${text}: ${told.length}`),
            make("ul", {}, told.map((one) => make("li", {}, plain(one))))));
    }
}
