/**
 * @import {Button} from "./button.js"
 * @import {Heard} from "./connection.js"
 */

import { Connection } from "./connection.js";
import { shades } from "./shade.js";

/** The panel with the chat; loaded when it is first wanted. */

const STYLE = `
dialog { position: fixed; z-index: var(--meridian-z-index, 2147483000); inset: auto var(--meridian-offset-x, 20px) calc(var(--meridian-offset-y, 20px) + 68px + env(safe-area-inset-bottom, 0px)) auto; width: min(380px, 100vw - 40px); height: min(640px, 100vh - 108px); max-width: none; max-height: none; margin: 0; padding: 0; overflow: hidden; border: 1px solid #7e8c8a; border-radius: 14px; background: #fbf8f3; color: #1f2a2e; box-shadow: 0 8px 32px rgb(31 42 46 / 20%); font: 400 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
dialog.left { right: auto; left: var(--meridian-offset-x, 20px); }
iframe { display: block; width: 100%; height: 100%; border: 0; color-scheme: light dark; }
@media (width < 480px), (height < 480px) { dialog, dialog.left { inset: 0; width: 100%; height: 100%; border: 0; border-radius: 0; } }
@media (prefers-reduced-motion: no-preference) { dialog[open] { animation: arrive 150ms ease-out; } @keyframes arrive { from { opacity: 0; transform: translateY(8px); } } }
@media print { dialog { display: none; } }
`;
const WHOLE_SCREEN = "(width < 480px), (height < 480px)";

/**
 * @typedef {object} Look what the site has chosen
 * @property {string} locale
 * @property {string} theme
 * @property {string} colour
 * @property {string} greeting
 * @property {boolean} left
 */

export class Panel {
  #button;
  #address;
  #look;
  #tell;
  #connection;
  #dialog = document.createElement("dialog");
  #small = matchMedia(WHOLE_SCREEN);
  #reshow = () => this.#dialog.open && this.#show();
  #failed = false;
  #unread = 0;
  /** @type {Element | null} what had the focus before */
  #before = null;

  /**
   * @param {Button} button
   * @param {URL} address of the frame
   * @param {Look} look
   * @param {(what: string, detail?: object) => void} tell
   */
  constructor(button, address, look, tell) {
    this.#button = button;
    this.#address = address;
    this.#look = look;
    this.#tell = tell;
    button.adopt(STYLE);
    address.searchParams.set("lang", look.locale);
    this.#connection = new Connection(
      address,
      () => this.#shown,
      (heard) => this.#heard(heard),
      () => this.#fail(),
    );
    this.#dialog.append(this.#connection.frame);
    this.#dialog.addEventListener("close", () => this.#closed());
    this.#small.addEventListener("change", this.#reshow);
    button.root.append(this.#dialog);
    this.#dress();
  }

  /** @param {boolean} focus whether the visitor asked for it */
  open(focus) {
    if (this.#failed) this.#connection.again();
    this.#failed = false;
    if (!this.#dialog.open) {
      this.#before = document.activeElement;
      this.#show();
      this.#tell("opened");
    }
    if (focus) this.#connection.frame.focus();
    this.#connection.send({ type: "opened", focus });
  }

  close() {
    if (!this.#dialog.open) return;
    const within = this.#dialog.contains(this.#button.root.activeElement);
    this.#dialog.close();
    // A visitor who is elsewhere in the page stays there.
    if (!within) return;
    const before = this.#before;
    const apart = before instanceof HTMLElement && ![document.body, this.#button.host].includes(before);
    if (apart && before.isConnected) before.focus();
    else this.#button.focus();
  }

  /** @param {string} text */
  ask(text) {
    this.#connection.send({ type: "ask", text });
  }

  /** @param {Look} look */
  look(look) {
    const moved = look.locale !== this.#look.locale;
    this.#look = look;
    this.#dress();
    this.#connection.send({ type: "look", ...this.#shown });
    if (moved) this.#connection.send({ type: "locale", locale: look.locale });
  }

  /** What the frame is told of it. */
  get #shown() {
    return { ...this.#look, shades: shades(this.#look.colour) };
  }

  /** The page had thrown it out, and it is back: the frame loads anew. */
  back() {
    if (this.#dialog.open) this.#show();
  }

  end() {
    this.#small.removeEventListener("change", this.#reshow);
    this.#connection.end();
  }

  #dress() {
    this.#dialog.classList.toggle("left", this.#look.left);
    this.#dialog.ariaLabel = this.#button.name;
    this.#connection.frame.title = this.#button.name;
  }

  /** On a small screen it is modal: nothing behind it can be reached by a finger, a key or a screen reader. */
  #show() {
    this.#dialog.close();
    if (this.#small.matches) this.#dialog.showModal();
    // `show()` would take the focus, also where nobody has asked for the chat.
    else this.#dialog.setAttribute("open", "");
  }

  #closed() {
    // Shown another way meanwhile: not closed at all.
    if (this.#dialog.open) return;
    this.#connection.send({ type: "closed" });
    this.#tell("closed");
  }

  /** @param {Heard} heard */
  #heard({ type, count }) {
    if (type === "ready") {
      this.#failed = false;
      this.#button.instead("");
      // A frame that loaded anew does not know that it is seen.
      if (this.#dialog.open) this.#connection.send({ type: "opened", focus: false });
    } else if (type === "close") this.close();
    else if (type === "unread" && count !== undefined && Number.isInteger(count)) this.#count(count);
    else if (["message", "handoff", "booked"].includes(type)) this.#tell(type);
  }

  /** The page is told what is new to it: a frame that loaded anew begins to count anew. @param {number} count */
  #count(count) {
    if (count !== this.#unread) this.#tell("unread", { count });
    this.#unread = count;
  }

  /** The frame is silent: it makes way for a link, and the next press tries it again. */
  #fail() {
    this.#failed = true;
    this.close();
    this.#button.instead(this.#address.href);
    this.#tell("error", { reason: "frame" });
  }
}
