/**
 * @import {Tell} from "./answer.js"
 * @import {Api} from "./api.js"
 * @import {Entry} from "./transcript.js"
 * @import {Message} from "./types.js"
 * @import {Said} from "./voice.js"
 */

import { extras, help } from "./answer.js";
import { button, element, paragraphs } from "./dom.js";
import { CONTENT, words } from "./language.js";
import { fetched } from "./wanted.js";
import { isWarning, warning } from "./warning.js";
import { time } from "./words.js";

/** One message as it stands in the log, and as it is heard. */

/**
 * What a visitor can do with a message.
 *
 * @typedef {object} Actions
 * @property {(entry: Entry) => void} retry
 * @property {(message: Message, ...verdict: Parameters<Tell>) => ReturnType<Tell>} tell
 * @property {<Done>(act: (api: Api) => Promise<Done>) => Promise<{done: Done} | null>} attempt asks the server; null where
 *   it failed, which the visitor is told
 * @property {(text: string, event: Event) => void} post says something for the visitor, who has pressed a button
 * @property {(messages: Message[]) => void} show takes in what has come, and brings the latest into view
 * @property {string} phone the clinic's, or ""
 * @property {(text: string) => void} say
 */

/**
 * @param {Message} message
 * @param {Actions} actions
 * @returns {HTMLElement}
 */
export function messageElement(message, actions) {
  const { author, answer, disposition, form, created_at } = message;
  const warns = isWarning(message);
  const kind = warns ? `bot warning ${message.disposition}` : author;
  return article(
    kind,
    `${speaker(message)}, ${time(created_at)}`,
    warns ? warning(message) : bubble(message),
    answer && help(answer),
    answer && extras(message, answer, { tell: (...verdict) => actions.tell(message, ...verdict), say: actions.say }),
    actions.phone && (disposition === "unavailable" || (form && !fetched())) ? call(actions.phone) : null,
    fetched()?.under(message, actions) ?? null,
  );
}

/** Where the assistant cannot answer, or the form was not to be had, people may. @param {string} phone */
function call(phone) {
  return element("a", { class: "or-call", href: `tel:${phone.replaceAll(" ", "")}` }, words.warning.call(phone));
}

/** The greeting, which is there before any conversation. @param {string[]} said */
export function greetingElement(said) {
  const text = said.map((paragraph) => element("p", {}, paragraph));
  return article("bot greeting", words.speakers.bot, element("div", { class: "bubble" }, ...text));
}

let articles = 0;

/**
 * @param {string} kind
 * @param {string} title who says it, and when
 * @param {...(Node | null)} children
 */
function article(kind, title, ...children) {
  articles += 1;
  const heading = element("h3", { class: "unseen", id: `said-${articles}` }, title);
  const attributes = { class: `message ${kind}`, "aria-labelledby": heading.id, tabindex: "-1" };
  return element("article", attributes, heading, ...children);
}

/** @param {Message} message */
function bubble({ author, answer, text }) {
  return element(
    "div",
    { class: "bubble" },
    author === "staff" ? element("p", { class: "from", "aria-hidden": "true" }, words.speakers.staff) : null,
    answer && element("p", { class: "title", lang: CONTENT }, answer.title),
    ...paragraphs(text, author === "visitor" ? {} : { lang: CONTENT }),
  );
}

/** @param {Message} message */
function speaker(message) {
  return words.speakers[isWarning(message) ? "warning" : message.author];
}

/**
 * A message for the ear: who, what, and what can be done with it.
 *
 * @param {Message} message
 * @returns {(Said | null)[]}
 */
export function heard(message) {
  const { author, answer, text, quick_replies: choices, form } = message;
  return [
    { text: speaker(message) + words.join },
    answer && { text: `${answer.title}.`, lang: CONTENT },
    author === "visitor" ? { text } : { text, lang: CONTENT },
    choices.length > 0 ? { text: words.heard.choices(choices.length) } : null,
    form === "callback" || form === "booking_details" ? { text: words.heard.form } : null,
  ];
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
    const retry = button(words.state.failed, () => actions.retry(entry));
    shown.append(element("p", { class: "failed" }, retry));
    return;
  }
  const { offline, sending, slowed } = words.state;
  const state = { offline, sending, slowed, sent: time(entry.message.created_at) }[entry.state];
  shown.append(element("p", { class: "state" }, state));
}
