// A take as files that others read: Live Link Face CSV, and WAV.

const NOMINAL = 60; // frames a second of the timecode

/**
 * @param {string[]} names of the 61 values, in their order
 * @param {Float32Array[]} rows one a frame
 * @returns {string} as the Live Link Face app records, and as engine_bridges/writers/livelink_csv.py writes
 */
export function livelinkCsv(names, rows) {
    const lines = [`Timecode,BlendshapeCount,${names.join(",")}`];
    for (const [index, row] of rows.entries()) {
        const cells = Array.from(row, (value) => (value + 0).toFixed(10));
        lines.push(`${timecode(index)},${names.length},${cells.join(",")}`);
    }
    return `${lines.join("\n")}\n`;
}

/** Non-drop timecode of frame `index`. */
export function timecode(index) {
    const two = (value) => String(value).padStart(2, "0");
    const seconds = Math.floor(index / NOMINAL);
    const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60, index % NOMINAL];
    return `${parts.map(two).join(":")}.000`;
}

/** @param {Uint8Array} bytes 16-bit mono samples, little-endian @param {number} rate in Hz */
export function wav(bytes, rate) {
    const header = new DataView(new ArrayBuffer(44));
    const text = (at, word) => [...word].forEach((letter, n) => header.setUint8(at + n, letter.charCodeAt(0)));
    text(0, "RIFF");
    header.setUint32(4, 36 + bytes.length, true);
    text(8, "WAVEfmt ");
    header.setUint32(16, 16, true);
    header.setUint16(20, 1, true); // PCM
    header.setUint16(22, 1, true); // channels
    header.setUint32(24, rate, true);
    header.setUint32(28, 2 * rate, true);
    header.setUint16(32, 2, true);
    header.setUint16(34, 16, true);
    text(36, "data");
    header.setUint32(40, bytes.length, true);
    return new Blob([header, bytes], { type: "audio/wav" });
}
