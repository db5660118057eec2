/**
 * @import {Actions} from "./message.js"
 * @import {Entry} from "./transcript.js"
 * @import {Message, QuickReply} from "./types.js"
 */

import { button, element, part } from "./dom.js";
import { messageElement, showState } from "./message.js";

/** The transcript on the page: places messages, offers quick replies, keeps the newest in view, leaves notes. */

const NEAR_BOTTOM_PX = 80;
const MARGIN_PX = 16;
// Long enough for a screen reader to have passed over what was put in silently.
const SILENCE_MS = 500;

/**
 * @typedef {Actions & {choose: (choice: QuickReply, event: Event) => void, entries: () => Entry[]}} LogActions
 *
 * @typedef {object} Note
 * @property {string} kind a second note of a kind takes the place of the first
 * @property {boolean} [caution]
 * @property {{title: string, press: () => void}} [action]
 */

export class Log {
  #actions;
  #log;
  #thread;
  #newer;
  #typing;
  /** @type {Map<Entry, HTMLElement>} */
  #shown = new Map();
  /** The quick replies on offer and whose they are. @type {{entry: Entry, group: HTMLElement} | null} */
  #offer = null;
  /**
   * The latest message. Replies to one question are read from their first: a warning stands before an answer.
   *
   * @type {{question: string | null, first: HTMLElement, follow: boolean} | null}
   */
  #arrival = null;
  /** The visitor asked for the next reply outside the messages. */
  #expected = false;

  /**
   * @param {HTMLElement} root
   * @param {LogActions} actions
   */
  constructor(root, actions) {
    this.#actions = actions;
    this.#log = part(root, "log", HTMLElement);
    this.#thread = part(root, "thread", HTMLElement);
    this.#newer = part(root, "newer", HTMLButtonElement);
    this.#typing = part(root, "typing", HTMLElement);
    this.#newer.addEventListener("click", () => {
      this.#show(/** @type {HTMLElement} */ (this.#log.lastElementChild));
      this.#thread.focus({ preventScroll: true });
    });
    this.#thread.addEventListener(
      "scroll",
      () => {
        const last = this.#log.lastElementChild;
        if (last && this.#inView(last)) this.#newer.hidden = true;
      },
      { passive: true },
    );
  }

  /** Puts an entry where it belongs, or shows what has changed about it. @param {Entry} entry */
  place(entry) {
    const { author, form, in_reply_to: question } = entry.message;
    const known = this.#shown.get(entry);
    if (!known && form) this.#foldForms();
    const shown = known ?? messageElement(entry.message, this.#actions);
    const follow = author === "visitor" || this.#expected || this.#nearBottom();
    this.#shown.set(entry, shown);
    this.#insert(entry, shown);
    showState(shown, entry, this.#actions);
    this.#offerChoices();
    if (known) return;
    this.#expected = false;
    if (question === null || question !== this.#arrival?.question) this.#arrival = { question, first: shown, follow };
    if (this.#arrival.follow) this.#show(this.#arrival.first);
    this.#newer.hidden = this.#inView(shown);
  }

  /** @param {Entry} entry */
  remove(entry) {
    this.#shown.get(entry)?.remove();
    this.#shown.delete(entry);
    this.#offerChoices();
  }

  /** A message outside the record: the warning that a refused message still gets. @param {Message} message */
  interject(message) {
    const shown = messageElement(message, this.#actions);
    this.#log.append(shown);
    this.#show(shown);
  }

  /**
   * Says something about the chat itself, among the messages: one voice for those who listen.
   *
   * @param {string} text
   * @param {Note} note
   */
  note(text, { kind, caution = false, action }) {
    this.drop(kind);
    const acts = action ? button(action.title, action.press) : null;
    const attributes = { class: caution ? "note caution" : "note", "data-kind": kind };
    const shown = element("div", attributes, element("span", {}, text), acts);
    this.#log.append(shown);
    this.#show(shown);
  }

  /** The next reply is wanted in view, however far up the visitor reads. */
  expect() {
    this.#expected = true;
  }

  /** Shows that somebody is at work on a reply, or no longer. @param {boolean} on */
  typing(on) {
    const follow = this.#nearBottom();
    this.#typing.hidden = !on;
    if (on && follow) this.#thread.scrollTop = this.#thread.scrollHeight;
  }

  /** @param {...string} kinds */
  drop(...kinds) {
    for (const kind of kinds) this.#log.querySelector(`.note[data-kind="${kind}"]`)?.remove();
  }

  /** Removes everything. */
  clear() {
    this.#log.replaceChildren();
    this.#shown.clear();
    this.#offer = null;
    this.#arrival = null;
    this.#newer.hidden = true;
  }

  /**
   * Puts in messages that were read before: they are not read out, and the latest is in view.
   *
   * @param {() => void} put
   */
  silently(put) {
    this.#log.ariaLive = "off";
    put();
    if (this.#log.lastElementChild?.querySelector(".callback") === null) this.#foldForms();
    if (this.#arrival) this.#show(this.#arrival.first);
    setTimeout(() => {
      this.#log.ariaLive = "polite";
    }, SILENCE_MS);
  }

  /**
   * @param {Entry} entry
   * @param {HTMLElement} shown
   */
  #insert(entry, shown) {
    const entries = this.#actions.entries();
    const index = entries.indexOf(entry);
    const before = entries.slice(0, index).findLast((other) => this.#shown.has(other));
    const after = entries.slice(index + 1).find((other) => this.#shown.has(other));
    const previous = before && this.#shown.get(before);
    const next = after && this.#shown.get(after);
    const stands = shown.isConnected && (!previous || precedes(previous, shown)) && (!next || precedes(shown, next));
    if (stands) return;
    if (next) next.before(shown);
    else this.#log.append(shown);
  }

  /** Quick replies stand under the last message only. */
  #offerChoices() {
    const last = this.#actions.entries().at(-1);
    if (this.#offer?.entry === last) return;
    const old = this.#offer;
    this.#offer = null;
    if (old) this.#withdraw(old.group);
    const shown = last && this.#shown.get(last);
    if (!shown || last.message.author === "visitor" || last.message.quick_replies.length === 0) return;
    const group = element("div", { class: "choices", role: "group", "aria-label": "Suggested replies" });
    for (const choice of last.message.quick_replies) {
      const offered = button(choice.title, () => {});
      offered.addEventListener("click", (event) => this.#actions.choose(choice, event));
      group.append(offered);
    }
    shown.append(group);
    this.#offer = { entry: last, group };
  }

  /**
   * Takes quick replies away; while the visitor's focus is among them, not before it has moved on.
   *
   * @param {HTMLElement} group
   */
  #withdraw(group) {
    if (!group.contains(document.activeElement)) return group.remove();
    group.addEventListener("focusout", ({ relatedTarget }) => {
      if (!(relatedTarget instanceof Node && group.contains(relatedTarget))) group.remove();
    });
  }

  /** @param {Element} shown */
  #inView(shown) {
    return shown.getBoundingClientRect().top < this.#thread.getBoundingClientRect().bottom;
  }

  /** Earlier forms make room; what is written in them stays. */
  #foldForms() {
    for (const form of this.#log.querySelectorAll("details.callback")) form.removeAttribute("open");
  }

  #nearBottom() {
    const { scrollHeight, scrollTop, clientHeight } = this.#thread;
    return scrollHeight - scrollTop - clientHeight < NEAR_BOTTOM_PX;
  }

  /** Scrolls to the end, but never past the beginning of what is new. @param {HTMLElement} shown */
  #show(shown) {
    const top = shown.getBoundingClientRect().top - this.#thread.getBoundingClientRect().top + this.#thread.scrollTop;
    this.#thread.scrollTop = Math.min(top - MARGIN_PX, this.#thread.scrollHeight);
    this.#newer.hidden = true;
  }
}

/**
 * @param {Node} one
 * @param {Node} other
 */
function precedes(one, other) {
  return Boolean(one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING);
}
