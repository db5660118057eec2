/** @import {Callback, FieldError} from "./types.js" */

import { element } from "./dom.js";
import { CONTENT, words } from "./language.js";

/** The form for a call back. What is written here goes to the clinic's staff and never through the assistant. */

/**
 * @typedef {object} Field
 * @property {keyof Callback} name
 * @property {string} type of the input, or `textarea`
 * @property {AutoFill} [autocomplete]
 * @property {boolean} [optional]
 */

/** @typedef {FieldError & {ours?: boolean}} Fault `ours` was found here, not by the server */

/** @type {Field[]} */
const FIELDS = [
  { name: "name", type: "text", autocomplete: "name" },
  { name: "phone", type: "tel", autocomplete: "tel" },
  { name: "email", type: "email", autocomplete: "email" },
  { name: "preferred_times", type: "text", optional: true },
  { name: "note", type: "textarea", optional: true },
];

/** What is written in each form, kept while the form is drawn anew. @type {Map<string, Callback | "sent">} */
const drafts = new Map();

/** Forgets what is written in the forms. */
export function forgetDrafts() {
  drafts.clear();
}

/**
 * The form under its title, which folds it away.
 *
 * @param {string} key makes the ids of the fields its own
 * @param {string} phone the clinic's, or ""
 * @param {(details: Callback) => Promise<FieldError[] | null>} send null when it was not taken for another reason
 */
export function callback(key, phone, send) {
  const done = element("p", { class: "done", tabindex: "-1" }, words.callback.done);
  if (drafts.get(key) === "sent") return done;
  const card = element(
    "details",
    { class: "callback", open: true },
    element("summary", {}, words.callback.title),
    form(key, phone, send, () => {
      drafts.set(key, "sent");
      card.replaceWith(done);
      done.focus({ preventScroll: true });
    }),
  );
  return card;
}

/**
 * @param {string} key
 * @param {string} phone
 * @param {Parameters<typeof callback>[2]} send
 * @param {() => void} taken
 */
function form(key, phone, send, taken) {
  const { orCall } = words.callback;
  const inputs = new Map(FIELDS.map((field) => [String(field.name), input(field, key)]));
  const fault = element("p", { class: "fault", id: `fault-${key}` });
  const submit = element("button", { class: "primary", "aria-describedby": `fault-${key}` }, words.callback.send);
  const made = element(
    "form",
    { novalidate: true, "aria-label": words.callback.title },
    element("p", { class: "small" }, words.callback.hint),
    ...FIELDS.map((field) => row(field, /** @type {HTMLInputElement} */ (inputs.get(field.name)))),
    fault,
    submit,
    phone ? element("a", { class: "or-call", href: `tel:${phone.replaceAll(" ", "")}` }, orCall(phone)) : null,
  );

  const draft = drafts.get(key);
  if (draft && draft !== "sent") {
    for (const [name, written] of Object.entries(draft)) {
      const field = inputs.get(name);
      if (field) field.value = written;
    }
  }
  made.addEventListener("input", () => drafts.set(key, details(inputs)));
  made.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (submit.ariaDisabled === "true") return;
    submit.ariaDisabled = "true";
    const written = details(inputs);
    const missing = whatIsMissing(written);
    const faults = missing.length > 0 ? missing : await send(written);
    submit.ariaDisabled = "false";
    if (faults === null) return;
    for (const [name, field] of inputs) mark(field, faults.find((each) => each.field === name));
    fault.textContent = faults.filter(({ field }) => !inputs.has(field)).map(inWords).join(" ");
    if (faults.length > 0) {
      const wrong = [...inputs.values()].find((field) => field.ariaInvalid === "true");
      return (wrong ?? submit).focus();
    }
    taken();
  });
  return made;
}

/**
 * What is told without asking the server, which has the last word.
 *
 * @param {Callback} written
 * @returns {Fault[]}
 */
function whatIsMissing({ name, phone, email }) {
  /** @type {Fault[]} */
  const missing = [];
  if (name === "") missing.push({ field: "name", message: words.callback.faults.name, ours: true });
  if (!phone && !email) {
    missing.push({ field: "phone", message: words.callback.faults.contact, ours: true });
  }
  return missing;
}

/**
 * @param {Field} field
 * @param {string} key
 */
function input({ name, type, autocomplete }, key) {
  const id = `${name}-${key}`;
  const common = { id, name, "aria-describedby": `${id}-fault` };
  return type === "textarea"
    ? element("textarea", { ...common, rows: "2" })
    : element("input", { ...common, type, autocomplete: autocomplete ?? "off", required: name === "name" });
}

/**
 * @param {Field} field
 * @param {HTMLInputElement | HTMLTextAreaElement} control
 */
function row(field, control) {
  const optional = field.optional ? element("span", { class: "optional" }, words.callback.optional) : null;
  return element(
    "div",
    { class: "field" },
    element("label", { for: control.id }, words.callback.fields[field.name], optional),
    control,
    element("p", { class: "fault", id: `${control.id}-fault` }),
  );
}

/**
 * @param {HTMLInputElement | HTMLTextAreaElement} control
 * @param {Fault | undefined} fault
 */
function mark(control, fault) {
  control.setAttribute("aria-invalid", String(fault !== undefined));
  const told = control.nextElementSibling;
  if (told) told.textContent = fault ? inWords(fault) : "";
}

/** The server says what is wrong in English; in another language we say which field to check. @param {Fault} fault */
function inWords({ field, message, ours }) {
  if (ours || words.language === CONTENT) return message;
  const { other, ...known } = words.callback.faults;
  return field === "phone" || field === "email" || field === "name" ? known[field] : other;
}

/**
 * @param {Map<string, HTMLInputElement | HTMLTextAreaElement>} inputs
 * @returns {Callback}
 */
function details(inputs) {
  const written = [...inputs].map(([name, { value }]) => [name, value.trim()]).filter(([, value]) => value !== "");
  return { name: "", ...Object.fromEntries(written) };
}
