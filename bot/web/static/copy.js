import { element } from "./dom.js";
import { words } from "./language.js";
import { dayAndTime } from "./words.js";

/** The visitor's own copy: a text file to read, and below it everything the server keeps, as it keeps it. */

/**
 * What the export has that people want to read; there is more in it.
 *
 * @typedef {{messages?: {from: "visitor" | "bot" | "staff" | "system", at: string, text: string}[]}} Kept
 */

/**
 * @param {string} clinic
 * @param {Kept} kept
 */
export function save(clinic, kept) {
  const { messages = [] } = kept;
  const { title, saved, staff, everything, file } = words.copy;
  const speakers = { ...words.speakers, staff };
  const text = [
    title(clinic),
    saved(dayAndTime(new Date().toISOString())),
    ...messages.map(({ from, at, text }) => `${speakers[from]}, ${dayAndTime(at)}\n${text}`),
    `${everything}\n${JSON.stringify(kept, null, 2)}`,
  ].join("\n\n");
  const url = URL.createObjectURL(new Blob([text, "\n"], { type: "text/plain;charset=utf-8" }));
  element("a", { href: url, download: `${file}-${new Date().toISOString().slice(0, 10)}.txt` }).click();
  // Not at once: the browser may still be reading it.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
