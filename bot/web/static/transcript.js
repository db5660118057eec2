/** @import {Message} from "./types.js" */

/**
 * The messages of the conversation, each once and in order, whichever way it came: by the answer to a post, the stream
 * or a poll. Knows nothing of the page.
 */

/**
 * `sending` is under way, `offline` waits for the connection, `slowed` for the server, `failed` for the visitor.
 *
 * @typedef {"sending" | "offline" | "slowed" | "failed" | "sent"} State
 *
 * @typedef {object} Entry
 * @property {string} key
 * @property {Message} message its `seq` is Infinity until the server has given one
 * @property {State} state
 * @property {string | null} choice the quick reply that was pressed
 */

export class Transcript {
  /** @type {Map<string, Entry>} */
  #entries = new Map();
  /** Came ahead of one that is still missing. @type {Map<number, Message>} */
  #ahead = new Map();
  #changed;
  #removed;

  /** Every message up to this `seq` is here. */
  seq = 0;

  /**
   * @param {(entry: Entry) => void} changed an entry is new or different
   * @param {(entry: Entry) => void} removed
   */
  constructor(changed, removed) {
    this.#changed = changed;
    this.#removed = removed;
  }

  /** All entries in order; those the server has not seen yet come last. */
  get entries() {
    return [...this.#entries.values()].sort(inOrder);
  }

  /** @param {Entry} entry */
  has(entry) {
    return this.#entries.get(entry.key) === entry;
  }

  /**
   * Takes in some messages. One that comes ahead of a missing one is held back, so that nothing jumps about later.
   *
   * @param {Message[]} messages
   * @returns {boolean} whether one is missing
   */
  merge(messages) {
    for (const message of messages) {
      if (message.seq > this.seq) this.#ahead.set(message.seq, message);
    }
    for (let next = this.#ahead.get(this.seq + 1); next; next = this.#ahead.get(this.seq + 1)) this.#take(next);
    return this.#ahead.size > 0;
  }

  /**
   * Takes in everything that came after `seq`: what is missing here does not exist.
   *
   * @param {Message[]} messages
   */
  mergeAll(messages) {
    for (const message of [...messages].sort((one, other) => one.seq - other.seq)) {
      if (message.seq > this.seq) this.#take(message);
    }
    this.merge([]);
  }

  /** @param {Message} message */
  #take(message) {
    const key = message.client_message_id ?? message.id;
    const entry = this.#entries.get(key) ?? { key, message, state: "sent", choice: null };
    entry.message = message;
    entry.state = "sent";
    this.#entries.set(key, entry);
    this.seq = message.seq;
    for (const seq of this.#ahead.keys()) if (seq <= this.seq) this.#ahead.delete(seq);
    this.#changed(entry);
  }

  /**
   * Shows a visitor's message before the server has it.
   *
   * @param {string} text
   * @param {string | null} choice
   * @param {string} [key] under which it was shown before
   * @returns {Entry}
   */
  add(text, choice, key = newId()) {
    /** @type {Entry} */
    const entry = { key, message: unstored(key, text), state: "sending", choice };
    this.#entries.set(key, entry);
    this.#changed(entry);
    return entry;
  }

  /**
   * @param {Entry} entry
   * @param {State} state
   */
  mark(entry, state) {
    if (entry.state === state || entry.state === "sent") return;
    entry.state = state;
    this.#changed(entry);
  }

  /** @param {Entry} entry */
  remove(entry) {
    if (this.#entries.delete(entry.key)) this.#removed(entry);
  }

  /** Forgets everything. */
  clear() {
    for (const entry of this.entries) this.remove(entry);
    this.#ahead.clear();
    this.seq = 0;
  }
}

/**
 * @param {Entry} one
 * @param {Entry} other
 */
function inOrder(one, other) {
  // Two unsent ones: Infinity less Infinity is no number, and the order of writing stands.
  return one.message.seq - other.message.seq || 0;
}

/**
 * A visitor's message that the server does not have yet.
 *
 * @param {string} key
 * @param {string} text
 * @returns {Message}
 */
function unstored(key, text) {
  return {
    id: key,
    seq: Infinity,
    author: "visitor",
    text,
    disposition: null,
    topic: null,
    confidence: null,
    quick_replies: [],
    form: null,
    answer: null,
    in_reply_to: null,
    client_message_id: key,
    created_at: new Date().toISOString(),
  };
}

/** 128 bits. `crypto.randomUUID` is not there on plain http, which is how a clinic may try this in its own network. */
function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
