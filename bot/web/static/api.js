/**
 * @import {Kept} from "./copy.js"
 * @import {Session} from "./session.js"
 * @import {Begun, Message, ProblemDocument, Renewed} from "./types.js"
 */

import { framed } from "./dom.js";
import { alone } from "./session.js";

/** The visitor API. Renews the token by itself: in time, and once a call where that was not possible. */

// Longer than the server waits for its replies (6 s), shorter than patience.
const PATIENCE_MS = 15_000;
const LOOK_EVERY_MS = 60_000;

/** The server refused, and says why in words for the visitor. */
export class Problem extends Error {
  /**
   * @param {number} status
   * @param {ProblemDocument} document
   */
  constructor(status, document) {
    const errors = document.errors ?? [];
    // The detail names the fields as the API does; their messages alone are for people.
    const words = errors.map(({ message }) => message).join(" ") || document.detail || document.title;
    super(words || "That did not work. Please try again.");
    this.status = status;
    this.retryAfter = document.retry_after ?? null;
    this.errors = errors;
    this.reply = document.reply ?? null;
  }
}

/** No answer, or none of use: the same call may work in a moment. */
export class Unreachable extends Error {
  constructor() {
    super("The clinic's server cannot be reached at the moment.");
  }
}

/** The conversation is no longer there, or this tab may no longer read it. */
export class ConversationLost extends Error {
  constructor() {
    super("This chat has ended.");
  }
}

export class Api {
  #base;
  #session;
  /** @type {Promise<void> | null} */
  #renewal = null;

  /**
   * @param {string} base such as `/api/v1`
   * @param {Session} session
   */
  constructor(base, session) {
    this.#base = base;
    this.#session = session;
    // Where it fails, the next call says so.
    setInterval(() => this.#due() && this.renew().catch(() => {}), LOOK_EVERY_MS);
  }

  /**
   * Begins a conversation and keeps its token, or joins the one that another tab has begun at the same moment.
   *
   * @param {string} consentVersion
   * @returns {Promise<Message[]>} the greeting, or all that was said
   */
  begin(consentVersion) {
    return alone("begin", async () =>
      this.#session.adopt() ? (await this.after(0)).messages : await this.#begin(consentVersion),
    );
  }

  /** @param {string} consentVersion */
  async #begin(consentVersion) {
    // The address without its query: that is nobody's business. In a frame it is the frame's own, and says nothing.
    const pageUrl = framed ? undefined : `${location.origin}${location.pathname}`.slice(0, 500);
    const begun = /** @type {Begun} */ (
      await this.#fetch("POST", "/conversations", null, { consent_version: consentVersion, page_url: pageUrl })
    );
    this.#session.keep(begun);
    return begun.messages;
  }

  /**
   * @param {{client_message_id: string} & ({text: string} | {choice: string})} message
   * @returns {Promise<{message: Message, replies: Message[]}>}
   */
  send(message) {
    return this.call("POST", "/messages", message);
  }

  /**
   * @param {number} seq
   * @returns {Promise<{messages: Message[]}>}
   */
  after(seq) {
    return this.call("GET", `/messages?after=${seq}`);
  }

  /**
   * @param {string} messageId
   * @param {boolean} helpful
   * @param {string} [reason]
   * @returns {Promise<void>}
   */
  feedback(messageId, helpful, reason) {
    return this.call("POST", "/feedback", { message_id: messageId, helpful, reason });
  }

  /** @returns {Promise<{replies: Message[]}>} */
  handoff() {
    return this.call("POST", "/handoff");
  }

  /** @returns {Promise<Kept>} all that is kept of this conversation */
  export() {
    return this.call("GET", "/export");
  }

  /** @returns {Promise<void>} */
  erase() {
    return this.call("DELETE", "");
  }

  /** Where the stream is, and the token for its first frame. */
  stream() {
    const { id, token } = this.#ticket();
    const url = new URL(`${this.#base}/conversations/${id}/stream`, location.href);
    url.protocol = url.protocol.replace("http", "ws");
    return { url: url.href, token };
  }

  /**
   * Gets a new token for the old one. Calls that come together share one renewal.
   *
   * @returns {Promise<void>}
   */
  renew() {
    this.#renewal ??= this.#renew().finally(() => {
      this.#renewal = null;
    });
    return this.#renewal;
  }

  #due() {
    const { ticket } = this.#session;
    return ticket !== null && Date.now() >= ticket.renewAt;
  }

  async #renew() {
    const { id, token } = this.#ticket();
    try {
      const renewed = /** @type {Renewed} */ (await this.#fetch("POST", `/conversations/${id}/token`, token));
      // Deleted, or left for another, meanwhile.
      if (this.#session.ticket?.id === id) this.#session.keep({ id, ...renewed });
    } catch (error) {
      throw isRefusal(error, 401, 403, 404) ? new ConversationLost() : error;
    }
  }

  /**
   * A call in the name of the conversation.
   *
   * @param {string} method
   * @param {string} path within the API where it begins with a word, else within the conversation
   * @param {object} [body]
   * @returns {Promise<any>}
   */
  async call(method, path, body) {
    const { id } = this.#ticket();
    try {
      return await this.#within(id, method, path, body);
    } catch (error) {
      if (isRefusal(error, 401)) {
        await this.renew();
        return this.#within(id, method, path, body);
      }
      if (isRefusal(error, 404) && !(await this.#exists(id))) throw new ConversationLost();
      throw error;
    }
  }

  /**
   * @param {string} conversation nothing meant for one is said in another
   * @param {string} method
   * @param {string} path
   * @param {object} [body]
   */
  #within(conversation, method, path, body) {
    const { id, token } = this.#ticket();
    if (id !== conversation) throw new ConversationLost();
    return this.#fetch(method, /^\w/.test(path) ? `/${path}` : `/conversations/${id}${path}`, token, body);
  }

  /** Whether a 404 was about something in the conversation, not the conversation itself. @param {string} id */
  async #exists(id) {
    try {
      await this.#within(id, "GET", `/messages?after=${2_147_483_647}`);
      return true;
    } catch (error) {
      return !(error instanceof ConversationLost || isRefusal(error, 404));
    }
  }

  #ticket() {
    const { ticket } = this.#session;
    if (ticket === null) throw new ConversationLost();
    return ticket;
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {string | null} token
   * @param {object} [body]
   * @returns {Promise<unknown>} what the server said, or undefined
   * @throws {Problem | Unreachable}
   */
  async #fetch(method, path, token, body) {
    /** @type {Record<string, string>} */
    const headers = { Accept: "application/json, application/problem+json" };
    if (token !== null) headers.Authorization = `Bearer ${token}`;
    if (body !== undefined) headers["Content-Type"] = "application/json";
    let response;
    let said;
    try {
      response = await fetch(this.#base + path, {
        method,
        headers,
        body: body === undefined ? null : JSON.stringify(body),
        cache: "no-store",
        credentials: "omit",
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      said = await response.text();
    } catch {
      throw new Unreachable();
    }
    if (response.status >= 500) throw new Unreachable();
    if (response.ok) {
      try {
        return said === "" ? undefined : JSON.parse(said);
      } catch {
        throw new Unreachable();
      }
    }
    // A refusal that is not in our server's words is a proxy's, or a hotel's: it says nothing of the message.
    if (!response.headers.get("Content-Type")?.includes("json")) throw new Unreachable();
    throw new Problem(response.status, problemIn(said));
  }
}

/**
 * @param {unknown} error
 * @param {...number} statuses
 */
function isRefusal(error, ...statuses) {
  return error instanceof Problem && statuses.includes(error.status);
}

/**
 * @param {string} said
 * @returns {ProblemDocument}
 */
function problemIn(said) {
  try {
    return Object(JSON.parse(said));
  } catch {
    return {};
  }
}
