/**
 * @import {Words} from "./languages/en.js"
 * @import {seldomEnglish} from "./languages/en-seldom.js"
 */

import { en } from "./languages/en.js";

/** Which language the chat speaks. English is always here; another is fetched when it is wanted. */

const KEY = "meridian.language";

/** What the server says is in this language, whatever the interface speaks. */
export const CONTENT = "en";

/** All of English that is here. The type says more: whoever needs words that come later brings them first. */
const english = /** @type {Words} */ (/** @type {unknown} */ (en));

/** @type {Record<string, {name: string, words: () => Promise<Words>}>} */
const LANGUAGES = {
  en: { name: en.name, words: async () => english },
  fr: { name: "Français", words: async () => (await import("./languages/fr.js")).fr },
};

/** The words of the language spoken now: to be read when they are needed, not kept. */
export const words = { ...english };

/** @type {(() => void)[]} */
const followers = [];

/**
 * Does something now, and again whenever the language changes.
 *
 * @param {() => void} tell
 */
export function follow(tell) {
  followers.push(tell);
  tell();
}

/** The languages to choose from. @returns {{code: string, name: string}[]} */
export function languages() {
  return Object.entries(LANGUAGES).map(([code, { name }]) => ({ code, name }));
}

/**
 * Speaks a language from now on; one that is not here leaves things as they are.
 *
 * @param {string | null} locale such as `fr` or `fr-CA`
 * @param {{keep?: boolean}} [options] whether this tab remembers it
 */
export async function speak(locale, { keep = false } = {}) {
  const code = known(locale);
  if (code === null) return;
  if (keep) remember(code);
  if (code === words.language) return;
  try {
    const spoken = await LANGUAGES[code]?.words();
    if (!spoken) return;
    Object.assign(words, spoken);
  } catch {
    return; // It could not be fetched: the chat goes on as it is.
  }
  for (const tell of followers) tell();
}

/** English has more words from now on. @param {typeof seldomEnglish} more */
export function learn(more) {
  Object.assign(english, more);
  if (words.language === english.language) Object.assign(words, more);
}

/**
 * The language to begin with: what was chosen in this tab, what the address asks for, what the page says, what the
 * browser prefers.
 *
 * @param {string | undefined} asked by the page's `data-lang`
 */
export function preferred(asked) {
  const query = new URLSearchParams(location.search).get("lang");
  const wishes = [remembered(), query, asked ?? null, ...navigator.languages];
  return wishes.map(known).find((code) => code !== null) ?? en.language;
}

/** @param {string | null} locale */
function known(locale) {
  const code = (locale ?? "").toLowerCase().split("-")[0] ?? "";
  return Object.hasOwn(LANGUAGES, code) ? code : null;
}

function remembered() {
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    return null; // Storage is switched off.
  }
}

/** @param {string} code */
function remember(code) {
  try {
    sessionStorage.setItem(KEY, code);
  } catch {
    // As above.
  }
}
