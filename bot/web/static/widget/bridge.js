import { button, named, part } from "../dom.js";
import { tell, when } from "../happenings.js";
import { words } from "../language.js";

/**
 * The frame's side of the line to the page around it. It listens to one greeting, from the page that frames it and only
 * when the settings name that page; from then on to the channel that came with it. It tells that something happened,
 * never what was written.
 */

const MOST_TEXT = 1_000;
const MOST_GREETING = 300;
const DARK = matchMedia("(prefers-color-scheme: dark)");
const COLOUR = /^#[0-9a-f]{6}$/;
const SIGNS_OF_A_PERSON = ["handoff"];

const html = document.documentElement;
const chat = /** @type {HTMLElement} */ (document.querySelector("#chat"));
const sites = [location.origin, ...(document.body.dataset.sites ?? "").split(" ")];

/** @type {MessagePort | null} */
let port = null;
let open = false;
let joined = false;
let unread = 0;
let theme = "auto";
/** @type {Record<string, unknown>} */
let shades = {};

addEventListener("message", ({ source, origin, data, ports: [line] }) => {
  const known = source === parent && parent !== window && sites.includes(origin);
  if (!known || port || !line || data?.type !== "meridian:hello") return;
  port = line;
  line.onmessage = ({ data: wanted }) => obey(Object(wanted));
  look(Object(data));
  greet(data.greeting);
  leave();
  line.postMessage({ type: "ready" });
});

when("joined", () => {
  joined = true;
});

// Earlier messages, which come back when the chat does, are no news.
when("message", (/** @type {{author: string, disposition: string | null}} */ { author, disposition }) => {
  if (!joined) return;
  say("message");
  if (author !== "visitor" && SIGNS_OF_A_PERSON.includes(disposition ?? "")) say("handoff");
  if (!open) count(unread + 1);
});

when("booked", () => say("booked"));

DARK.addEventListener("change", () => paint());

/** @param {string} type @param {object} [detail] */
function say(type, detail = {}) {
  port?.postMessage({ type, ...detail });
}

/** @param {number} now */
function count(now) {
  unread = now;
  say("unread", { count: now });
}

/** @param {Record<string, unknown>} wanted */
function obey(wanted) {
  const { type, text, locale, focus } = wanted;
  if (type === "opened") {
    open = true;
    count(0);
    // A frame that is only just shown has nothing that could keep the focus before it is drawn.
    if (focus === true) requestAnimationFrame(() => requestAnimationFrame(enter));
  } else if (type === "closed") open = false;
  else if (type === "look") look(wanted);
  else if (type === "locale" && typeof locale === "string") tell("locale", { locale });
  else if (type === "ask" && typeof text === "string") {
    const question = text.trim().slice(0, MOST_TEXT);
    if (question !== "") tell("ask", { text: question });
  }
}

/** A keyboard begins in the input; a finger must not bring up a keyboard. */
function enter() {
  if (!open) return;
  const question = part(chat, "question", HTMLTextAreaElement);
  if (matchMedia("(pointer: coarse)").matches || question.offsetParent === null) chat.focus();
  else question.focus();
}

/** @param {Record<string, unknown>} wanted */
function look(wanted) {
  theme = wanted.theme === "light" || wanted.theme === "dark" ? wanted.theme : "auto";
  shades = Object(wanted.shades);
  for (const { cssRules } of document.styleSheets) for (const rule of cssRules) turn(rule);
  html.style.colorScheme = theme === "auto" ? "" : theme;
  paint();
}

/** @type {WeakMap<CSSRule, string>} */
const written = new WeakMap();

/** The rules for the dark are written once; here it is decided when they hold. @param {CSSRule} rule */
function turn(rule) {
  if (!(rule instanceof CSSMediaRule)) return;
  const condition = written.get(rule) ?? rule.media.mediaText;
  if (!condition.includes("prefers-color-scheme: dark")) return;
  written.set(rule, condition);
  rule.media.mediaText = { auto: condition, dark: "screen", light: "not all" }[theme] ?? condition;
}

/** The clinic's colour in the place of jade. */
function paint() {
  const dark = theme === "dark" || (theme === "auto" && DARK.matches);
  const chosen = Object(dark ? shades.dark : shades.light);
  for (const [at, name] of ["--jade", "--jade-deep"].entries()) {
    if (COLOUR.test(chosen[at])) html.style.setProperty(name, chosen[at]);
  }
}

/** The site's own line, above what the assistant says. @param {unknown} words */
function greet(words) {
  if (typeof words !== "string" || words.trim() === "") return;
  const line = document.createElement("p");
  line.className = "site-greeting";
  line.dir = "auto";
  line.textContent = words.trim().slice(0, MOST_GREETING);
  part(chat, "thread", HTMLElement).prepend(line);
}

/** The way back to the page: a button, and Escape where nothing in the chat has a use for it. */
function leave() {
  const away = named(button("", () => say("close"), { class: "leave" }), () => words.head.leave);
  chat.querySelector(".chat-head")?.append(away);
  chat.classList.add("framed");
  addEventListener("keydown", (event) => {
    const inDialog = event.target instanceof Element && event.target.closest("dialog");
    if (event.key === "Escape" && !event.defaultPrevented && !inDialog) say("close");
  });
}
