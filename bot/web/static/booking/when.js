/** @import {Held} from "../types.js" */

import { CONTENT, words } from "../language.js";
import { locale } from "../words.js";

/** Days and times of visits, on the clinic's clock unless another is asked for. */

/** A day as `2026-11-24`, on a clock. @param {number | string} moment @param {string} zone */
export function dayIn(moment, zone) {
  return new Date(moment).toLocaleDateString("sv-SE", { timeZone: zone });
}

/** The day that comes so much later. @param {string} day @param {number} days */
export function later(day, days) {
  const date = new Date(day);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
}

/** The Monday of a day's week. @param {string} day */
export function monday(day) {
  return later(day, -((new Date(day).getUTCDay() + 6) % 7));
}

/** `24 November`. @param {string} day such as `2026-11-24` */
export function dayAndMonth(day) {
  return new Date(day).toLocaleDateString(locale(), { day: "numeric", month: "long", timeZone: "UTC" });
}

/** `Tuesday 24 November`. @param {string} day such as `2026-11-24` */
export function weekday(day) {
  const parts = /** @type {const} */ ({ weekday: "long", day: "numeric", month: "long", timeZone: "UTC" });
  return new Date(day).toLocaleDateString(locale(), parts);
}

/**
 * `10:30 am` and `10 am`, as the server writes it; in another language as it is written there.
 *
 * @param {string} moment
 * @param {string} [zone] this device's where it is left out
 */
export function clock(moment, zone) {
  const english = words.language === CONTENT;
  const parts = /** @type {const} */ ({ hour: "numeric", minute: "2-digit" });
  const own = english ? { hour12: true } : {};
  const place = zone ? { timeZone: zone } : {};
  const said = new Date(moment).toLocaleTimeString(english ? "en-GB" : words.locale, { ...parts, ...own, ...place });
  return english ? said.replace(":00", "") : said;
}

/** When a visit begins and ends. @param {Held} visit @param {string} zone */
export function span({ starts_at: from, ends_at: to }, zone) {
  return words.booking.span(weekday(dayIn(from, zone)), clock(from, zone), clock(to, zone));
}

/**
 * When that is by this device's clock, if its zone shows another time.
 *
 * @param {string} moment
 * @param {string} zone the clinic's
 */
export function here(moment, zone) {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const [there, at] = [zone, own].map((each) => `${weekday(dayIn(moment, each))}, ${clock(moment, each)}`);
  return at === there || at === undefined ? null : words.booking.here(at);
}
