/**
 * Which questions await an answer. The sign for it always ends: with the last answer, an error, or after ten seconds.
 */

const SIGN_MS = 10_000;
const OVERDUE_MS = 7_000;
const GIVE_UP_MS = 120_000;

export class Waiting {
  #sign;
  #late;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** When each question was asked. @type {Map<string, number>} */
  #asked = new Map();

  /**
   * @param {(on: boolean) => void} sign shows or hides the sign
   * @param {() => void} late ten seconds have passed
   */
  constructor(sign, late) {
    this.#sign = sign;
    this.#late = late;
  }

  /** A question awaits its answer from now on. @param {string} key */
  begin(key) {
    this.#asked.set(key, performance.now());
    this.show();
  }

  /** Its answer came, or will not come. @param {string} key */
  end(key) {
    if (this.#asked.delete(key) && this.#asked.size === 0) this.hide();
  }

  /** Nothing is awaited any more. */
  endAll() {
    this.#asked.clear();
    this.hide();
  }

  /** Somebody is at work on a reply. */
  show() {
    clearTimeout(this.#timer);
    this.#sign(true);
    this.#timer = setTimeout(() => {
      this.hide();
      if (this.on) this.#late();
    }, SIGN_MS);
  }

  hide() {
    clearTimeout(this.#timer);
    this.#sign(false);
  }

  get on() {
    return this.#waits().some((wait) => wait < GIVE_UP_MS);
  }

  /** An answer is later than the server promises. */
  get overdue() {
    return this.#waits().some((wait) => OVERDUE_MS < wait && wait < GIVE_UP_MS);
  }

  #waits() {
    return [...this.#asked.values()].map((asked) => performance.now() - asked);
  }
}
