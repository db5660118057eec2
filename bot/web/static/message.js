/**
 * @import {Tell} from "./answer.js"
 * @import {Entry} from "./transcript.js"
 * @import {Callback, FieldError, Message} from "./types.js"
 */

import { extras, help } from "./answer.js";
import { callback } from "./callback.js";
import { button, element, paragraphs } from "./dom.js";
import { isWarning, warning } from "./warning.js";
import { time } from "./words.js";

/** One message as it stands in the log. */

const SPEAKERS = { visitor: "You", bot: "Assistant", staff: "From the clinic", system: "Notice" };

/**
 * What a visitor can do with a message.
 *
 * @typedef {object} Actions
 * @property {(entry: Entry) => void} retry
 * @property {(message: Message, ...verdict: Parameters<Tell>) => ReturnType<Tell>} tell
 * @property {(details: Callback) => Promise<FieldError[] | null>} callBack
 */

/**
 * @param {Message} message
 * @param {Actions} actions
 * @returns {HTMLElement}
 */
export function messageElement(message, actions) {
  const { author, answer, form } = message;
  const warns = isWarning(message);
  const kind = warns ? `bot warning ${message.disposition}` : author;
  return element(
    "div",
    { class: `message ${kind}` },
    element("h3", { class: "unseen" }, warns ? "Warning" : SPEAKERS[author]),
    warns ? warning(message) : bubble(message),
    answer && help(answer),
    answer && extras(message, answer, (...verdict) => actions.tell(message, ...verdict)),
    form === "callback" ? callback(message.id, actions.callBack) : null,
  );
}

/** @param {Message} message */
function bubble({ author, answer, text }) {
  return element(
    "div",
    { class: "bubble" },
    author === "staff" ? element("p", { class: "from", "aria-hidden": "true" }, SPEAKERS.staff) : null,
    answer && element("p", { class: "title" }, answer.title),
    ...paragraphs(text),
  );
}

/**
 * Shows under a visitor's message how far it has come.
 *
 * @param {HTMLElement} shown
 * @param {Entry} entry
 * @param {Actions} actions
 */
export function showState(shown, entry, actions) {
  if (entry.message.author !== "visitor") return;
  shown.querySelector(".state, .failed")?.remove();
  if (entry.state === "failed") {
    const retry = button("Not sent: try again", () => actions.retry(entry));
    shown.append(element("p", { class: "failed" }, retry));
  } else if (entry.state === "offline") {
    shown.append(element("p", { class: "state" }, "Waits until you are online again"));
  } else {
    const words = entry.state === "sending" ? "Sending…" : time(entry.message.created_at);
    shown.append(element("p", { class: "state", "aria-live": "off" }, words));
  }
}
