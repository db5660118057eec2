import { element, part } from "./dom.js";

/**
 * The one live region of the chat. The messages themselves are not live: a screen reader would read every button and
 * folded source of an answer with it, and anything that is said twice is heard twice.
 */

// Long enough to be heard of; then it is gone, so that nobody reads everything a second time at the end of the page.
const STAYS_MS = 5_000;

/** @typedef {{text: string, lang?: string}} Said `lang` where it is not the interface's */

export class Voice {
  #region;

  /** @param {HTMLElement} root */
  constructor(root) {
    this.#region = part(root, "voice", HTMLElement);
  }

  /** @param {...(Said | null)} parts */
  say(...parts) {
    const spans = parts.filter((part) => part !== null);
    const said = element(
      "p",
      {},
      ...spans.flatMap(({ text, lang }) => [element("span", lang ? { lang } : {}, text), " "]),
    );
    this.#region.append(said);
    setTimeout(() => said.remove(), STAYS_MS);
  }
}
