import { part } from "./dom.js";
import { follow, words } from "./language.js";
import { figure } from "./words.js";

/** The input: grows with the text, Enter sends, and says when the text becomes too long. */

const LIMIT = 1_000;
const COUNT_FROM = 900;

export class Composer {
  #question;
  #count;
  #say;
  /** What was last said about the length. */
  #said = "";

  /**
   * @param {HTMLElement} root
   * @param {(text: string) => void} send
   * @param {(text: string) => void} say tells those who listen
   */
  constructor(root, send, say) {
    this.#say = say;
    const form = part(root, "composer", HTMLFormElement);
    this.#question = part(root, "question", HTMLTextAreaElement);
    this.#count = part(root, "count", HTMLElement);
    this.#question.addEventListener("input", () => this.#changed());
    this.#question.addEventListener("keydown", (event) => {
      // 229: the key went to the input method, which Safari reports only this way.
      const composing = event.isComposing || event.keyCode === 229;
      if (event.key !== "Enter" || event.shiftKey || composing) return;
      event.preventDefault();
      form.requestSubmit();
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const text = this.#question.value.trim();
      if (text !== "") send(text);
      this.focus();
    });
    follow(() => this.#changed());
  }

  focus() {
    this.#question.focus();
  }

  clear() {
    this.#write("");
  }

  /** Gives back what was not taken, before whatever was written since. @param {string} text */
  restore(text) {
    this.#write([text, this.#question.value].filter(Boolean).join("\n"));
  }

  /** @param {string} text */
  #write(text) {
    this.#question.value = text;
    this.#changed();
  }

  #changed() {
    // The borders, which scrollHeight leaves out.
    const frame = this.#question.offsetHeight - this.#question.clientHeight;
    this.#question.style.height = "auto";
    this.#question.style.height = `${this.#question.scrollHeight + frame}px`;
    const length = [...this.#question.value].length;
    const over = length > LIMIT;
    this.#count.hidden = length < COUNT_FROM;
    this.#count.classList.toggle("over", over);
    const { count, tooLong } = words.composer;
    const figures = count(figure(length), figure(LIMIT));
    this.#count.textContent = over ? `${figures}. ${tooLong}` : figures;
    // Heard once when the limit comes near and once when it is passed, not at every key.
    const stage = over ? "over" : this.#count.hidden ? "" : "near";
    if (stage !== this.#said && stage) this.#say(this.#count.textContent);
    this.#said = stage;
  }
}
