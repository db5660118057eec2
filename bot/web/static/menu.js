import { part } from "./dom.js";

/** The small menu: closes when the visitor turns to something else, and asks before it deletes. */

/**
 * @param {HTMLElement} root
 * @param {{save: () => void, erase: () => void}} actions
 */
export function menu(root, { save, erase }) {
  const details = part(root, "menu", HTMLDetailsElement);
  const summary = /** @type {HTMLElement} */ (details.querySelector("summary"));
  const confirm = part(root, "confirm", HTMLDialogElement);

  /** Closes and goes back to where the menu hangs. */
  function close() {
    summary.focus();
    details.open = false;
  }

  document.addEventListener("pointerdown", ({ target }) => {
    if (target instanceof Node && !details.contains(target)) details.open = false;
  });
  details.addEventListener("focusout", ({ relatedTarget }) => {
    if (relatedTarget instanceof Node && !details.contains(relatedTarget)) details.open = false;
  });
  details.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !details.open) return;
    event.preventDefault();
    close();
  });
  part(root, "save", HTMLButtonElement).addEventListener("click", () => {
    close();
    save();
  });
  part(root, "delete", HTMLButtonElement).addEventListener("click", () => {
    close();
    confirm.returnValue = "keep";
    confirm.showModal();
  });
  confirm.addEventListener("close", () => {
    if (confirm.returnValue === "delete") erase();
  });
}
