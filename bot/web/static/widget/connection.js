/**
 * The frame with the chat, and the line to it.
 *
 * One message goes through the window: a greeting to the server's own origin, with one end of a channel. Everything else
 * goes through the channel, which no other window can reach.
 */

const PATIENCE_MS = 15_000;
// The page is there; its script runs before the load event.
const PATIENCE_AFTER_LOAD_MS = 3_000;

/** @typedef {{type: string, count?: number}} Heard */

export class Connection {
  #origin;
  #greeting;
  #heard;
  #failed;
  /** @type {MessagePort | null} */
  #port = null;
  /** @type {object[] | null} what waits until the frame listens; null once it does */
  #waiting = [];
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {URL} address
   * @param {() => object} greeting what the frame should know first
   * @param {(heard: Heard) => void} heard `ready` comes first
   * @param {() => void} failed the frame stays silent
   */
  constructor(address, greeting, heard, failed) {
    this.#origin = address.origin;
    this.#greeting = greeting;
    this.#heard = heard;
    this.#failed = failed;
    this.frame = document.createElement("iframe");
    this.frame.referrerPolicy = "no-referrer";
    // For the answer's button "Copy": a browser refuses it to a frame whose page does not say so.
    this.frame.allow = "clipboard-write";
    this.frame.src = address.href;
    this.frame.addEventListener("load", () => this.#greet());
    this.#await(PATIENCE_MS);
  }

  /** Loads the frame once more; what waits still does. */
  again() {
    this.#await(PATIENCE_MS);
    // Not that its value changes: a frame loads what it is set to.
    this.frame.src = String(this.frame.src);
  }

  /** @param {object} message */
  send(message) {
    if (this.#waiting) this.#waiting.push(message);
    else this.#port?.postMessage(message);
  }

  end() {
    clearTimeout(this.#timer);
    this.#port?.close();
    this.frame.remove();
  }

  /** A frame that was moved in the page loads anew, and is greeted anew. */
  #greet() {
    this.#port?.close();
    this.#waiting ??= [];
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    port1.onmessage = ({ data }) => {
      if (port1 === this.#port && typeof data?.type === "string") this.#receive(data);
    };
    this.frame.contentWindow?.postMessage({ type: "meridian:hello", ...this.#greeting() }, this.#origin, [port2]);
    this.#await(PATIENCE_AFTER_LOAD_MS);
  }

  /** @param {Heard} data */
  #receive(data) {
    if (data.type === "ready") {
      clearTimeout(this.#timer);
      const waiting = this.#waiting ?? [];
      this.#waiting = null;
      this.#heard(data);
      for (const message of waiting) this.send(message);
    } else this.#heard(data);
  }

  /** @param {number} ms */
  #await(ms) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#failed, ms);
  }
}
