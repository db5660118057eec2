import { follow } from "./language.js";

/** Elements. Text goes in as text, never as markup. */

/**
 * An element with its attributes and children. An attribute that is `false` is left out; a child that is null, too.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string | boolean>} [attributes]
 * @param {...(Node | string | null)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

/**
 * A button that does something here and sends no form.
 *
 * @param {string} title
 * @param {() => void} press
 * @param {Record<string, string | boolean>} [attributes]
 */
export function button(title, press, attributes = {}) {
  const made = element("button", { type: "button", ...attributes }, title);
  made.addEventListener("click", press);
  return made;
}

/**
 * Text as paragraphs: an empty line parts them.
 *
 * @param {string} text
 * @param {Record<string, string>} [attributes] of each
 */
export function paragraphs(text, attributes = {}) {
  return text.split(/\n{2,}/).map((paragraph) => element("p", attributes, paragraph));
}

/**
 * An element whose words follow the language of the chat.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string | boolean>} attributes
 * @param {() => string} read
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function worded(tag, attributes, read) {
  const made = element(tag, attributes);
  follow(() => {
    made.textContent = read();
  });
  return made;
}

/**
 * Gives an element a name that follows the language of the chat.
 *
 * @template {Element} Named
 * @param {Named} made
 * @param {() => string} read
 * @returns {Named}
 */
export function named(made, read) {
  follow(() => made.setAttribute("aria-label", read()));
  return made;
}

/** Words for those who hear the page. @param {string} text */
export function unseen(text) {
  return element("span", { class: "unseen" }, text);
}

/** Whether another page shows the chat in a frame. */
export const framed = parent !== window;

/**
 * The part of the chat that is marked with `data-part`.
 *
 * @template {Element} Kind
 * @param {Element} root
 * @param {string} name
 * @param {new () => Kind} kind
 * @returns {Kind}
 */
export function part(root, name, kind) {
  const found = root.querySelector(`[data-part="${name}"]`);
  if (found instanceof kind) return found;
  throw new Error(`The chat has no ${name}.`);
}
