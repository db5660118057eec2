/** @import {Answer, Source} from "./types.js" */

/** How dates, evidence and sources are put into words. */

const EVIDENCE = {
  strong: "strong evidence",
  moderate: "moderate evidence",
  low: "low, the studies are few or weak",
  disputed: "disputed, good sources disagree",
  practical: "practical advice, not a result of studies",
};

/** @param {Answer} answer */
export function howSure(answer) {
  return `How sure: ${EVIDENCE[answer.evidence] ?? answer.evidence}.`;
}

/** @param {Answer} answer */
export function signedOff(answer) {
  const signed =
    answer.last_reviewed && answer.reviewed_by
      ? `Signed off by ${answer.reviewed_by} on ${day(answer.last_reviewed)}.`
      : "Not yet signed off by this clinic.";
  const due = answer.review_due ? ` Due for review on ${day(answer.review_due)}.` : "";
  return `Written on ${day(answer.edited_at)}. ${signed}${due}`;
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

/** @param {string} moment */
export function dayAndTime(moment) {
  return new Date(moment).toLocaleString(locale(), { dateStyle: "long", timeStyle: "short" });
}

/** @param {string} moment */
export function time(moment) {
  return new Date(moment).toLocaleTimeString(locale(), { timeStyle: "short" });
}

/** How long a wait is. @param {number} seconds */
export function span(seconds) {
  const whole = Math.ceil(seconds);
  return whole === 1 ? "1 second" : whole <= 90 ? `${whole} seconds` : `${Math.ceil(whole / 60)} minutes`;
}

function locale() {
  return document.documentElement.lang === "en-US" ? "en-US" : "en-GB";
}
