/** @import {Panel} from "./panel.js" */

import { Button } from "./button.js";

/** The chat on another website: a button at once, the panel when it is wanted, and `window.Meridian` for that site. */

/** @typedef {(detail: object) => void} Listener */

// In the visitor's tab, on the host's own site: the chat stays open from page to page. Nothing else is kept there.
const KEY = "meridian";
const CALLS = /** @type {const} */ (["open", "close", "toggle", "ask", "setLocale", "setTheme", "on", "off", "destroy"]);
const MOST_RETURNS = 50;
const RETURN_MS = 50;

class Widget {
  #address;
  #data;
  #button;
  /** @type {Promise<Panel> | null} */
  #panel = null;
  /** What waits for the panel, and for another try where it was not to be had. @type {((panel: Panel) => void)[]} */
  #acts = [];
  #open = false;
  /** @type {Map<string, Set<Listener>>} */
  #listeners = new Map();
  #observer = new MutationObserver(() => this.#stay());
  #returns = 0;
  #colour = "";

  /**
   * @param {HTMLScriptElement} script
   * @param {string} clinic
   */
  constructor(script, clinic) {
    this.#address = new URL("./widget", script.src);
    this.#data = { ...script.dataset };
    this.#button = new Button(
      clinic,
      () => this.toggle(),
      () => this.close(),
    );
    this.#attach();
    this.#paint();
    const kept = keep();
    if (kept === "open") this.open(false);
    else if (kept) void this.#load();
  }

  /** @param {unknown} [focus] a site may give this to a listener, and with it an event */
  open(focus) {
    void this.#load((panel) => panel.open(focus !== false));
  }

  close() {
    if (this.#open || this.#acts.length > 0) void this.#load((panel) => panel.close());
  }

  toggle() {
    if (this.#open) this.close();
    else this.open();
  }

  /** @param {unknown} text sent as if the visitor had written it; the frame sees to what is too long or empty */
  ask(text) {
    this.open();
    void this.#load((panel) => panel.ask(String(text)));
  }

  /** @param {unknown} locale */
  setLocale(locale) {
    this.#change({ locale: String(locale) });
  }

  /** @param {unknown} theme `light`, `dark` or `auto` */
  setTheme(theme) {
    this.#change({ theme: String(theme) });
  }

  /**
   * @param {string} what `ready` is told at once: whoever can ask is never too early
   * @param {Listener} listener
   */
  on(what, listener) {
    if (what === "ready") queueMicrotask(() => listener({}));
    else this.#listeners.set(what, (this.#listeners.get(what) ?? new Set()).add(listener));
  }

  /**
   * @param {string} what
   * @param {Listener} listener
   */
  off(what, listener) {
    this.#listeners.get(what)?.delete(listener);
  }

  destroy() {
    void this.#panel?.then((panel) => panel.end());
    this.#observer.disconnect();
    this.#button.host.remove();
    this.#listeners.clear();
    keep("");
    Reflect.deleteProperty(window, "Meridian");
  }

  /**
   * @param {string} what
   * @param {object} [detail]
   */
  tell(what, detail = {}) {
    if (what === "opened" || what === "closed") {
      this.#open = what === "opened";
      this.#button.expand(this.#open);
      keep(this.#open ? "open" : "closed");
    } else if (what === "unread") this.#button.count(/** @type {{count: number}} */ (detail).count);
    // A fault in the site's own listener is told where its faults are told; the chat goes on.
    for (const listener of this.#listeners.get(what) ?? []) queueMicrotask(() => listener(detail));
    document.dispatchEvent(new CustomEvent(`meridian:${what}`, { detail }));
  }

  get #look() {
    const { locale, theme = "auto", greeting = "", position } = this.#data;
    const page = document.documentElement;
    return {
      locale: locale || page.lang || navigator.language,
      theme,
      greeting,
      colour: this.#colour,
      left: (position || (getComputedStyle(page).direction === "rtl" ? "left" : "right")) === "left",
    };
  }

  #paint() {
    const { label = "", color = "" } = this.#data;
    const { locale, left } = this.#look;
    this.#colour = this.#button.look(locale, label, color, left);
  }

  /** @param {Record<string, string>} data */
  #change(data) {
    Object.assign(this.#data, data);
    this.#paint();
    if (this.#panel) void this.#load((panel) => panel.look(this.#look));
  }

  /** @param {(panel: Panel) => void} [act] */
  async #load(act) {
    if (act) this.#acts.push(act);
    try {
      this.#panel ??= import("./panel.js").then((module) => {
        this.#button.instead("");
        return new module.Panel(this.#button, this.#address, this.#look, (...told) => this.tell(...told));
      });
      const panel = await this.#panel;
      for (const each of this.#acts.splice(0)) each(panel);
    } catch {
      // The network failed; the next press tries again, and takes up what was asked.
      this.#panel = null;
      this.#button.instead(this.#address.href);
      this.tell("error", { reason: "script" });
    }
  }

  #attach() {
    document.documentElement.append(this.#button.host);
    this.#observer.disconnect();
    for (const node of [document, document.documentElement]) this.#observer.observe(node, { childList: true });
  }

  /** A site that builds its pages in the browser may throw out what it does not know. */
  #stay() {
    if (this.#button.host.isConnected || this.#returns >= MOST_RETURNS) return;
    this.#returns += 1;
    // Not at once: with a page that throws it out each time, that would be a circle without end.
    setTimeout(() => {
      if (this.#button.host.isConnected || !("Meridian" in window)) return;
      this.#attach();
      void this.#panel?.then((panel) => panel.back());
    }, RETURN_MS);
  }
}

/**
 * Draws the button and offers `window.Meridian`; calls that were pushed before are made now.
 *
 * @param {HTMLScriptElement} script
 * @param {string} clinic
 */
export function start(script, clinic) {
  const page = /** @type {{Meridian?: unknown}} */ (/** @type {unknown} */ (window));
  const early = page.Meridian ?? [];
  if (!Array.isArray(early)) {
    console.info("Meridian: the chat is on this page already.");
    return;
  }
  const widget = new Widget(script, clinic);
  /** @type {Record<string, (...given: any[]) => void>} */
  const calls = {};
  for (const name of CALLS) calls[name] = (...given) => Reflect.apply(widget[name], widget, given);
  // Such as `["ask", "Does it hurt?"]`.
  calls.push = (...made) => {
    for (const [name, ...given] of made) if (Object.hasOwn(calls, name)) calls[name]?.(...given);
  };
  page.Meridian = Object.freeze(calls);
  calls.push(...early);
  widget.tell("ready");
}

/**
 * What this tab remembers: "open", "closed" after it was open, or nothing.
 *
 * @param {string} [state]
 */
function keep(state) {
  try {
    if (state !== undefined) sessionStorage.setItem(KEY, state);
    return sessionStorage.getItem(KEY);
  } catch {
    return ""; // Storage is switched off: the chat is closed on the next page.
  }
}
