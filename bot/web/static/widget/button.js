import { hex, parse, textOn } from "./colour.js";

/**
 * The button, in a closed shadow root. The page's styles end at its border: what is `!important` within wins over what is
 * `!important` without. No style is written into the page, so a strict policy has nothing to refuse.
 */

const STYLE = `
:host { all: initial !important; display: contents !important; }
* { box-sizing: border-box; }
[hidden] { display: none !important; }
button, a { position: fixed; z-index: var(--meridian-z-index, 2147483000); right: var(--meridian-offset-x, 20px); bottom: calc(var(--meridian-offset-y, 20px) + env(safe-area-inset-bottom, 0px)); display: flex; align-items: center; gap: 10px; min-width: 56px; height: 56px; margin: 0; padding: 0 15px; border: 2px solid #fff; border-radius: 28px; background: var(--meridian-color, #0b6b5e); box-shadow: 0 4px 16px #0004; font: 600 16px/1.25 system-ui; cursor: pointer; }
a { bottom: calc(var(--meridian-offset-y, 20px) + 68px); }
.left { right: auto; left: var(--meridian-offset-x, 20px); }
:focus-visible { outline: 3px solid #1d4ed8; outline-offset: 2px; }
svg { width: 22px; height: 22px; fill: none; stroke: currentcolor; stroke-width: 2; }
b { max-width: 14em; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
i { position: absolute; top: -8px; inset-inline-end: -6px; min-width: 24px; padding: 2px 6px; border: 2px solid #fff; border-radius: 14px; background: #a8201a; color: #fff; font: 600 13px/16px system-ui; }
p { position: fixed; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
@media (width < 480px) { b { display: none; } }
@media print { button, a { display: none; } }
`;
const BUBBLE = "M4 5h16v11H11l-5 4v-4H4z";
const CROSS = "M6 6l12 12M18 6 6 18";
const MOST_SHOWN = 9;
const SVG = "http://www.w3.org/2000/svg";

/** @type {Record<string, {label: string, chat: string, one: string, more: string, elsewhere: string}>} */
const WORDS = {
  en: {
    label: "Questions?",
    chat: "Chat with",
    one: "new message",
    more: "new messages",
    elsewhere: "Open the chat in a new tab",
  },
  fr: {
    label: "Des questions ?",
    chat: "Clavarder avec",
    one: "nouveau message",
    more: "nouveaux messages",
    elsewhere: "Ouvrir le clavardage dans un nouvel onglet",
  },
};

export class Button {
  #clinic;
  #button = document.createElement("button");
  #path = document.createElementNS(SVG, "path");
  #label = document.createElement("b");
  #badge = document.createElement("i");
  #voice = document.createElement("p");
  #link = document.createElement("a");
  #words = WORDS.en;
  #news = 0;

  /** The element that stands in the page, and what is within it. */
  host = document.createElement("div");
  root = this.host.attachShadow({ mode: "closed" });

  /**
   * @param {string} clinic
   * @param {() => void} press
   * @param {() => void} leave by the Escape key
   */
  constructor(clinic, press, leave) {
    this.#clinic = clinic;
    this.adopt(STYLE);
    const icon = document.createElementNS(SVG, "svg");
    icon.setAttribute("viewBox", "0 0 24 24");
    icon.append(this.#path);
    this.#label.dir = "auto";
    this.#voice.role = "status";
    this.#button.type = "button";
    this.#button.ariaHasPopup = "dialog";
    this.#button.append(icon, this.#label, this.#badge);
    this.#button.addEventListener("click", press);
    this.#button.addEventListener("keydown", ({ key }) => key === "Escape" && leave());
    this.#link.target = "_blank";
    this.#link.rel = "noopener";
    this.#link.hidden = true;
    this.root.append(this.#button, this.#link, this.#voice);
    this.expand(false);
  }

  /** A style sheet is text of ours, not of the page's: the page's policy has no say in it. @param {string} style */
  adopt(style) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style);
    this.root.adoptedStyleSheets.push(sheet);
  }

  /** What the chat is called. */
  get name() {
    return `${this.#words?.chat} ${this.#clinic}`;
  }

  focus() {
    this.#button.focus();
  }

  /**
   * @param {string} locale English where there are no words for it
   * @param {string} label
   * @param {string} colour any colour of CSS; "" for the page's `--meridian-color`, or ours
   * @param {boolean} left
   * @returns {string} the colour as the browser understood it
   */
  look(locale, label, colour, left) {
    this.#words = WORDS[locale.slice(0, 2).toLowerCase()] ?? WORDS.en;
    this.#label.textContent = label || this.#words?.label || "";
    this.#button.classList.toggle("left", left);
    this.count(this.#news);
    const { style } = this.#button;
    style.background = colour;
    // The browser reads the colour: as it paints it, so it is measured.
    const found = parse(getComputedStyle(this.#button).backgroundColor) ?? [11, 107, 94];
    style.background = hex(found);
    style.color = hex(textOn(found));
    this.#link.style.cssText = style.cssText;
    this.#link.className = this.#button.className;
    return hex(found);
  }

  /** Where the panel was not to be had: the chat in a tab of its own. @param {string} href "" once it was */
  instead(href) {
    this.#link.href = href;
    this.#link.hidden = !href;
    this.#link.textContent = this.#voice.textContent = href && (this.#words?.elsewhere ?? "");
  }

  /** @param {boolean} open */
  expand(open) {
    this.#button.ariaExpanded = String(open);
    this.#path.setAttribute("d", open ? CROSS : BUBBLE);
  }

  /** How many messages wait. Told once, politely, and part of the button's name. @param {number} count */
  count(count) {
    this.#news = count;
    const news = count ? `${count} ${count === 1 ? this.#words?.one : this.#words?.more}` : "";
    this.#badge.hidden = !count;
    this.#badge.textContent = count > MOST_SHOWN ? `${MOST_SHOWN}+` : `${count}`;
    this.#voice.textContent = news;
    // The visible label comes first, so that it can be spoken to press the button.
    this.#button.ariaLabel = [this.#label.textContent, this.name, news].filter(Boolean).join(", ");
  }
}
