// What the puppet says of what the page's client got, one line each.

/** Join parts; what is empty is a dash, line breaks are spaces. */
export function line(...parts) {
    return parts.map((part) => String(part).trim().split(/\s+/).join(" ") || "-").join(" ");
}

export function helloLine(hello) {
    return line("hello", hello.version, hello.server);
}

export function openedLine(name, opened) {
    const { frame_rate: rate, look_ahead: ahead } = opened;
    return line(
        "opened", name, opened.rig, opened.controls.length, opened.bones.length, opened.stride, opened.sample_rate,
        rate.numerator, rate.denominator, ahead.numerator, ahead.denominator, opened.seed, opened.blend_samples,
        opened.controls[0] ?? "",
    );
}

/** Lines of a message of frames, with a hash of each one's bytes as they were received. */
export function frameLines(name, { utterance, first_index: first, media_samples: samples, values }, stride) {
    const size = 4 * stride;
    if (values.length !== samples.length * size) {
        throw new Error(`${samples.length} frames of ${size} bytes have ${values.length}`);
    }
    return samples.map((sample, n) => {
        return line("frame", name, utterance, first + n, sample, fnv1a(values.subarray(n * size, (n + 1) * size)));
    });
}

export function eventLine(name, event) {
    const { utterance, frame_count: count, frame_index: index, media_sample: media, next_sample: next } = event;
    const values = Object.entries(event.values).map(([key, value]) => `${key}=${Number(value.toPrecision(9))}`);
    return line("event", name, event.kind, utterance, count, index, media, next, ...values);
}

export function errorLine(name, error) {
    const closed = Number(error.session_closed);
    return line("error", name, error.code, error.refused, closed, error.next_sample, error.message);
}

/** The 32-bit FNV-1a hash of bytes, as 8 hexadecimal digits. */
function fnv1a(bytes) {
    let hash = 0x811c9dc5;
    for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
    return (hash >>> 0).toString(16).padStart(8, "0");
}
