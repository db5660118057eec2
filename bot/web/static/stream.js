/** @import {Message, ProblemDocument} from "./types.js" */

import { ConversationLost } from "./api.js";

/** The open line to the server. Comes back by itself; what was missed is replayed from the last message known. */

/** @typedef {ReturnType<typeof setTimeout>} Timer */

const TOKEN_REFUSED = 4401;
const ERASED = 4410;
const LONGEST_PAUSE_MS = 30_000;
// A line may be dead without a word: it is asked now and then, more often than a proxy closes an idle one.
const ASK_EVERY_MS = 25_000;
const ANSWER_WITHIN_MS = 5_000;
const OPEN_WITHIN_MS = 15_000;

/**
 * @typedef {object} Line what the stream needs and whom it tells
 * @property {() => {url: string, token: string}} address
 * @property {() => number} after the last `seq` known
 * @property {() => Promise<void>} renew gets a new token
 * @property {() => void} opened the server can be reached
 * @property {(messages: Message[]) => void} said
 * @property {(on: boolean) => void} typing
 * @property {(problem: ProblemDocument) => void} problem
 * @property {() => void} lost the conversation is over
 */

export class Stream {
  #line;
  /** @type {WebSocket | null} */
  #socket = null;
  /** When to come back. @type {Timer | undefined} */
  #return;
  /** When the opening, or an answer, is overdue. @type {Timer | undefined} */
  #overdue;
  #failures = 0;

  /** @param {Line} line */
  constructor(line) {
    this.#line = line;
    const hurry = () => this.#hurry();
    addEventListener("online", hurry);
    addEventListener("pageshow", hurry);
    // A phone that slept has often lost its line without a word.
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && hurry());
    setInterval(() => document.visibilityState === "visible" && this.#ask(), ASK_EVERY_MS);
  }

  /** Whether messages come this way at the moment. */
  get open() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  start() {
    this.stop();
    const { url, token } = this.#line.address();
    const socket = new WebSocket(url);
    this.#socket = socket;
    this.#overdue = setTimeout(() => socket.close(), OPEN_WITHIN_MS);
    socket.addEventListener("open", () => {
      if (socket !== this.#socket) return;
      clearTimeout(this.#overdue);
      socket.send(JSON.stringify({ token, after: this.#line.after() }));
      this.#line.opened();
    });
    socket.addEventListener("message", (event) => socket === this.#socket && this.#receive(event.data));
    socket.addEventListener("close", (event) => {
      if (socket === this.#socket) void this.#closed(event.code);
    });
  }

  stop() {
    clearTimeout(this.#return);
    clearTimeout(this.#overdue);
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  /** @param {unknown} data */
  #receive(data) {
    let frame;
    try {
      frame = Object(JSON.parse(String(data)));
    } catch {
      return;
    }
    this.#failures = 0;
    clearTimeout(this.#overdue);
    if (frame.type === "message") this.#line.said([frame.message]);
    else if (frame.type === "typing") this.#line.typing(frame.on === true);
    else if (frame.type === "error") this.#line.problem(frame);
  }

  /** @param {number} code */
  async #closed(code) {
    clearTimeout(this.#overdue);
    if (code === ERASED) return this.#line.lost();
    const pause = Math.min(1_000 * 2 ** this.#failures, LONGEST_PAUSE_MS) * (0.75 + Math.random() / 2);
    this.#failures += 1;
    if (code === TOKEN_REFUSED) {
      const socket = this.#socket;
      try {
        await this.#line.renew();
      } catch (error) {
        if (error instanceof ConversationLost && socket === this.#socket) return this.#line.lost();
      }
      if (socket !== this.#socket) return;
      if (this.#failures === 1) return this.start();
    }
    this.#return = setTimeout(() => this.start(), pause);
  }

  /** Tries at once where it would have waited, and doubts a line that seems open. */
  #hurry() {
    if (this.#socket?.readyState === WebSocket.CLOSED) this.start();
    else this.#ask();
  }

  /** Gives up a line that does not answer. */
  #ask() {
    if (!this.open) return;
    this.#socket?.send(JSON.stringify({ type: "ping" }));
    clearTimeout(this.#overdue);
    this.#overdue = setTimeout(() => this.start(), ANSWER_WITHIN_MS);
  }
}
