/**
 * @import {Api} from "../api.js"
 * @import {Actions} from "../message.js"
 * @import {Booking} from "../types.js"
 */

import { ConversationLost } from "../api.js";
import { button, element } from "../dom.js";
import { words } from "../language.js";
import { fault } from "../words.js";

/** Asks the server, and says in the place where it is wanted that it is asked, and what went wrong. */

/**
 * What came of it; null where the conversation is lost, which the visitor is told.
 *
 * @template Found
 * @typedef {{found: Found} | {error: unknown} | null} Outcome
 */

/**
 * @template Found
 * @param {Actions} actions
 * @param {(api: Api) => Promise<Found>} ask
 * @returns {Promise<Outcome<Found>>}
 */
export async function asked({ attempt }, ask) {
  const outcome = await attempt(async (api) => {
    try {
      return { found: await ask(api) };
    } catch (error) {
      if (error instanceof ConversationLost) throw error;
      return { error };
    }
  });
  return outcome && outcome.done;
}

/** Where the booking in this conversation stands. @param {Api} api @returns {Promise<Booking>} */
export function booking(api) {
  return api.call("GET", "/booking");
}

/**
 * Fills a place with what the server says, once it stands in the page.
 *
 * @template Found
 * @param {HTMLElement} place can have the focus
 * @param {Actions} actions
 * @param {(api: Api) => Promise<Found>} ask
 * @param {(found: Found) => void} show
 */
export async function fill(place, actions, ask, show) {
  // Of a whole transcript only the last step stays.
  await null;
  if (!place.isConnected) return;
  const focused = place.contains(document.activeElement);
  place.replaceChildren(element("p", { class: "small" }, words.thread.typing));
  if (focused) place.focus({ preventScroll: true });
  const outcome = await asked(actions, ask);
  if (outcome === null || !place.isConnected) return;
  if ("found" in outcome) return show(outcome.found);
  const said = fault(outcome.error);
  const again = button(words.notes.again, () => void fill(place, actions, ask, show), { class: "primary" });
  place.replaceChildren(element("p", { class: "fault" }, said), again);
  actions.say(said);
}
