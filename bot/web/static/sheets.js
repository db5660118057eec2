import { element, framed, worded } from "./dom.js";
import { follow, words } from "./language.js";

/** What opens over the page: how data is used, the keys, and whether the chat is really to be deleted. */

/**
 * @param {object} place
 * @param {string} place.consent version of the words about privacy
 * @param {string} place.days how long this browser remembers the chat
 */
export function sheets(place) {
  return [privacySheet(place), keysSheet(), confirmation()];
}

/** @param {Parameters<typeof sheets>[0]} place */
function privacySheet({ consent, days }) {
  const text = element("div", { class: "sheet-text" });
  follow(() => {
    const { text: paragraphs, version } = words.privacySheet;
    const all = [...paragraphs(days), ...(consent ? [version(consent)] : [])];
    text.replaceChildren(...all.map((paragraph) => element("p", {}, paragraph)));
  });
  return sheet("privacy", () => words.privacy.title, text);
}

function keysSheet() {
  const list = element("dl");
  follow(() => {
    list.replaceChildren(
      ...words.keys.list(framed).map(([key = "", does = ""]) =>
        element("div", {}, element("dt", {}, key), element("dd", {}, does)),
      ),
    );
  });
  const screenReader = worded("p", {}, () => words.keys.screenReader);
  return sheet("keys", () => words.keys.title, list, screenReader);
}

function confirmation() {
  return sheet(
    "confirm",
    () => words.erase.title,
    worded("p", { id: "confirm-text" }, () => words.erase.text),
    element(
      "div",
      { class: "sheet-buttons" },
      worded("button", { value: "keep" }, () => words.erase.keep),
      worded("button", { value: "erase", class: "grave" }, () => words.erase.erase),
    ),
  );
}

/**
 * Something to read or to decide, over the page; without buttons of its own it has one that closes it.
 *
 * @param {string} name
 * @param {() => string} title
 * @param {...HTMLElement} content
 */
function sheet(name, title, ...content) {
  // What is to be read is read from its beginning; where something is lost, what keeps it has the focus.
  const decides = content.some((each) => each.matches(".sheet-buttons"));
  const close = () => element("div", { class: "sheet-buttons" }, worded("button", {}, () => words.close));
  return element(
    "dialog",
    { class: "sheet", "data-part": `${name}-sheet`, "aria-labelledby": `${name}-title` },
    element(
      "form",
      { method: "dialog" },
      worded("h3", { id: `${name}-title`, ...(decides ? {} : { tabindex: "-1" }) }, title),
      ...content,
      decides ? null : close(),
    ),
  );
}
