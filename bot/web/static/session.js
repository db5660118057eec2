/** @import {Begun, Renewed} from "./types.js" */

/**
 * What this browser keeps of the chat: the conversation with its token, and what was written and is not delivered yet.
 * All tabs share it. Where nothing may be stored, this page alone knows, until it is left.
 */

const CONVERSATION = "meridian.conversation";
const UNSENT = "meridian.unsent.";
const PROBE = "meridian.probe";
// Renewed with so much of its life left, by this browser's own watch.
const RENEW_AT = 0.8;
// A tab that sleeps may sleep with the lock.
const LOCK_PATIENCE_MS = 10_000;

/**
 * @typedef {object} Ticket
 * @property {string} id
 * @property {string} token
 * @property {number} renewAt milliseconds since 1970
 *
 * @typedef {object} Unsent
 * @property {string} key the client_message_id
 * @property {string} text
 * @property {string | null} choice
 * @property {number} at milliseconds since 1970, later than any written before
 */

export class Session {
  /** What could not be stored. @type {Map<string, string>} */
  #memory = new Map();
  /** @type {Ticket | null} */
  #ticket = ticketIn(this.#read(CONVERSATION));

  /** Whether what is kept outlives this page. */
  get lasts() {
    try {
      localStorage.setItem(PROBE, "");
      localStorage.removeItem(PROBE);
      return this.#memory.size === 0;
    } catch {
      return false;
    }
  }

  /** The conversation that this tab shows, with the newest token that any tab has got for it. */
  get ticket() {
    const kept = ticketIn(this.#read(CONVERSATION));
    if (kept?.id === this.#ticket?.id) this.#ticket = kept;
    return this.#ticket;
  }

  /** Joins the conversation that another tab has begun. @returns {boolean} whether there is one */
  adopt() {
    this.#ticket = ticketIn(this.#read(CONVERSATION)) ?? this.#ticket;
    return this.#ticket !== null;
  }

  /** @param {Begun | (Renewed & {id: string})} given */
  keep({ id, token, expires_in: seconds }) {
    this.#ticket = { id, token, renewAt: Date.now() + seconds * 1_000 * RENEW_AT };
    this.#write(CONVERSATION, JSON.stringify(this.#ticket));
  }

  /** Forgets the conversation; another that a tab has begun meanwhile stays. */
  forget() {
    if (ticketIn(this.#read(CONVERSATION))?.id === this.#ticket?.id) this.#remove(CONVERSATION);
    this.#ticket = null;
  }

  /** @param {() => void} other another tab has begun a conversation that is not this tab's */
  watch(other) {
    addEventListener("storage", ({ key }) => {
      if (key !== CONVERSATION) return;
      const kept = ticketIn(this.#read(CONVERSATION));
      if (kept !== null && kept.id !== this.#ticket?.id) other();
    });
  }

  /** What is not delivered yet, of all tabs, as it was written one after the other. @returns {Unsent[]} */
  get unsent() {
    const keys = [...this.#keys()].filter((key) => key.startsWith(UNSENT));
    const kept = keys.map((key) => unsentIn(key.slice(UNSENT.length), this.#read(key)));
    return kept.filter((each) => each !== null).sort((one, other) => one.at - other.at);
  }

  /** Keeps a message until it is delivered. @param {Omit<Unsent, "at">} message */
  hold({ key, text, choice }) {
    if (this.holds(key)) return;
    const at = Math.max(Date.now(), (this.unsent.at(-1)?.at ?? 0) + 1);
    this.#write(UNSENT + key, JSON.stringify({ text, choice, at }));
  }

  /** @param {string} key */
  holds(key) {
    return this.#read(UNSENT + key) !== null;
  }

  /** @param {string} key */
  release(key) {
    this.#remove(UNSENT + key);
  }

  /** @param {string} key */
  #read(key) {
    try {
      return this.#memory.get(key) ?? localStorage.getItem(key);
    } catch {
      return this.#memory.get(key) ?? null;
    }
  }

  /**
   * @param {string} key
   * @param {string} value
   */
  #write(key, value) {
    try {
      localStorage.setItem(key, value);
      this.#memory.delete(key);
    } catch {
      this.#memory.set(key, value);
    }
    this.#guard();
  }

  /** @param {string} key */
  #remove(key) {
    this.#memory.delete(key);
    try {
      localStorage.removeItem(key);
    } catch {
      // It was not there.
    }
    this.#guard();
  }

  /** What is not delivered and would be lost with this page keeps it, unless the visitor says otherwise. */
  #guard() {
    const atRisk = [...this.#memory.keys()].some((key) => key.startsWith(UNSENT));
    if (atRisk) addEventListener("beforeunload", ask);
    else removeEventListener("beforeunload", ask);
  }

  #keys() {
    try {
      return new Set([...Object.keys(localStorage), ...this.#memory.keys()]);
    } catch {
      return new Set(this.#memory.keys());
    }
  }
}

/**
 * Does something while no other tab does it. Where tabs cannot agree it is done all the same: the server knows a
 * message that it has.
 *
 * @template Done
 * @param {string} what
 * @param {() => Promise<Done>} work
 * @returns {Promise<Done>}
 */
export async function alone(what, work) {
  let begun = false;
  try {
    const signal = AbortSignal.timeout(LOCK_PATIENCE_MS);
    return await navigator.locks.request(`meridian.${what}`, { signal }, () => {
      begun = true;
      return work();
    });
  } catch (error) {
    // No locks on plain http, in a private frame, or none to be had in time.
    if (begun) throw error;
    return work();
  }
}

/** @param {Event} leaving */
function ask(leaving) {
  leaving.preventDefault();
}

/** @param {string | null} kept @returns {Ticket | null} */
function ticketIn(kept) {
  const { id, token, renewAt } = parsed(kept);
  return typeof id === "string" && typeof token === "string" ? { id, token, renewAt: Number(renewAt) || 0 } : null;
}

/** @param {string} key @param {string | null} kept @returns {Unsent | null} */
function unsentIn(key, kept) {
  const { text, choice, at } = parsed(kept);
  if (typeof text !== "string") return null;
  return { key, text, choice: typeof choice === "string" ? choice : null, at: Number(at) || 0 };
}

/** @param {string | null} kept @returns {Record<string, unknown>} */
function parsed(kept) {
  try {
    return Object(JSON.parse(kept ?? "null"));
  } catch {
    return {};
  }
}
