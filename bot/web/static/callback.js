/**
 * @import {Fault, Written} from "./form.js"
 * @import {Actions} from "./message.js"
 * @import {Message} from "./types.js"
 */

import { Problem } from "./api.js";
import { element } from "./dom.js";
import { NOTE, PERSON, form } from "./form.js";
import { words } from "./language.js";

/** The form for a call back. */

/** What is written in each form, kept while the form is drawn anew. @type {Map<string, Written | "sent">} */
const drafts = new Map();

/** Forgets what is written in the forms. */
export function forgetDrafts() {
  drafts.clear();
}

/**
 * The form under its title, which folds it away.
 *
 * @param {Message} message
 * @param {Actions} actions
 */
export function callback({ id }, actions) {
  const { title, hint, send, note, orCall } = words.callback;
  const { phone } = actions;
  const done = element("p", { class: "done", tabindex: "-1" }, words.callback.done);
  const draft = drafts.get(id);
  if (draft === "sent") return done;
  const { made } = form({
    key: id,
    title,
    hint,
    fields: [...PERSON, { name: "preferred_times", type: "text", optional: true }, NOTE],
    labels: { note },
    submit: send,
    written: draft ?? { name: "" },
    changed: (written) => drafts.set(id, written),
    send: (written) => leave(written, actions),
    taken: () => {
      drafts.set(id, "sent");
      card.replaceWith(done);
      done.focus({ preventScroll: true });
    },
  });
  if (phone) {
    made.append(element("a", { class: "or-call", href: `tel:${phone.replaceAll(" ", "")}` }, orCall(phone)));
  }
  const card = element("details", { class: "callback", open: true }, element("summary", {}, title), made);
  return card;
}

/**
 * @param {Written} details
 * @param {Actions} actions
 * @returns {Promise<Fault[] | null>}
 */
async function leave(details, { attempt, show }) {
  const sent = await attempt(async (api) => {
    try {
      const { replies } = await api.call("POST", "/callback", details);
      return { faults: [], replies };
    } catch (error) {
      if (!(error instanceof Problem) || error.errors.length === 0) throw error;
      return { faults: error.errors, replies: error.reply ? [error.reply] : [] };
    }
  });
  if (sent === null) return null;
  // After the form has closed or has the focus, so that the replies come below it and into view.
  const { faults, replies } = sent.done;
  if (replies.length > 0) setTimeout(() => show(replies));
  return faults;
}
