import { element } from "./dom.js";
import { dayAndTime } from "./words.js";

/** The visitor's own copy: a text file to read, and below it everything the server keeps, as it keeps it. */

const SPEAKERS = { visitor: "You", bot: "Assistant", staff: "The clinic", system: "Notice" };

/**
 * What the export has that people want to read; there is more in it.
 *
 * @typedef {{messages?: {from: keyof typeof SPEAKERS, at: string, text: string}[]}} Kept
 */

/**
 * @param {string} clinic
 * @param {Kept} kept
 */
export function save(clinic, kept) {
  const { messages = [] } = kept;
  const text = [
    `Your chat with ${clinic}`,
    `Saved on ${dayAndTime(new Date().toISOString())}`,
    ...messages.map(({ from, at, text }) => `${SPEAKERS[from]}, ${dayAndTime(at)}\n${text}`),
    `Everything that is kept about this chat:\n${JSON.stringify(kept, null, 2)}`,
  ].join("\n\n");
  const url = URL.createObjectURL(new Blob([text, "\n"], { type: "text/plain;charset=utf-8" }));
  element("a", { href: url, download: `chat-${new Date().toISOString().slice(0, 10)}.txt` }).click();
  // Not at once: the browser may still be reading it.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
