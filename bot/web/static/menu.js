import { part } from "./dom.js";

/** The small menu, which closes when the visitor turns to something else; what opens over the page. */

/**
 * @param {HTMLElement} root
 * @param {{save: () => void, erase: () => void}} actions
 */
export function menu(root, { save, erase }) {
  const details = part(root, "menu", HTMLDetailsElement);
  const summary = /** @type {HTMLElement} */ (details.querySelector("summary"));
  const confirm = part(root, "confirm-sheet", HTMLDialogElement);

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
  part(root, "save", HTMLButtonElement).addEventListener("click", save);
  part(root, "erase", HTMLButtonElement).addEventListener("click", () => {
    confirm.returnValue = "keep";
    confirm.showModal();
  });
  for (const name of ["keys", "privacy"]) {
    const sheet = part(root, `${name}-sheet`, HTMLDialogElement);
    part(root, name, HTMLButtonElement).addEventListener("click", () => sheet.showModal());
  }
  confirm.addEventListener("close", () => {
    if (confirm.returnValue === "erase") erase();
  });
}
