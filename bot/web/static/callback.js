/** @import {Callback, FieldError} from "./types.js" */

import { element } from "./dom.js";

/** The form for a call back. What is written here goes to the clinic's staff and never through the assistant. */

/**
 * @typedef {object} Field
 * @property {keyof Callback} name
 * @property {string} label
 * @property {string} type of the input, or `textarea`
 * @property {AutoFill} [autocomplete]
 * @property {boolean} [optional]
 */

const HINT = "Give a phone number or an e-mail address, or both. Only the clinic's staff see this.";

/** @type {Field[]} */
const FIELDS = [
  { name: "name", label: "Your name", type: "text", autocomplete: "name" },
  { name: "phone", label: "Phone", type: "tel", autocomplete: "tel" },
  { name: "email", label: "E-mail", type: "email", autocomplete: "email" },
  { name: "preferred_times", label: "Good times to reach you", type: "text", optional: true },
  { name: "note", label: "What is it about?", type: "textarea", optional: true },
];

/**
 * The form under its title, which folds it away.
 *
 * @param {string} key makes the ids of the fields its own
 * @param {(details: Callback) => Promise<FieldError[] | null>} send null when it was not taken for another reason
 */
export function callback(key, send) {
  const done = element("p", { class: "done", tabindex: "-1" }, "Your details are with the clinic.");
  const card = element(
    "details",
    { class: "callback", open: true, "aria-live": "off" },
    element("summary", {}, "Leave your details"),
    form(key, send, () => {
      card.replaceWith(done);
      done.focus({ preventScroll: true });
    }),
  );
  return card;
}

/**
 * @param {string} key
 * @param {Parameters<typeof callback>[1]} send
 * @param {() => void} taken
 */
function form(key, send, taken) {
  const inputs = new Map(FIELDS.map((field) => [String(field.name), input(field, key)]));
  const fault = element("p", { class: "fault", id: `fault-${key}` });
  const submit = element("button", { class: "primary", "aria-describedby": `fault-${key}` }, "Ask for a call back");
  const made = element(
    "form",
    { novalidate: true, "aria-label": "Leave your details" },
    element("p", { class: "small" }, HINT),
    ...FIELDS.map((field) => row(field, /** @type {HTMLInputElement} */ (inputs.get(field.name)))),
    fault,
    submit,
  );

  made.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (submit.ariaDisabled === "true") return;
    submit.ariaDisabled = "true";
    const written = details(inputs);
    const missing = whatIsMissing(written);
    const faults = missing.length > 0 ? missing : await send(written);
    submit.ariaDisabled = "false";
    if (faults === null) return;
    for (const [name, field] of inputs) mark(field, faults.find((each) => each.field === name)?.message ?? "");
    fault.textContent = faults.filter(({ field }) => !inputs.has(field)).map(({ message }) => message).join(" ");
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
 * @returns {FieldError[]}
 */
function whatIsMissing({ name, phone, email }) {
  const missing = [];
  if (name === "") missing.push({ field: "name", message: "Please write your name." });
  if (!phone && !email) {
    missing.push({ field: "phone", message: "Please leave a phone number or an e-mail address." });
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
    : element("input", { ...common, type, autocomplete: autocomplete ?? "off" });
}

/**
 * @param {Field} field
 * @param {HTMLInputElement | HTMLTextAreaElement} control
 */
function row(field, control) {
  const optional = field.optional ? element("span", { class: "optional" }, " (optional)") : null;
  return element(
    "div",
    { class: "field" },
    element("label", { for: control.id }, field.label, optional),
    control,
    element("p", { class: "fault", id: `${control.id}-fault` }),
  );
}

/**
 * @param {HTMLInputElement | HTMLTextAreaElement} control
 * @param {string} fault
 */
function mark(control, fault) {
  control.setAttribute("aria-invalid", String(fault !== ""));
  const told = control.nextElementSibling;
  if (told) told.textContent = fault;
}

/**
 * @param {Map<string, HTMLInputElement | HTMLTextAreaElement>} inputs
 * @returns {Callback}
 */
function details(inputs) {
  const written = [...inputs].map(([name, { value }]) => [name, value.trim()]).filter(([, value]) => value !== "");
  return { name: "", ...Object.fromEntries(written) };
}
