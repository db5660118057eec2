/** Asks for new messages where the open line does not bring them. */

const STEP_MS = 3_000;
// With nothing awaited and no line, a person's message may still come: every thirty seconds.
const IDLE_STEPS = 10;

/**
 * @param {object} need
 * @param {() => boolean} need.active there is a conversation
 * @param {() => boolean} need.live the open line works
 * @param {() => boolean} need.waiting an answer is awaited
 * @param {() => boolean} need.overdue it is later than the line should take
 * @param {() => Promise<void>} ask
 */
export function poll({ active, live, waiting, overdue }, ask) {
  let step = 0;
  let asking = false;
  setInterval(async () => {
    step += 1;
    if (asking || !active() || document.visibilityState === "hidden") return;
    const due = live() ? overdue() : waiting() || step % IDLE_STEPS === 0;
    if (!due) return;
    asking = true;
    await ask().finally(() => {
      asking = false;
    });
  }, STEP_MS);
}
