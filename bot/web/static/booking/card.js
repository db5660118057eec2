/**
 * @import {Fault, Written} from "../form.js"
 * @import {Actions} from "../message.js"
 * @import {Held, Message} from "../types.js"
 */

import { Problem } from "../api.js";
import { button, element } from "../dom.js";
import { NOTE, PERSON, form } from "../form.js";
import { tell } from "../happenings.js";
import { words } from "../language.js";
import { fault } from "../words.js";
import { asked, booking, fill } from "./asking.js";
import { here, span, until } from "./when.js";

/**
 * The time that is kept, who comes, a summary to look over, and the button that books. What is written stays in this
 * page's memory until the visit is booked, also where another time is chosen.
 */

const MINUTE_MS = 60_000;
// Where this device's clock is ahead of the server's, which has the last word.
const LOOK_AGAIN_MS = 10_000;
// Fewer digits are no telephone number anywhere. The server looks more closely.
const LEAST_DIGITS = 5;
// What the assistant takes as the wish for another time, in any interface.
const ANOTHER_TIME = "Another time";

/** @type {Written} */
let kept = { name: "" };
/** Whether it was written to the end, and is looked over. */
let whole = false;

/** Forgets what is written. */
export function forgetWritten() {
  kept = { name: "" };
  whole = false;
}

/**
 * @param {Actions} actions
 * @param {(booked: boolean, why?: string) => void} close puts one line in the place of the card
 */
export function card(actions, close) {
  const place = element("div", { class: "appointment", tabindex: "-1" });
  fill(place, actions, booking, ({ draft, time_zone: zone }) => {
    if (!draft) return close(false);
    const { held } = draft;
    if (held) new Card(place, actions, close, held, zone).draw();
    else place.replaceChildren(...expired(actions));
    actions.show([]);
  });
  return place;
}

class Card {
  #place;
  #actions;
  #close;
  #held;
  #zone;
  #until;

  /**
   * @param {HTMLElement} place
   * @param {Actions} actions
   * @param {(booked: boolean, why?: string) => void} close
   * @param {Held} held
   * @param {string} zone
   */
  constructor(place, actions, close, held, zone) {
    this.#place = place;
    this.#actions = actions;
    this.#close = close;
    this.#held = held;
    this.#zone = zone;
    this.#until = element("p", { class: "small" }, until(held, zone));
    const left = Date.parse(held.held_until) - Date.now();
    setTimeout(() => this.#warn(), left - MINUTE_MS);
    setTimeout(() => this.#look(), left);
  }

  draw() {
    this.#place.replaceChildren(...(whole ? this.#summary() : this.#details().shown));
  }

  /** The form. */
  #details() {
    const { title, hint, check } = words.booking;
    const { made, tell: mark } = form({
      key: this.#held.id,
      title,
      hint,
      fields: [...PERSON, NOTE],
      submit: check,
      written: kept,
      changed: (written) => {
        kept = written;
      },
      send: async (written) => doubts(written),
      taken: () => this.#turn(true),
    });
    return { shown: [this.#visit(), this.#until, made], mark };
  }

  /** All that will be booked, to be looked over. */
  #summary() {
    const { summary, notYet, book, change } = words.booking;
    const { name, phone, email, note } = words.form.fields;
    const wrong = element("p", { class: "fault", id: `fault-${this.#held.id}` });
    const go = button(book, () => {}, { class: "primary", "aria-describedby": wrong.id });
    // The second half of a double click on what stood here before books nothing.
    go.addEventListener("click", ({ detail }) => detail > 1 || this.#book(go, wrong));
    const buttons = [go, button(change, () => this.#turn(false))];
    return [
      element("h4", { tabindex: "-1" }, summary),
      this.#visit([name, kept.name], [phone, kept.phone], [email, kept.email], [note, kept.note]),
      element("p", {}, notYet),
      this.#until,
      wrong,
      element("div", { class: "choices" }, ...buttons),
    ];
  }

  /** @param {...[name: string, said: string | undefined]} more */
  #visit(...more) {
    const { visit, when, withWhom } = words.booking;
    const { service, practitioner } = this.#held;
    const own = here(this.#held, this.#zone);
    return element(
      "dl",
      {},
      line(visit, withWhom(service, practitioner)),
      line(when, span(this.#held, this.#zone), own ? element("p", { class: "small" }, own) : null),
      ...more.map(([name, said]) => (said ? line(name, said) : null)),
    );
  }

  /** To the summary, or back to the form. @param {boolean} on */
  #turn(on) {
    whole = on;
    this.draw();
    const begins = this.#place.querySelector("h4, input");
    if (begins instanceof HTMLElement) begins.focus();
  }

  /**
   * @param {HTMLButtonElement} go
   * @param {HTMLElement} wrong
   */
  async #book(go, wrong) {
    if (go.ariaDisabled === "true") return;
    go.ariaDisabled = "true";
    wrong.textContent = "";
    const details = { hold_id: this.#held.id, ...kept };
    const outcome = await asked(this.#actions, (api) => api.call("POST", "appointments", details));
    go.ariaDisabled = "false";
    if (outcome === null) return;
    if ("found" in outcome) return this.#booked(outcome.found.replies);
    const { error } = outcome;
    const problem = error instanceof Problem ? error : null;
    if (problem?.reply) setTimeout(() => this.#actions.show([/** @type {Message} */ (problem.reply)]));
    if (problem?.errors.length) return this.#mend(problem.errors);
    if (problem && !(await this.#stands(fault(error)))) return;
    // Where the answer was lost, the chat may have told meanwhile that it is booked.
    if (!this.#place.isConnected) return;
    wrong.textContent = fault(error);
    this.#actions.say(wrong.textContent);
  }

  /** @param {Message[]} replies */
  #booked(replies) {
    forgetWritten();
    tell("booked");
    this.#close(true);
    // After the card has closed, so that they come below it and into view.
    setTimeout(() => this.#actions.show(replies));
  }

  /** The server wants something else. @param {Fault[]} faults */
  #mend(faults) {
    whole = false;
    const { shown, mark } = this.#details();
    this.#place.replaceChildren(...shown);
    mark(faults);
  }

  #warn() {
    if (!this.#place.isConnected) return;
    const { minute } = words.booking;
    this.#until.append(` ${minute}`);
    this.#actions.say(minute);
  }

  async #look() {
    if (!this.#place.isConnected) return;
    if (await this.#stands()) setTimeout(() => this.#look(), LOOK_AGAIN_MS);
  }

  /**
   * Whether the time is still kept, as far as is known. Where it is not the card ends; another time is offered only while
   * something is being booked, which what stops a booking ends.
   *
   * @param {string} [why] it is not
   */
  async #stands(why) {
    const outcome = await asked(this.#actions, booking);
    if (outcome === null || "error" in outcome) return true;
    const { draft } = outcome.found;
    if (draft?.held?.id === this.#held.id) return true;
    if (draft) this.#expire();
    else if (this.#place.isConnected) this.#close(false, why);
    return false;
  }

  #expire() {
    if (!this.#place.isConnected) return;
    const focused = this.#place.contains(document.activeElement);
    this.#place.replaceChildren(...expired(this.#actions));
    if (focused) this.#place.focus({ preventScroll: true });
    this.#actions.say(words.booking.expired);
  }
}

/** What to do where the time is over. @param {Actions} actions @returns {HTMLElement[]} */
function expired(actions) {
  const another = button(words.booking.another, () => {}, { class: "primary" });
  another.addEventListener("click", (event) => actions.post(ANOTHER_TIME, event));
  return [element("p", {}, words.booking.expired), another];
}

/**
 * What does not look right, before anything is sent.
 *
 * @param {Written} written
 * @returns {Fault[]}
 */
function doubts({ phone = "", email = "" }) {
  const { phone: check, email: checkMail } = words.form.faults;
  /** @type {Fault[]} */
  const found = [];
  if (phone && phone.replace(/\D/g, "").length < LEAST_DIGITS) found.push({ field: "phone", message: check, ours: true });
  if (email && !/^\S+@\S+$/.test(email)) found.push({ field: "email", message: checkMail, ours: true });
  return found;
}

/**
 * @param {string} name
 * @param {string} said
 * @param {HTMLElement | null} [more]
 */
function line(name, said, more = null) {
  return element("div", {}, element("dt", {}, name), element("dd", {}, said, more));
}
