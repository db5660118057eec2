import { button, element, part, worded } from "./dom.js";
import { tell } from "./happenings.js";
import { follow, languages, speak, words } from "./language.js";

/** The small menu, which closes when the visitor turns to something else; what opens over the page. */

/** Fills the menu, and closes it where the visitor has gone on to write meanwhile. @param {HTMLElement} root */
export function fillMenu(root) {
  const details = part(root, "menu", HTMLDetailsElement);
  const summary = /** @type {HTMLElement} */ (details.querySelector("summary"));
  details.append(
    element(
      "div",
      { class: "menu-items" },
      item("save", () => tell("save")),
      item("erase", () => erase(root)),
      item("keys", () => openSheet(root, "keys")),
      ...languages().map(language),
    ),
  );
  if (document.activeElement === part(root, "question", HTMLTextAreaElement)) details.open = false;

  document.addEventListener("pointerdown", ({ target }) => {
    if (target instanceof Node && !details.contains(target)) details.open = false;
  });
  details.addEventListener("focusout", ({ relatedTarget }) => {
    if (relatedTarget instanceof Node && !details.contains(relatedTarget)) details.open = false;
  });
  details.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && details.open) {
      event.preventDefault();
      summary.focus();
      details.open = false;
      return;
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    details.open = true;
    const stops = [summary, ...details.querySelectorAll("button")].filter((stop) => !stop.hidden);
    const at = stops.findIndex((stop) => stop === document.activeElement);
    stops[(at + step + stops.length) % stops.length]?.focus();
  });
  // Whatever is chosen, the menu closes and focus is where it hangs, before anything else takes it.
  details.addEventListener(
    "click",
    ({ target }) => {
      if (!(target instanceof HTMLButtonElement)) return;
      summary.focus();
      details.open = false;
    },
    { capture: true },
  );
}

/**
 * Opens what is to be read over the page.
 *
 * @param {HTMLElement} root
 * @param {"keys" | "privacy"} name
 */
export function openSheet(root, name) {
  part(root, `${name}-sheet`, HTMLDialogElement).showModal();
}

/** Asks whether the chat is really to be deleted. @param {HTMLElement} root */
function erase(root) {
  const confirm = part(root, "confirm-sheet", HTMLDialogElement);
  confirm.returnValue = "keep";
  confirm.onclose = () => confirm.returnValue === "erase" && tell("erase");
  confirm.showModal();
}

/**
 * @param {"save" | "erase" | "keys"} name
 * @param {() => void} choose
 */
function item(name, choose) {
  const made = worded("button", { type: "button", "data-part": name }, () => words.menu[name]);
  made.addEventListener("click", choose);
  return made;
}

/**
 * A language in its own words; the one that is spoken is not offered.
 *
 * @param {{code: string, name: string}} language
 */
function language({ code, name }) {
  const offered = button(name, () => void speak(code, { keep: true }), { lang: code });
  follow(() => {
    offered.hidden = code === words.language;
  });
  return offered;
}
