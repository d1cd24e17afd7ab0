// The page's engine link, or its playout, as the compliance suite drives them: `puppet.obey(lines)` takes commands,
// `puppet.answers()` waits for lines of answers, of which `quit` is the last after `puppet.quit()`. The address says
// which of them: puppet.html, or puppet.html?playout.

import { createPuppet } from "/app/puppet.js";
import { ClientPuppet } from "/puppet/client_puppet.js";

let told = [];
let asked = null;

function say(line) {
    told.push(line);
    give();
}

function give() {
    if (asked === null || told.length === 0) return;
    asked(told);
    told = [];
    asked = null;
}

/** The next lines, once there are any. */
function answers() {
    return new Promise((done) => {
        asked = done;
        give();
    });
}

function start() {
    if (location.search !== "?playout") return new ClientPuppet(`ws://${location.host}/link`, say);
    const play = createPuppet();
    return { obey: (line) => play(line).forEach(say) };
}

// What nobody catches in a handler of the page's would be lost otherwise.
window.addEventListener("error", (event) => say(`lost the page threw: ${event.message}`));

const playing = start();
window.puppet = {
    obey: (lines) => lines.forEach((line) => playing.obey(line)),
    answers,
    quit: () => say("quit"),
};
