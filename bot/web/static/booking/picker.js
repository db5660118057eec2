/**
 * @import {Api} from "../api.js"
 * @import {Actions} from "../message.js"
 * @import {Slot} from "../types.js"
 */

import { button, element } from "../dom.js";
import { words } from "../language.js";
import { booking, fill } from "./asking.js";
import { clock, dateOf, dayAndMonth, later, monday, wall, weekday } from "./when.js";

/** All free times of the next four weeks, folded until they are wanted. What is picked is said as a message. */

const DAYS = 28;

/**
 * @typedef {object} Offer
 * @property {string[]} days all of them, such as `2026-11-24`
 * @property {Map<string, Slot[]>} free the times of each day
 * @property {string | null} wished the day that was asked for
 * @property {string} zone the clinic's
 */

/**
 * @param {string} key makes the ids of its fields its own
 * @param {Actions} actions
 */
export function picker(key, actions) {
  const place = element("div", { class: "picked", tabindex: "-1" });
  const shown = element("details", { class: "picker" }, element("summary", {}, words.booking.pick), place);
  shown.addEventListener("toggle", () => {
    if (!shown.open) return;
    fill(place, actions, offered, (offer) => {
      place.replaceChildren(...(offer ? choices(offer, key, actions, shown) : [element("p", {}, words.booking.over)]));
      shown.scrollIntoView({ block: "nearest" });
    });
  });
  return shown;
}

/** What is free, of the visit that was asked for. @param {Api} api @returns {Promise<Offer | null>} */
async function offered(api) {
  const { draft, time_zone: zone } = await booking(api);
  if (!draft?.service_id) return null;
  const today = dateOf(wall(Date.now(), zone));
  const days = Array.from({ length: DAYS }, (_, days) => later(today, days));
  const query = new URLSearchParams({ service: `${draft.service_id}`, from: today, to: later(today, DAYS - 1) });
  const { slots } = /** @type {{slots: Slot[]}} */ (await api.call("GET", `slots?${query}`));
  return { days, free: Map.groupBy(slots, ({ starts_at }) => dateOf(wall(starts_at, zone))), wished: draft.day, zone };
}

/**
 * @param {Offer} offer
 * @param {string} key
 * @param {Actions} actions
 * @param {HTMLDetailsElement} folded
 * @returns {HTMLElement[]}
 */
function choices({ days, free, wished, zone }, key, actions, folded) {
  const { day: label, earlier, later: after, nothing, farther, clinicTime } = words.booking;
  const open = days.filter((day) => free.has(day));
  const hint = element("p", { class: "small" }, `${clinicTime} ${farther}`);
  const [first = "", last = ""] = [days[0], days.at(-1)];
  if (open.length === 0) return [element("p", {}, nothing(weekday(first), weekday(last))), hint];

  const times = element("div");
  const select = element("select", { id: `day-${key}` }, ...weeks(days, free));
  const steps = [button(earlier, () => go(-1)), button(after, () => go(1))];
  select.addEventListener("change", show);

  /** The free day before or after. @param {1 | -1} way */
  function next(way) {
    const ahead = open.filter((day) => (way > 0 ? day > select.value : day < select.value));
    return way > 0 ? ahead[0] : ahead.at(-1);
  }

  /** @param {1 | -1} way */
  function go(way) {
    const day = next(way);
    if (!day) return;
    select.value = day;
    show();
    actions.say(weekday(day));
  }

  function show() {
    times.replaceChildren(timesOf(select.value, free.get(select.value) ?? []));
    for (const [at, step] of steps.entries()) step.ariaDisabled = String(!next(at === 0 ? -1 : 1));
  }

  /** @param {string} day @param {Slot[]} slots */
  function timesOf(day, slots) {
    if (slots.length === 0) {
      const none = words.booking.noTimes(weekday(day));
      actions.say(none);
      return element("p", {}, none);
    }
    /** @param {Slot} slot */
    function time({ starts_at: starts, words: said }) {
      const made = button(clock(wall(starts, zone)), () => {});
      made.addEventListener("click", (event) => {
        actions.post(said, event);
        folded.open = false;
      });
      return made;
    }
    const name = words.booking.times(weekday(day));
    return element("div", { class: "choices times", role: "group", "aria-label": name }, ...slots.map(time));
  }

  select.value = wished && free.has(wished) ? wished : (open[0] ?? "");
  show();
  const row = element("div", { class: "field" }, element("label", { for: select.id }, label), select);
  return [row, element("div", { class: "choices" }, ...steps), times, hint];
}

/**
 * The days to choose from, week by week.
 *
 * @param {string[]} days
 * @param {Map<string, Slot[]>} free
 */
function weeks(days, free) {
  return [...Map.groupBy(days, monday)].map(([begins, week]) => {
    const options = week.map((day) => {
      const { length } = free.get(day) ?? [];
      return element("option", { value: day }, [weekday(day, "short"), words.booking.free(length)].join(words.join));
    });
    return element("optgroup", { label: words.booking.week(dayAndMonth(begins)) }, ...options);
  });
}
