import { part } from "./dom.js";

/** The small menu, which closes when the visitor turns to something else; what opens over the page. */

/**
 * @param {HTMLElement} root
 * @param {object} actions
 * @param {() => void} actions.save
 * @param {() => void} actions.erase
 * @param {() => Promise<boolean>} actions.ready whether what opens over the page is there
 */
export function menu(root, { save, erase, ready }) {
  const details = part(root, "menu", HTMLDetailsElement);
  const summary = /** @type {HTMLElement} */ (details.querySelector("summary"));

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
  for (const name of ["keys", "privacy"]) {
    part(root, name, HTMLButtonElement).addEventListener("click", async () => {
      if (await ready()) part(root, `${name}-sheet`, HTMLDialogElement).showModal();
    });
  }
  part(root, "erase", HTMLButtonElement).addEventListener("click", async () => {
    if (!(await ready())) return;
    const confirm = part(root, "confirm-sheet", HTMLDialogElement);
    confirm.returnValue = "keep";
    confirm.onclose = () => confirm.returnValue === "erase" && erase();
    confirm.showModal();
  });
}
