/**
 * @import {Session} from "./session.js"
 * @import {Entry, State, Transcript} from "./transcript.js"
 */

import { Problem, Unreachable } from "./api.js";
import { alone } from "./session.js";

/**
 * Brings the visitor's messages to the server, strictly one after the other: none is sent before the one ahead of it
 * has arrived. What is not delivered is kept, and taken up again after a reload, or by another tab.
 */

const PAUSES_MS = [1_000, 2_000, 4_000, 8_000];
// Another tab has delivered it: the stream should bring it at once.
const ELSEWHERE_MS = 5_000;
// What one tab stores, a tab in another process reads only a moment later.
const HEARD_MS = 300;

export class Outbox {
  #transcript;
  #session;
  #deliver;
  #refused;
  #slowed;
  #draining = false;
  /** The server has said when to come back. */
  #slow = false;
  /** Ends a pause early. */
  #wake = () => {};
  /** What the server has, though it may not stand in the transcript yet. @type {Set<string>} */
  #there = new Set();
  /** The message under way: its key, and whom to tell when it has arrived. @type {[string, () => void] | null} */
  #arrival = null;

  /**
   * @param {Transcript} transcript
   * @param {Session} session
   * @param {(entry: Entry) => Promise<void>} deliver resolves when the server has it; safe to repeat
   * @param {(entry: Entry, error: unknown) => void} refused it will not be taken however often it is sent
   * @param {(problem: Problem | null) => void} slowed it came too soon, and is sent again by itself; null: now
   */
  constructor(transcript, session, deliver, refused, slowed) {
    this.#transcript = transcript;
    this.#session = session;
    this.#deliver = deliver;
    this.#refused = refused;
    this.#slowed = slowed;
    addEventListener("online", () => this.takeUp());
    addEventListener("pageshow", ({ persisted }) => persisted && this.takeUp());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.takeUp());
  }

  /** @param {Entry} entry new, or failed before */
  post(entry) {
    this.#session.hold({ key: entry.key, text: entry.message.text, choice: entry.choice });
    this.flush();
  }

  /** Shows and sends what was left undelivered, by this page or by a tab that is gone. */
  takeUp() {
    const known = new Map(this.#transcript.entries.map((entry) => [entry.key, entry]));
    for (const { key, text, choice } of this.#session.unsent) {
      const entry = known.get(key);
      if (!entry) this.#transcript.add(text, choice, key);
      else if (entry.state === "sent") this.#session.release(key);
    }
    this.flush();
  }

  /** Sends now: there is something new, or the server can be reached again. */
  flush() {
    this.#wake();
    if (this.#slow) this.#markAll("slowed");
    if (!this.#draining) void this.#drain();
  }

  /** The server has it, by whichever way that became known. @param {Entry} entry */
  arrived({ key }) {
    this.#there.add(key);
    this.#session.release(key);
    if (this.#arrival?.[0] === key) this.#arrival[1]();
  }

  /**
   * Gives up what is not delivered.
   *
   * @param {Entry[]} [unwanted] nobody wants these back
   * @returns {string[]} the words of the others that were typed, in order
   */
  abandon(unwanted = []) {
    const unsent = this.#transcript.entries.filter((entry) => !this.#settled(entry));
    for (const { key } of unsent) this.#session.release(key);
    const wanted = unsent.filter((entry) => entry.choice === null && !unwanted.includes(entry));
    return wanted.map(({ message }) => message.text);
  }

  async #drain() {
    this.#draining = true;
    try {
      for (let failures = 0, next = this.#first(); next; next = this.#first()) {
        this.#markAll("sending");
        const fault = await this.#bring(next);
        if (fault === null || tooSoon(fault)) {
          failures = 0;
          if (fault) await this.#holdBack(fault);
          continue;
        }
        const wait = PAUSES_MS[failures];
        if (!navigator.onLine) return this.#markAll("offline");
        if (wait === undefined) return this.#markAll("failed");
        failures += 1;
        await this.#pause(wait * (0.75 + Math.random() / 2));
      }
    } finally {
      this.#draining = false;
    }
  }

  /** @param {Entry} entry @returns {Promise<Unreachable | Problem | null>} why it is to be tried again, if it is */
  async #bring(entry) {
    try {
      await alone("outbox", () => this.#send(entry));
    } catch (error) {
      // It may have arrived although the answer was lost, or the chat was deleted meanwhile.
      if (this.#settled(entry)) return null;
      if (error instanceof Unreachable || tooSoon(error)) return error;
      this.#refused(entry, error);
    }
    return null;
  }

  /** Nothing is sent before the server takes it, so that all of it keeps its order. @param {Problem} problem */
  async #holdBack(problem) {
    this.#slow = true;
    this.#slowed(problem);
    this.#markAll("slowed");
    await pause(Number(problem.retryAfter) * 1_000);
    this.#slow = false;
    this.#slowed(null);
  }

  /** Resolves when the server has it. @param {Entry} entry */
  async #send(entry) {
    /** @type {Promise<void>} */
    const arrival = new Promise((resolve) => {
      this.#arrival = [entry.key, resolve];
    });
    if (!this.#session.holds(entry.key)) {
      // Another tab has seen to it while this one waited. What that tab was refused is in its hands.
      await Promise.race([arrival, pause(ELSEWHERE_MS)]);
      if (!this.#settled(entry)) this.#transcript.remove(entry);
    }
    if (this.#settled(entry)) return;
    try {
      // The answer to a post waits for the reply; the stream tells of the message itself, which is enough to go on.
      await Promise.race([arrival, this.#deliver(entry).then(() => this.arrived(entry))]);
    } catch (error) {
      // Before another tab has its turn, and has heard of it: it would be refused a second time.
      if (!(error instanceof Unreachable || tooSoon(error))) {
        this.#session.release(entry.key);
        await pause(HEARD_MS);
      }
      throw error;
    }
  }

  /** The oldest that is not delivered. */
  #first() {
    return this.#transcript.entries.find((entry) => !this.#settled(entry));
  }

  /** @param {State} state */
  #markAll(state) {
    for (const entry of this.#transcript.entries) if (!this.#settled(entry)) this.#transcript.mark(entry, state);
  }

  /** Whether the server has it, or the chat was deleted meanwhile. @param {Entry} entry */
  #settled(entry) {
    return entry.state === "sent" || this.#there.has(entry.key) || !this.#transcript.has(entry);
  }

  /** Waits, unless there is a reason to try again at once. @param {number} ms */
  #pause(ms) {
    /** @type {Promise<void>} */
    const woken = new Promise((resolve) => {
      this.#wake = resolve;
    });
    return Promise.race([woken, pause(ms)]);
  }
}

/** @param {unknown} error @returns {error is Problem} */
function tooSoon(error) {
  return error instanceof Problem && error.retryAfter !== null;
}

/** @param {number} ms @returns {Promise<void>} */
function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
