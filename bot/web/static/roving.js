/** The arrow keys go from message to message. Tab stops at one of them: where the visitor was last, else the newest. */

const STOPS = ".message";
// A message longer than the view is scrolled through before the next one is gone to.
const LINE_PX = 60;

/**
 * @param {HTMLElement} thread what scrolls
 * @param {HTMLElement} log
 * @returns {() => void} to be called when messages have come or gone
 */
export function rove(thread, log) {
  /** @param {Element | null | undefined} stop */
  function stopAt(stop) {
    if (!stop || stop.getAttribute("tabindex") === "0") return;
    for (const old of log.querySelectorAll(`${STOPS}[tabindex="0"]`)) old.setAttribute("tabindex", "-1");
    stop.setAttribute("tabindex", "0");
  }

  log.addEventListener("focusin", ({ target }) => {
    if (target instanceof Element) stopAt(target.closest(STOPS));
  });
  log.addEventListener("keydown", (event) => {
    const { target, key } = event;
    if (!(target instanceof HTMLElement) || !target.matches(STOPS)) return;
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (scrolled(thread, target, key)) return event.preventDefault();
    const stops = [...log.querySelectorAll(STOPS)];
    const at = stops.indexOf(target);
    const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: stops.length - 1 }[key];
    if (to === undefined) return;
    event.preventDefault();
    const next = stops[to];
    if (!(next instanceof HTMLElement)) return;
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: key === "ArrowUp" ? "end" : "start" });
  });
  return () => {
    if (!log.contains(document.activeElement)) stopAt([...log.querySelectorAll(STOPS)].at(-1));
  };
}

/**
 * Scrolls within a message that goes on beyond the view.
 *
 * @param {HTMLElement} thread
 * @param {HTMLElement} message
 * @param {string} key
 */
function scrolled(thread, message, key) {
  const view = thread.getBoundingClientRect();
  const { top, bottom } = message.getBoundingClientRect();
  const down = key === "ArrowDown" && bottom > view.bottom + 1;
  const up = key === "ArrowUp" && top < view.top - 1;
  if (down) thread.scrollTop += LINE_PX;
  if (up) thread.scrollTop -= LINE_PX;
  return down || up;
}
