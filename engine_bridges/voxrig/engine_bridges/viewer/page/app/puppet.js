// The page's playout behind the text protocol that drives every client's: a command in, the lines of its answer out.

import { PlayoutBuffer } from "./playout_buffer.js";
import { PlayoutClock } from "./playout_clock.js";
import { PlayoutDelay } from "./playout_delay.js";

const MARGIN = 0.02;

/** Make `puppet(line)`, which returns the answer's lines. */
export function createPuppet() {
    let buffer;
    let clock;
    let delay;
    const commands = {
        buffer(controls, bones, rate, capacity, hold, ease) {
            buffer = new PlayoutBuffer(controls, bones, rate, { capacity, hold, ease });
            clock = new PlayoutClock(rate);
            delay = new PlayoutDelay(MARGIN);
            return [];
        },
        frame: (index, sample, ...values) => (buffer.push(index, sample, values) ? [] : [`refused ${index}`]),
        cut(index) {
            buffer.interrupt(index);
            return [];
        },
        report(now, sample) {
            clock.report(now, sample);
            return [];
        },
        show(now) {
            const media = clock.at(now);
            return [`shown ${number(media)}${listed(buffer.sample(media))}`];
        },
        sample: (media) => [`sampled${listed(buffer.sample(media))}`],
        arrived(now, sent) {
            delay.arrived(now, sent);
            return [];
        },
        delay: () => [`delay ${number(delay.seconds)}`],
        counts: () => [`counts ${[...Object.values(buffer.counts), ...Object.values(clock.counts)].join(" ")}`],
        quit: () => [],
    };
    commands.buffer(1, 0, 48000, 256, 0.1, 0.2);
    return (line) => {
        const [name, ...words] = line.trim().split(/\s+/);
        if (!Object.hasOwn(commands, name)) throw new Error(`there is no command ${name}`);
        return commands[name](...words.map(Number));
    };
}

function listed(values) {
    let text = "";
    for (const value of values) text += ` ${number(Number(value.toPrecision(9)))}`;
    return text;
}

function number(value) {
    return Object.is(value, -0) ? "-0" : String(value);
}
