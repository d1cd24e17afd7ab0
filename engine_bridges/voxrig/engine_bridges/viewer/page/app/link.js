// The engine link over a WebSocket: one binary message is one msgpack map. It connects, greets, measures the round trip
// once a second, and connects again when the server is gone. proto/README.md has the protocol.

import { decode, encode } from "./msgpack.js";

export const VERSION = 1;
const PING_MS = 1000;
const PATIENCE_MS = 5000; // a server that has not answered for so long is gone
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 2000;
const ROUND_TRIPS = 8; // of late, of which the shortest decides

/** "connecting", "up" or "down" are its states; what it tells goes to the `listener`'s functions. */
export class Link {
    state = "connecting";
    hello = null;
    /** Seconds of the last ping's way there and back; null before the first. */
    roundTrip = null;
    /** Seconds that the server's clock is ahead of performance.now(), by the shortest round trip of late. */
    offset = null;
    #url;
    #name;
    #listener;
    #token;
    #socket = null;
    #retry = FIRST_RETRY_MS;
    #timer = 0;
    #pings = 0;
    #asked = new Set(); // the ids of pings that were not answered yet
    #pongs = [];
    #heard = 0;

    /**
     * @param {string} url ws://host:port/link, or wss
     * @param {string} name of this client, for the server's log
     * @param {{up(hello), down(reason: string, error), message(map), pong(seconds: number)}} listener; `error` is what the
     *     server said where it ended the connection itself, else undefined
     * @param {string} token that the server asks for; empty: none
     */
    constructor(url, name, listener, token = "") {
        this.#url = url;
        this.#name = name;
        this.#listener = listener;
        this.#token = token;
    }

    /** Connect, and stay connected. */
    start() {
        clearTimeout(this.#timer);
        this.state = "connecting";
        const socket = new WebSocket(this.#url);
        socket.binaryType = "arraybuffer";
        const hello = { version: VERSION, client: this.#name };
        if (this.#token) hello.token = this.#token;
        socket.onopen = () => socket.send(encode({ hello }));
        socket.onmessage = (event) => this.#take(socket, new Uint8Array(event.data));
        socket.onclose = () => this.#lost(socket, "The server is gone");
        this.#socket = socket;
    }

    /** Send one message, a map; does nothing while the link is not up. */
    send(message) {
        if (this.state === "up") this.#socket.send(encode(message));
    }

    /** Let the connection go, as if the server had: a new one follows. */
    drop() {
        this.#lost(this.#socket, "Dropped");
    }

    #take(socket, bytes) {
        if (socket !== this.#socket) return;
        this.#heard = performance.now();
        const message = decode(bytes);
        if (message.hello) this.#greeted(message.hello);
        else if (message.pong) this.#measure(message.pong);
        else if (message.error && message.session === undefined) this.#lost(socket, message.error.message, message.error);
        else this.#listener.message(message);
    }

    #greeted(hello) {
        this.state = "up";
        this.hello = hello;
        this.#retry = FIRST_RETRY_MS;
        this.#asked.clear();
        this.#pongs = [];
        this.#listener.up(hello);
        this.#ping();
    }

    #ping() {
        if (performance.now() - this.#heard > PATIENCE_MS) {
            this.#lost(this.#socket, `The server has not answered for ${PATIENCE_MS / 1000} s`);
            return;
        }
        this.#pings += 1;
        this.#asked.add(this.#pings);
        this.send({ ping: { id: this.#pings, sent: performance.now() / 1000 } });
        this.#timer = setTimeout(() => this.#ping(), PING_MS);
    }

    #measure(pong) {
        if (!this.#asked.delete(pong.id)) return;
        const back = performance.now() / 1000;
        this.roundTrip = back - pong.sent;
        this.#pongs.push({ took: this.roundTrip, offset: (pong.received - pong.sent + pong.replied - back) / 2 });
        if (this.#pongs.length > ROUND_TRIPS) this.#pongs.shift();
        this.offset = this.#pongs.reduce((best, one) => (one.took < best.took ? one : best)).offset;
        this.#listener.pong(this.roundTrip);
    }

    #lost(socket, reason, error) {
        if (socket !== this.#socket) return;
        this.#socket = null;
        socket.onclose = socket.onmessage = socket.onopen = null;
        socket.close();
        clearTimeout(this.#timer);
        this.state = "down";
        this.roundTrip = null;
        this.#listener.down(reason, error);
        this.#timer = setTimeout(() => this.start(), this.#retry);
        this.#retry = Math.min(LAST_RETRY_MS, 2 * this.#retry);
    }
}
