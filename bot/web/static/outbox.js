/** @import {Entry, Transcript} from "./transcript.js" */

import { Unreachable } from "./api.js";

/** Brings the visitor's messages to the server: in order, again when it fails, and when the connection is back. */

const PAUSES_MS = [1_000, 2_000, 4_000, 8_000];
// A message waits for the one before it to arrive, but not for that one's answer.
const HEAD_START_MS = 1_500;

export class Outbox {
  #transcript;
  #deliver;
  #refused;
  /** The message before, as far as the next one waits for it. @type {Promise<unknown>} */
  #before = Promise.resolve();
  /** @type {Set<Entry>} */
  #underWay = new Set();

  /**
   * @param {Transcript} transcript
   * @param {(entry: Entry) => Promise<void>} deliver resolves when the server has it; safe to repeat
   * @param {(entry: Entry, error: unknown) => void} refused it will not be taken however often it is sent
   */
  constructor(transcript, deliver, refused) {
    this.#transcript = transcript;
    this.#deliver = deliver;
    this.#refused = refused;
    addEventListener("online", () => {
      for (const entry of this.#transcript.entries) {
        if (entry.state === "offline" || entry.state === "failed") this.post(entry);
      }
    });
  }

  /** @param {Entry} entry new, or failed before */
  post(entry) {
    if (this.#underWay.has(entry)) return;
    this.#underWay.add(entry);
    const before = this.#before;
    const attempts = before.then(() => this.#attempt(entry)).finally(() => this.#underWay.delete(entry));
    this.#before = Promise.race([attempts, before.then(() => pause(HEAD_START_MS))]);
  }

  /** @param {Entry} entry */
  async #attempt(entry) {
    for (let attempt = 0; ; attempt += 1) {
      if (this.#settled(entry)) return;
      if (!navigator.onLine) return this.#transcript.mark(entry, "offline");
      this.#transcript.mark(entry, "sending");
      try {
        return await this.#deliver(entry);
      } catch (error) {
        // The stream may have brought it back although the answer was lost.
        if (this.#settled(entry)) return;
        if (!(error instanceof Unreachable)) return this.#refused(entry, error);
        const wait = PAUSES_MS[attempt];
        if (wait === undefined) return this.#transcript.mark(entry, "failed");
        await pause(wait * (0.75 + Math.random() / 2));
      }
    }
  }

  /** Whether the server has it, or the chat was deleted meanwhile. @param {Entry} entry */
  #settled(entry) {
    return entry.state === "sent" || !this.#transcript.has(entry);
  }
}

/** @param {number} ms */
function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
