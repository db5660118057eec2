/**
 * @import {Actions} from "./message.js"
 * @import {Entry} from "./transcript.js"
 * @import {QuickReply} from "./types.js"
 */

import { button, element, part } from "./dom.js";
import { CONTENT, follow, words } from "./language.js";
import { greetingElement, heard, messageElement, showState } from "./message.js";
import { rove } from "./roving.js";
import { Voice } from "./voice.js";
import { isWarning } from "./warning.js";
import { dayOf } from "./words.js";

/** The transcript on the page: places messages, offers quick replies, keeps the newest in view, leaves notes. */

const NEAR_BOTTOM_PX = 80;
const MARGIN_PX = 16;

/**
 * @typedef {object} LogOnly
 * @property {(choice: QuickReply, event: Event) => void} choose
 * @property {() => Entry[]} entries
 * @property {() => string[]} greeting paragraphs
 *
 * @typedef {Omit<Actions, "say"> & LogOnly} LogActions
 *
 * @typedef {object} Note
 * @property {string} kind a second note of a kind takes the place of the first
 * @property {() => string} text in the language that is spoken when it is asked
 * @property {boolean} [caution]
 * @property {(() => void) | undefined} [again] offers to try again
 */

export class Log {
  /** @type {LogActions & Actions} */
  #actions;
  #root;
  #voice;
  #roved;
  #log;
  #thread;
  #newer;
  #typing;
  /** @type {Map<Entry, HTMLElement>} */
  #shown = new Map();
  /** @type {HTMLElement | null} */
  #greeting = null;
  /** Where each day begins. @type {Map<string, HTMLElement>} */
  #days = new Map();
  /** @type {Map<string, {note: Note, shown: HTMLElement}>} */
  #notes = new Map();
  /** What is put in now was read before. */
  #silent = false;
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
    this.#root = root;
    this.#voice = new Voice(root);
    this.#actions = { ...actions, say: (text) => this.#voice.say({ text }) };
    this.#log = part(root, "log", HTMLElement);
    this.#thread = part(root, "thread", HTMLElement);
    this.#newer = part(root, "newer", HTMLButtonElement);
    this.#typing = part(root, "typing", HTMLElement);
    this.#roved = rove(this.#thread, this.#log);
    follow(() => this.retell());
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
    if (!known && this.#greets(entry)) return;
    if (!known && form) this.#foldForms();
    const shown = known ?? messageElement(entry.message, this.#actions);
    // A warning is seen, wherever the visitor reads or writes.
    const follow = author === "visitor" || isWarning(entry.message) || this.#expected || this.#nearBottom();
    this.#shown.set(entry, shown);
    this.#insert(entry, shown);
    showState(shown, entry, this.#actions);
    this.#offerChoices();
    if (!this.#silent) this.#tell(entry, !known);
    if (known) return;
    this.#separate(entry, shown);
    this.#roved();
    this.#expected = false;
    const before = this.#arrival;
    const same = question === before?.question;
    // A warning stays in view behind which something else is said, but for another warning.
    const warned = before?.first.matches(".warning") && (same || !isWarning(entry.message));
    const goesOn = author === "bot" && (warned || (same && question));
    const arrival = before && goesOn ? before : { question, first: shown, follow };
    this.#arrival = arrival;
    if (arrival.follow) this.#show(arrival.first);
    this.#newer.hidden = this.#inView(shown);
  }

  /** @param {Entry} entry */
  remove(entry) {
    this.#shown.get(entry)?.remove();
    this.#shown.delete(entry);
    this.#offerChoices();
    this.#roved();
  }

  /** Says something about the chat itself, among the messages. @param {Note} note */
  note(note) {
    this.drop(note.kind);
    const shown = noteElement(note);
    this.#notes.set(note.kind, { note, shown });
    this.#log.append(shown);
    this.#show(shown);
    this.say(note.text());
  }

  /** Tells those who listen. @param {string} text */
  say(text) {
    this.#voice.say({ text });
  }

  /** The next reply is wanted in view, however far up the visitor reads. */
  expect() {
    this.#expected = true;
  }

  /** Brings what came last into view, where something else has moved it away. */
  reveal() {
    if (this.#arrival) this.#show(this.#arrival.first);
  }

  /** Shows that somebody is at work on a reply, or no longer. @param {boolean} on */
  typing(on) {
    const follow = this.#nearBottom();
    this.#typing.hidden = !on;
    if (on && follow) this.#thread.scrollTop = this.#thread.scrollHeight;
  }

  /** @param {...string} kinds */
  drop(...kinds) {
    for (const kind of kinds) {
      this.#notes.get(kind)?.shown.remove();
      this.#notes.delete(kind);
    }
  }

  /** Removes everything but the greeting. */
  clear() {
    this.#log.replaceChildren();
    this.#shown.clear();
    this.#days.clear();
    this.#notes.clear();
    this.#greeting = null;
    this.retell();
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
    this.#silent = true;
    put();
    if (this.#log.lastElementChild?.querySelector(".callback") === null) this.#foldForms();
    this.reveal();
    this.#silent = false;
  }

  /** Says everything in the language that is spoken now. What is unfolded stays so. */
  retell() {
    const greeting = greetingElement(this.#actions.greeting());
    if (this.#greeting) this.#greeting.replaceWith(greeting);
    else this.#log.prepend(greeting);
    for (const [entry, old] of this.#shown) {
      if (old === this.#greeting) {
        this.#shown.set(entry, greeting);
        continue;
      }
      const fresh = messageElement(entry.message, this.#actions);
      const unfolded = [...old.querySelectorAll("details")].map(({ open }) => open);
      for (const [at, details] of fresh.querySelectorAll("details").entries()) {
        details.open = unfolded[at] ?? details.open;
      }
      showState(fresh, entry, this.#actions);
      old.replaceWith(fresh);
      this.#shown.set(entry, fresh);
      if (this.#arrival?.first === old) this.#arrival.first = fresh;
    }
    this.#greeting = greeting;
    this.#nameDays();
    for (const told of this.#notes.values()) {
      const fresh = noteElement(told.note);
      told.shown.replaceWith(fresh);
      told.shown = fresh;
    }
    this.#offer = null;
    this.#offerChoices();
    this.#roved();
  }

  /**
   * Whether this is the greeting in the record: it stands there already.
   *
   * @param {Entry} entry
   */
  #greets(entry) {
    const { author, seq } = entry.message;
    if (author !== "bot" || seq !== 1 || !this.#greeting) return false;
    this.#shown.set(entry, this.#greeting);
    return true;
  }

  /**
   * Reads out what is new, and what the visitor's own message has come to.
   *
   * @param {Entry} entry
   * @param {boolean} isNew
   */
  #tell({ message, state }, isNew) {
    if (isNew) this.#voice.say(...heard(message));
    if (state === "failed" || state === "offline") this.#voice.say({ text: words.state[state] });
  }

  /**
   * Puts the day before its first message.
   *
   * @param {Entry} entry
   * @param {HTMLElement} shown
   */
  #separate({ message }, shown) {
    const day = new Date(message.created_at).toDateString();
    const known = this.#days.get(day);
    if (known && precedes(known, shown)) return;
    const separator = known ?? element("p", { class: "day" });
    this.#days.set(day, separator);
    shown.before(separator);
    this.#nameDays();
  }

  /** What was today is yesterday once there is another day. */
  #nameDays() {
    for (const [day, shown] of this.#days) shown.textContent = dayOf(day);
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
    const group = element("div", { class: "choices", role: "group", "aria-label": words.thread.suggestedReplies });
    for (const choice of last.message.quick_replies) {
      const offered = button(choice.title, () => {}, { lang: CONTENT });
      offered.addEventListener("click", (event) => this.#actions.choose(choice, event));
      group.append(offered);
    }
    // Before what picks from all that there is, if anything does.
    shown.insertBefore(group, shown.querySelector(".picker"));
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
    // On a small screen the page itself may have gone past the top of the thread. Who reads elsewhere is left there.
    const above = shown.getBoundingClientRect().top - MARGIN_PX;
    if (above < 0 && this.#root.contains(document.activeElement) && !this.#silent) scrollBy({ top: above });
  }
}

/** @param {Note} note */
function noteElement({ text, caution = false, again }) {
  const acts = again ? button(words.notes.again, again) : null;
  return element("div", { class: caution ? "note caution" : "note" }, element("span", {}, text()), acts);
}

/**
 * @param {Node} one
 * @param {Node} other
 */
function precedes(one, other) {
  return Boolean(one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING);
}
