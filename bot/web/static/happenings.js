/**
 * What happens in the chat, for a page that frames it, and what that page asks for. Kinds and counts only: nothing that
 * was written leaves the chat this way.
 *
 * The chat tells `joined` (the earlier messages, or the greeting, are in place) and `message` (a reply came). Whatever
 * books an appointment tells `booked`. The page asks for `ask` (a question, as if the visitor had sent it) and
 * `locale` (another language), the menu for `save` (a copy of the chat) and `erase`.
 *
 * @typedef {"joined" | "message" | "booked" | "ask" | "locale" | "save" | "erase"} Happening
 */
export const happenings = new EventTarget();

/**
 * @param {Happening} what
 * @param {object} [detail]
 */
export function tell(what, detail = {}) {
  happenings.dispatchEvent(new CustomEvent(what, { detail }));
}

/**
 * @template {object} Detail
 * @param {Happening} what
 * @param {(detail: Detail) => void} act
 */
export function when(what, act) {
  happenings.addEventListener(what, (event) => act(/** @type {CustomEvent<Detail>} */ (event).detail));
}
