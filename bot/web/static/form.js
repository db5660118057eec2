/** @import {FieldError} from "./types.js" */

import { element } from "./dom.js";
import { CONTENT, words } from "./language.js";

/** A form for who somebody is. What is written here goes to the clinic's staff and never through the assistant. */

/**
 * What is written, by the fields' names; an empty field is left out, but for the name.
 *
 * @typedef {{name: string, phone?: string, email?: string, preferred_times?: string, note?: string}} Written
 *
 * @typedef {object} Field
 * @property {keyof Written} name
 * @property {string} type of the input, or `textarea`
 * @property {AutoFill} [autocomplete]
 * @property {boolean} [optional]
 *
 * @typedef {FieldError & {ours?: boolean}} Fault `ours` was found here, not by the server
 *
 * @typedef {object} Plan
 * @property {string} key makes the ids of the fields its own
 * @property {string} title
 * @property {string} hint
 * @property {Field[]} fields
 * @property {Partial<Record<keyof Written, string>>} [labels] in the place of the usual ones
 * @property {string} submit
 * @property {Written} written what stands in it already
 * @property {(written: Written) => void} changed
 * @property {(written: Written) => Promise<Fault[] | null>} send null when it was not taken for another reason
 * @property {() => void} taken
 */

/** @type {Field[]} */
export const PERSON = [
  { name: "name", type: "text", autocomplete: "name" },
  { name: "phone", type: "tel", autocomplete: "tel" },
  { name: "email", type: "email", autocomplete: "email" },
];
/** @type {Field} */
export const NOTE = { name: "note", type: "textarea", optional: true };

/**
 * The form, and `tell`, which marks what is wrong in it and goes there.
 *
 * @param {Plan} plan
 */
export function form({ key, title, hint, fields, labels, submit: go, written, changed, send, taken }) {
  const inputs = new Map(fields.map((field) => [String(field.name), input(field, key, written[field.name] ?? "")]));
  const fault = element("p", { class: "fault", id: `fault-${key}` });
  const submit = element("button", { class: "primary", "aria-describedby": fault.id }, go);
  const names = { ...words.form.fields, ...labels };
  const made = element(
    "form",
    { novalidate: true, "aria-label": title },
    element("p", { class: "small" }, hint),
    ...fields.map((field) => row(field, names[field.name], /** @type {Control} */ (inputs.get(field.name)))),
    fault,
    submit,
  );

  /** @param {Fault[]} faults */
  function tell(faults) {
    for (const [name, control] of inputs) mark(control, faults.find(({ field }) => field === name));
    fault.textContent = faults.filter(({ field }) => !inputs.has(field)).map(inWords).join(" ");
    if (faults.length === 0) return;
    const wrong = [...inputs.values()].find((control) => control.ariaInvalid === "true");
    (wrong ?? submit).focus();
  }

  made.addEventListener("input", () => changed(read(inputs)));
  made.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (submit.ariaDisabled === "true") return;
    submit.ariaDisabled = "true";
    const now = read(inputs);
    const missing = whatIsMissing(now);
    const faults = missing.length > 0 ? missing : await send(now);
    submit.ariaDisabled = "false";
    if (faults === null) return;
    tell(faults);
    if (faults.length === 0) taken();
  });
  return { made, tell };
}

/** @typedef {HTMLInputElement | HTMLTextAreaElement} Control */

/**
 * What is told without asking the server, which has the last word.
 *
 * @param {Written} written
 * @returns {Fault[]}
 */
function whatIsMissing({ name, phone, email }) {
  const { name: nameless, contact } = words.form.faults;
  /** @type {Fault[]} */
  const missing = [];
  if (name === "") missing.push({ field: "name", message: nameless, ours: true });
  if (!phone && !email) missing.push({ field: "phone", message: contact, ours: true });
  return missing;
}

/**
 * @param {Field} field
 * @param {string} key
 * @param {string} value
 * @returns {Control}
 */
function input({ name, type, autocomplete }, key, value) {
  const id = `${name}-${key}`;
  const common = { id, name, "aria-describedby": `${id}-fault` };
  const made =
    type === "textarea"
      ? element("textarea", { ...common, rows: "2" })
      : element("input", { ...common, type, autocomplete: autocomplete ?? "off", required: name === "name" });
  made.value = value;
  return made;
}

/**
 * @param {Field} field
 * @param {string} label
 * @param {Control} control
 */
function row(field, label, control) {
  const optional = field.optional ? element("span", { class: "optional" }, words.form.optional) : null;
  return element(
    "div",
    { class: "field" },
    element("label", { for: control.id }, label, optional),
    control,
    element("p", { class: "fault", id: `${control.id}-fault` }),
  );
}

/**
 * @param {Control} control
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
  const { other, ...known } = words.form.faults;
  return field === "phone" || field === "email" || field === "name" ? known[field] : other;
}

/**
 * @param {Map<string, Control>} inputs
 * @returns {Written}
 */
function read(inputs) {
  const written = [...inputs].map(([name, { value }]) => [name, value.trim()]).filter(([, value]) => value !== "");
  return { name: "", ...Object.fromEntries(written) };
}
