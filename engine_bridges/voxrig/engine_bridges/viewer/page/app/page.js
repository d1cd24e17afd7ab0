// Elements of the page by their id, and what is said on it.

const NOTICE_MS = 6000;
const NOTICES = 4;

/** The element with an id; throws where the page has none. */
export function element(id) {
    const found = document.getElementById(id);
    if (!found) throw new Error(`the page has no #${id}`);
    return found;
}

/** A button with a text, for what pressing it does. */
export function button(text, pressed) {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = text;
    made.onclick = pressed;
    return made;
}

/** Say something for a while, "note" or "error"; the same thing again only lasts longer. */
export function notice(level, text) {
    const list = element("notices");
    const same = [...list.children].find((one) => one.textContent === text);
    same?.remove();
    const item = document.createElement("p");
    item.className = level;
    item.textContent = text;
    list.append(item);
    while (list.children.length > NOTICES) list.firstChild.remove();
    setTimeout(() => item.remove(), NOTICE_MS);
}

const STATES = {
    connecting: "Connecting",
    opening: "Opening",
    live: "Live",
    offline: "The server is gone: connecting again",
    refused: "The server refused the session: change what it names, or reload",
};

/** Say how it stands with the server: a key of STATES. */
export function status(state, text = STATES[state]) {
    const line = element("status");
    line.dataset.state = state;
    line.querySelector("span").textContent = text;
}

/** Put another icon on a button, and another text. */
export function face(control, icon, text) {
    control.querySelector("use").setAttribute("href", `./icons.svg#${icon}`);
    control.querySelector("span").textContent = text;
}
