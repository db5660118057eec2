import { element, framed, named, worded } from "./dom.js";
import { CONTENT, follow, words } from "./language.js";

/** The chat's own furniture around the messages, in the language of the interface. The page gives only its place. */

/**
 * What the page says about the chat, as attributes of its place.
 *
 * @typedef {object} Place
 * @property {string} clinic its name
 * @property {string} emergency the number to call, or ""
 * @property {string} question what already stands in the input
 * @property {string[]} suggestions first questions
 */

/**
 * @param {HTMLElement} root
 * @param {Place} place
 */
export function furnish(root, place) {
  follow(() => {
    root.lang = words.language;
  });
  root.replaceChildren(
    head(place.clinic),
    thread(place.suggestions),
    composer(place.question),
    privacy(place.emergency),
    element("div", { class: "unseen", "data-part": "voice", "aria-live": "polite" }),
  );
}

/** @param {string} clinic */
function head(clinic) {
  return element(
    "header",
    { class: "chat-head" },
    element("h2", { id: "chat-title" }, worded("span", { class: "unseen" }, () => words.head.chatWith), clinic),
    worded("p", {}, () => words.head.motto),
    element(
      "details",
      { class: "menu", "data-part": "menu" },
      worded("summary", {}, () => words.head.menu),
    ),
  );
}

/** @param {string[]} suggestions */
function thread(suggestions) {
  const log = element("div", { class: "log", "data-part": "log", role: "log", "aria-live": "off" });
  const shown = element("div", {
    class: "thread",
    "data-part": "thread",
    role: "group",
    tabindex: "-1",
    "aria-describedby": "chat-keys",
  });
  shown.append(
    worded("p", { class: "unseen", id: "chat-keys" }, () => words.thread.keys(framed)),
    named(log, () => words.thread.log),
    worded("p", { class: "typing", "data-part": "typing", hidden: true }, () => words.thread.typing),
    firstQuestions(suggestions),
    worded("button", { class: "newer", type: "button", "data-part": "newer", hidden: true }, () => words.thread.newer),
  );
  return named(shown, () => words.thread.label);
}

/** @param {string[]} suggestions */
function firstQuestions(suggestions) {
  const group = element("div", {
    class: "choices suggestions",
    "data-part": "suggestions",
    role: "group",
    hidden: suggestions.length === 0,
  });
  group.append(...suggestions.map((ask) => element("button", { type: "button", lang: CONTENT }, ask)));
  return named(group, () => words.thread.firstQuestions);
}

/** @param {string} question */
function composer(question) {
  const input = element("textarea", {
    id: "question",
    "data-part": "question",
    rows: "1",
    enterkeyhint: "send",
    autocomplete: "off",
    "aria-describedby": "question-count privacy",
  });
  input.value = question;
  return element(
    "form",
    { class: "composer", "data-part": "composer" },
    element(
      "div",
      { class: "composer-top" },
      worded("label", { for: "question" }, () => words.composer.label),
      worded("button", { class: "person", type: "button", "data-part": "person" }, () => words.composer.person),
    ),
    element(
      "div",
      { class: "composer-row" },
      input,
      worded("button", { class: "send", type: "submit" }, () => words.composer.send),
    ),
    element("p", { class: "count", id: "question-count", "data-part": "count", hidden: true }),
  );
}

/** @param {string} emergency */
function privacy(emergency) {
  return element(
    "div",
    { class: "privacy" },
    worded("p", { id: "privacy" }, () => words.privacy.line(words.emergency(emergency))),
    worded("button", { class: "link", type: "button", "data-part": "privacy" }, () => words.privacy.title),
  );
}
