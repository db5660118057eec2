/** @import {Begun} from "./types.js" */

/** Which conversation this tab is in, and its token. Forgotten with the tab. */

const KEY = "meridian.conversation";

/** @typedef {{id: string, token: string}} Ticket */

export class Session {
  /** @type {Ticket | null} */
  #ticket = null;

  constructor() {
    try {
      const kept = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
      if (typeof kept?.id === "string" && typeof kept?.token === "string") this.#ticket = kept;
    } catch {
      // Storage is switched off or holds something else: the chat lasts until the page is left.
    }
  }

  get ticket() {
    return this.#ticket;
  }

  /** @param {Ticket | Begun} ticket */
  keep({ id, token }) {
    this.#ticket = { id, token };
    try {
      sessionStorage.setItem(KEY, JSON.stringify(this.#ticket));
    } catch {
      // As above.
    }
  }

  forget() {
    this.#ticket = null;
    try {
      sessionStorage.removeItem(KEY);
    } catch {
      // As above.
    }
  }
}
