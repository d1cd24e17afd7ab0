// MessagePack, as far as the engine link needs it: nil, booleans, numbers, text, bytes (Uint8Array), arrays and maps.
// https://github.com/msgpack/msgpack/blob/master/spec.md

const toText = new TextDecoder("utf-8", { fatal: true });
const toBytes = new TextEncoder();

/** Encode a value; an object becomes a map with its keys in order. Returns a Uint8Array of its own. */
export function encode(value) {
    const writer = new Writer();
    writer.value(value);
    return writer.bytes.slice(0, writer.length);
}

/** Decode one value from a Uint8Array. Bytes in it are views into that array. Throws RangeError for anything else. */
export function decode(bytes) {
    const reader = new Reader(bytes);
    const value = reader.value();
    if (reader.place !== bytes.length) throw new RangeError(`${bytes.length - reader.place} bytes follow the message`);
    return value;
}

class Writer {
    bytes = new Uint8Array(256);
    length = 0;
    #view = new DataView(this.bytes.buffer);

    value(value) {
        if (value === null || value === undefined) this.#byte(0xc0);
        else if (typeof value === "boolean") this.#byte(value ? 0xc3 : 0xc2);
        else if (typeof value === "number") this.#number(value);
        else if (typeof value === "bigint") this.#whole(0xcf, (at) => this.#view.setBigUint64(at, value), 8);
        else if (typeof value === "string") this.#text(value);
        else if (value instanceof Uint8Array) this.#binary(value);
        else if (Array.isArray(value)) this.#array(value);
        else this.#map(value);
    }

    #number(value) {
        if (!Number.isSafeInteger(value) || Object.is(value, -0)) {
            this.#whole(0xcb, (at) => this.#view.setFloat64(at, value), 8);
        } else if (value >= 0) {
            if (value < 0x80) this.#byte(value);
            else if (value <= 0xff) this.#whole(0xcc, (at) => this.#view.setUint8(at, value), 1);
            else if (value <= 0xffff) this.#whole(0xcd, (at) => this.#view.setUint16(at, value), 2);
            else if (value <= 0xffffffff) this.#whole(0xce, (at) => this.#view.setUint32(at, value), 4);
            else this.#whole(0xcf, (at) => this.#view.setBigUint64(at, BigInt(value)), 8);
        } else if (value >= -32) {
            this.#byte(value & 0xff);
        } else {
            this.#whole(0xd3, (at) => this.#view.setBigInt64(at, BigInt(value)), 8);
        }
    }

    #text(value) {
        const bytes = toBytes.encode(value);
        this.#head(bytes.length, 0xa0, 31, 0xd9);
        this.#raw(bytes);
    }

    #binary(value) {
        this.#head(value.length, 0, -1, 0xc4);
        this.#raw(value);
    }

    #array(values) {
        this.#head(values.length, 0x90, 15, 0xdb);
        for (const value of values) this.value(value);
    }

    #map(value) {
        const entries = Object.entries(value);
        this.#head(entries.length, 0x80, 15, 0xdd);
        for (const [key, entry] of entries) {
            this.#text(key);
            this.value(entry);
        }
    }

    /** A length: in the first byte up to `most`, else 8 (text and bytes only), 16 or 32 bits after the code. */
    #head(length, short, most, code8) {
        const has8 = code8 === 0xd9 || code8 === 0xc4;
        if (length <= most) this.#byte(short | length);
        else if (has8 && length <= 0xff) this.#whole(code8, (at) => this.#view.setUint8(at, length), 1);
        else if (length <= 0xffff) this.#whole(code8 + 1, (at) => this.#view.setUint16(at, length), 2);
        else this.#whole(code8 + 2, (at) => this.#view.setUint32(at, length), 4);
    }

    #whole(code, write, size) {
        this.#byte(code);
        this.#room(size);
        write(this.length);
        this.length += size;
    }

    #byte(value) {
        this.#room(1);
        this.bytes[this.length] = value;
        this.length += 1;
    }

    #raw(bytes) {
        this.#room(bytes.length);
        this.bytes.set(bytes, this.length);
        this.length += bytes.length;
    }

    #room(size) {
        if (this.length + size <= this.bytes.length) return;
        const larger = new Uint8Array(Math.max(2 * this.bytes.length, this.length + size));
        larger.set(this.bytes);
        this.bytes = larger;
        this.#view = new DataView(larger.buffer);
    }
}

class Reader {
    place = 0;
    #bytes;
    #view;

    constructor(bytes) {
        this.#bytes = bytes;
        this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }

    value() {
        const code = this.#unsigned(1);
        if (code < 0x80) return code;
        if (code < 0x90) return this.#map(code & 0x0f);
        if (code < 0xa0) return this.#array(code & 0x0f);
        if (code < 0xc0) return this.#text(code & 0x1f);
        if (code >= 0xe0) return code - 0x100;
        switch (code) {
            case 0xc0: return null;
            case 0xc2: return false;
            case 0xc3: return true;
            case 0xc4: case 0xc5: case 0xc6: return this.#raw(this.#unsigned(1 << (code - 0xc4)));
            case 0xca: return this.#view.getFloat32(this.#skip(4));
            case 0xcb: return this.#view.getFloat64(this.#skip(8));
            case 0xcc: case 0xcd: case 0xce: case 0xcf: return this.#unsigned(1 << (code - 0xcc));
            case 0xd0: return this.#view.getInt8(this.#skip(1));
            case 0xd1: return this.#view.getInt16(this.#skip(2));
            case 0xd2: return this.#view.getInt32(this.#skip(4));
            case 0xd3: return narrowed(this.#view.getBigInt64(this.#skip(8)));
            case 0xd9: case 0xda: case 0xdb: return this.#text(this.#unsigned(1 << (code - 0xd9)));
            case 0xdc: case 0xdd: return this.#array(this.#unsigned(2 << (code - 0xdc)));
            case 0xde: case 0xdf: return this.#map(this.#unsigned(2 << (code - 0xde)));
            default: throw new RangeError(`code ${code} at ${this.place - 1} is not of this link`);
        }
    }

    #unsigned(size) {
        const at = this.#skip(size);
        if (size === 1) return this.#view.getUint8(at);
        if (size === 2) return this.#view.getUint16(at);
        if (size === 4) return this.#view.getUint32(at);
        return narrowed(this.#view.getBigUint64(at));
    }

    #text(length) {
        return toText.decode(this.#raw(length));
    }

    #raw(length) {
        const at = this.#skip(length);
        return this.#bytes.subarray(at, at + length);
    }

    #array(length) {
        const values = [];
        for (let n = 0; n < length; n += 1) values.push(this.value());
        return values;
    }

    #map(length) {
        const entries = {};
        for (let n = 0; n < length; n += 1) {
            const key = this.value();
            // Not by assignment: a key such as __proto__ must be a key like any other.
            Object.defineProperty(entries, key, { value: this.value(), enumerable: true, configurable: true, writable: true });
        }
        return entries;
    }

    #skip(size) {
        const at = this.place;
        if (at + size > this.#bytes.length) throw new RangeError(`the message ends within a value at ${at}`);
        this.place = at + size;
        return at;
    }
}

/** A number where it is exact, else a bigint: seeds have 64 bits. */
function narrowed(value) {
    const near = Number(value);
    return Number.isSafeInteger(near) ? near : value;
}
