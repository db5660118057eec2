/** @import {Answer, Source} from "./types.js" */

import { Problem, Unreachable } from "./api.js";
import { CONTENT, words } from "./language.js";

/** How dates, waits, checks and faults are put into words. */

const DAY_MS = 86_400_000;

/** Who checked an answer, and when. @param {Answer} answer */
export function checked({ edited_at, last_reviewed, reviewed_by, review_due }) {
  const { written, signedOff, notSignedOff, reviewDue } = words.answer;
  const signed = last_reviewed && reviewed_by ? signedOff(reviewed_by, day(last_reviewed)) : notSignedOff;
  return [written(day(edited_at)), signed, review_due ? reviewDue(day(review_due)) : ""].filter(Boolean).join(" ");
}

/** Publisher and year, as far as they are known. @param {Source} source */
export function origin(source) {
  return [source.publisher, source.year].filter(Boolean).join(", ");
}

/** `2026-11-21` as people write it here. @param {string} date */
export function day(date) {
  const parsed = new Date(date);
  if (Number.isNaN(parsed.valueOf())) return date;
  // A date without a time is no moment: read in UTC it stays the day it says.
  const zone = date.length === 10 ? { timeZone: "UTC" } : {};
  return parsed.toLocaleDateString(locale(), { day: "numeric", month: "long", year: "numeric", ...zone });
}

/** The day of a moment as it stands between messages: today, yesterday, or its date. @param {string} moment */
export function dayOf(moment) {
  const date = new Date(moment).toDateString();
  if (date === new Date().toDateString()) return words.thread.today;
  if (date === new Date(Date.now() - DAY_MS).toDateString()) return words.thread.yesterday;
  return day(moment);
}

/** @param {string} moment */
export function dayAndTime(moment) {
  return `${day(moment)}, ${time(moment)}`;
}

/** @param {string} moment */
export function time(moment) {
  const { lang } = document.documentElement;
  // Half past four is 4:30 p.m. in one English and 16:30 in another.
  const region = lang.startsWith(words.language) ? lang : words.locale;
  return new Date(moment).toLocaleTimeString(region, { timeStyle: "short" });
}

/** @param {number} count */
export function figure(count) {
  return count.toLocaleString(locale());
}

/** How long a wait is. @param {number} seconds */
export function span(seconds) {
  const whole = Math.ceil(seconds);
  return whole <= 90 ? words.faults.seconds(whole) : words.faults.minutes(Math.ceil(whole / 60));
}

/**
 * What went wrong, for the visitor. The server's own words are English; elsewhere they give way to ours.
 *
 * @param {unknown} error
 */
export function fault(error) {
  const { unreachable, unknown, tooMany, tooLong, refused, wait } = words.faults;
  if (error instanceof Unreachable) return unreachable;
  if (!(error instanceof Problem)) return unknown;
  if (error.retryAfter) return tooMany + wait(span(error.retryAfter));
  if (words.language === CONTENT) return error.message;
  return error.errors.some(({ field }) => field === "text") ? tooLong : refused;
}

/** What came too soon is sent by itself, and when. @param {Problem} problem */
export function slowed({ retryAfter }) {
  return words.faults.tooMany + words.faults.slowed(span(Number(retryAfter)));
}

/** The locale of dates and numbers. */
export function locale() {
  return words.language === CONTENT && document.documentElement.lang === "en-US" ? "en-US" : words.locale;
}
