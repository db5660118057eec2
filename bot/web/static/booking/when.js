/** @import {Held} from "../types.js" */

import { CONTENT, words } from "../language.js";
import { locale } from "../words.js";

/**
 * Days and times of visits. What a clock shows is written as `2026-11-24T10:30` and put into words as it stands: the
 * server knows the clinic's clock better than an old browser, and tells the moments by it.
 */

/** What this device's own clock is called. */
const OWN = Intl.DateTimeFormat().resolvedOptions().timeZone;

/**
 * A moment as a clock shows it.
 *
 * @param {number | string} moment
 * @param {string} zone of the clock, where the moment does not tell its own
 */
export function wall(moment, zone) {
  if (typeof moment === "string" && /[+-]\d\d:\d\d$/.test(moment)) return moment.slice(0, 16);
  return new Date(moment).toLocaleString("sv-SE", { timeZone: zone }).replace(" ", "T").slice(0, 16);
}

/** `2026-11-24`. @param {string} at */
export function dateOf(at) {
  return at.slice(0, 10);
}

/** The day that comes so much later. @param {string} day @param {number} days */
export function later(day, days) {
  const date = new Date(day);
  date.setUTCDate(date.getUTCDate() + days);
  return dateOf(date.toISOString());
}

/** The Monday of a day's week. @param {string} day */
export function monday(day) {
  return later(day, -((new Date(day).getUTCDay() + 6) % 7));
}

/** `24 November`. @param {string} day */
export function dayAndMonth(day) {
  return new Date(day).toLocaleDateString(locale(), { day: "numeric", month: "long", timeZone: "UTC" });
}

/**
 * `Tuesday 24 November`.
 *
 * @param {string} day
 * @param {"long" | "short"} [month] `short`: `Tuesday 24 Nov`
 */
export function weekday(day, month = "long") {
  return new Date(day).toLocaleDateString(locale(), { weekday: "long", day: "numeric", month, timeZone: "UTC" });
}

/** `10:30 am` and `10 am`, as the server writes it; in another language as it is written there. @param {string} at */
export function clock(at) {
  const english = words.language === CONTENT;
  const parts = /** @type {const} */ ({ hour: "numeric", minute: "2-digit", timeZone: "UTC" });
  const own = english ? { hour12: true } : {};
  const said = new Date(`${at}Z`).toLocaleTimeString(english ? "en-GB" : words.locale, { ...parts, ...own });
  return (english ? said.replace(":00", "") : said).replaceAll(" ", "\u00a0");
}

/** When a visit begins and ends, on the clinic's clock. @param {Held} visit @param {string} zone */
export function span({ starts_at, ends_at }, zone) {
  const begins = wall(starts_at, zone);
  return words.booking.span(weekday(dateOf(begins)), clock(begins), clock(wall(ends_at, zone)));
}

/**
 * When a visit begins by this device's clock, where that is not the clinic's.
 *
 * @param {Held} visit
 * @param {string} zone the clinic's
 */
export function here({ starts_at }, zone) {
  const at = wall(Date.parse(starts_at), OWN);
  return at === wall(starts_at, zone) ? null : words.booking.here(`${weekday(dateOf(at))}, ${clock(at)}`);
}

/** Until when a time is kept. @param {Held} visit @param {string} zone the clinic's */
export function until({ held_until }, zone) {
  const at = wall(Date.parse(held_until), OWN);
  return (at === wall(held_until, zone) ? words.booking.kept : words.booking.keptHere)(clock(at));
}
