/**
 * @import {Actions} from "../message.js"
 * @import {Message} from "../types.js"
 */

import { elsewhere } from "../answer.js";
import { element } from "../dom.js";
import { words } from "../language.js";
import { booking, fill } from "./asking.js";

/** Under the message that a visit is booked: the way to its page, and its file for a calendar. */

/**
 * @param {Message} message
 * @param {Actions} actions
 * @param {boolean} isNewest what it shows comes into view
 */
export function booked({ text }, actions, isNewest) {
  const place = element("div", { class: "visit-links", tabindex: "-1" });
  fill(place, actions, booking, ({ appointments }) => {
    // One that is over, or was cancelled, is not among them.
    const visit = appointments.find(({ code }) => text.includes(code));
    if (!visit) return place.remove();
    const page = `/appointments/${encodeURIComponent(visit.token)}`;
    place.replaceChildren(
      elsewhere(page, words.booking.see),
      element("a", { href: `${page}/visit.ics`, download: "visit.ics" }, words.booking.calendar),
    );
    if (isNewest) actions.show([]);
  });
  return place;
}
