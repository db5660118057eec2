/**
 * @import {Actions} from "./message.js"
 * @import {Message} from "./types.js"
 */

import { forgetBooking, step } from "./booking/step.js";
import { callback, forgetDrafts } from "./callback.js";
import { save } from "./copy.js";
import { learn } from "./language.js";
import { seldomEnglish } from "./languages/en-seldom.js";
import { fillMenu, openSheet } from "./menu.js";
import { sheets } from "./sheets.js";

/** What few visitors open, in one file: the menu, the forms, the booking, what opens over the page, the visitor's copy. */

learn(seldomEnglish);

/**
 * What can be filled in or pressed under a message.
 *
 * @param {Message} message
 * @param {Actions} actions
 */
function under(message, actions) {
  const booking = step(message, actions);
  return message.form === "callback" ? callback(message, actions) : booking;
}

/** Forgets what was written, and where a booking stood. */
function forget() {
  forgetDrafts();
  forgetBooking();
}

export const seldom = { fillMenu, forget, openSheet, save, sheets, under };
