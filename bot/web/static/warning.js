/** @import {Message} from "./types.js" */

import { element, paragraphs } from "./dom.js";
import { CONTENT, words } from "./language.js";

/** The warning: a sign, one bold line, the number as a button, the rest of the text. */

const WARNINGS = ["emergency", "crisis", "urgent"];
const MOST_NUMBERS = 2;

/** @param {Message} message */
export function isWarning(message) {
  return message.author !== "visitor" && WARNINGS.includes(message.disposition ?? "");
}

/** @param {Message} message */
export function warning(message) {
  const [first = "", rest = ""] = firstSentence(message.text);
  const line = element("p", { class: "first" }, element("span", { lang: CONTENT }, first));
  line.prepend(sign());
  return element(
    "div",
    { class: "bubble" },
    line,
    element("div", { class: "numbers" }, ...numbers(message.text).map((number) => callButton(number, message.text))),
    ...(rest ? paragraphs(rest, { lang: CONTENT }) : []),
  );
}

/** @param {string} text */
function firstSentence(text) {
  return (/^(.+?[.!?])(?:\s+|$)(.*)$/s.exec(text) ?? [text, text, ""]).slice(1);
}

/**
 * The telephone numbers in the text. Warnings are fixed texts, and in them every number of three digits or more is one
 * to call.
 *
 * @param {string} text
 */
export function numbers(text) {
  const found = text.match(/(?<![\d.])\+?\d[\d -]*\d(?!\d|%)/g) ?? [];
  return [...new Set(found)].filter((number) => number.replace(/\D/g, "").length >= 3).slice(0, MOST_NUMBERS);
}

/**
 * The button that calls a number, with the name of who answers where the text has one: "Call Health Link on 811".
 *
 * @param {string} number
 * @param {string} text
 */
function callButton(number, text) {
  const href = `tel:${number.replace(/[^\d+]/g, "")}`;
  const name = text.split(number)[0]?.match(/\bCall ([A-Z][^.!?]*?)(?: on|:)\s$/)?.[1];
  const line = name ? element("span", { class: "line", lang: CONTENT }, name) : null;
  return element("a", { class: "button", href }, words.warning.call(number), line && " ", line);
}

function sign() {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "sign");
  svg.setAttribute("viewBox", "0 0 28 28");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", words.warning.sign);
  const path = document.createElementNS(svg.namespaceURI, "path");
  path.setAttribute("d", "M14 2 1 25h26zm-1.5 8h3l-.4 8h-2.2zm1.5 9.6a1.7 1.7 0 1 1 0 3.4 1.7 1.7 0 0 1 0-3.4z");
  path.setAttribute("fill-rule", "evenodd");
  svg.append(path);
  return svg;
}
