/**
 * @import {Actions} from "../message.js"
 * @import {Message} from "../types.js"
 */

import { elsewhere } from "../answer.js";
import { element } from "../dom.js";
import { words } from "../language.js";
import { booked } from "./booked.js";
import { card, forgetWritten } from "./card.js";
import { picker } from "./picker.js";

/** What a booking shows under its messages. Only the newest step can be acted on; a visit that is booked keeps its links. */

/** The newest step that was drawn, and what stands under it. @type {{seq: number, shown: HTMLElement | null}} */
let newest = { seq: 0, shown: null };
/** The steps that ended in a booking. @type {Set<number>} */
const done = new Set();

/** Forgets where the booking stood. */
export function forgetBooking() {
  newest = { seq: 0, shown: null };
  done.clear();
  forgetWritten();
}

/**
 * @param {Message} message
 * @param {Actions} actions
 * @returns {HTMLElement | null}
 */
export function step(message, actions) {
  const { author, disposition, form, id, seq } = message;
  if (author === "visitor" || (disposition !== "booking" && !form?.startsWith("book"))) return null;
  if (form === "booking_page") return elsewhere("/book", words.booking.page);
  const details = form === "booking_details";
  if (seq < newest.seq) return form === "booked" ? booked(message, actions, false) : details ? over(seq) : null;
  if (seq > newest.seq) {
    if (form === "booked") forgetWritten();
    retire(form === "booked");
  }
  let shown = null;
  if (form === "booking_times") shown = picker(id, actions);
  if (details) shown = card(actions, (isBooked, why) => seq === newest.seq && retire(isBooked, why));
  newest = { seq, shown };
  return form === "booked" ? booked(message, actions, true) : shown;
}

/**
 * What was the newest step is done.
 *
 * @param {boolean} isBooked
 * @param {string} [why] it has ended, where that is not by itself clear
 */
function retire(isBooked, why) {
  const { seq, shown } = newest;
  newest.shown = null;
  if (!shown) return;
  if (isBooked) done.add(seq);
  const focused = shown.contains(document.activeElement);
  if (!focused && shown.matches(".picker")) return shown.remove();
  const line = over(seq, why);
  shown.replaceWith(line);
  if (focused) line.focus({ preventScroll: true });
}

/**
 * @param {number} seq
 * @param {string} [why]
 */
function over(seq, why) {
  const { booked: yes, over: no } = words.booking;
  return element("p", { class: "done", tabindex: "-1" }, why ?? (done.has(seq) ? yes : no));
}
