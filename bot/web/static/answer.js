/** @import {Answer, Message, Source} from "./types.js" */

import { button, element, paragraphs, unseen } from "./dom.js";
import { howSure, origin, signedOff } from "./words.js";

/** What stands under an answer: when to get help, more to read, the sources and how sure this is, whether it helped. */

const REASONS = ["Not what I asked", "Hard to understand", "I need more detail"];

/** @typedef {(helpful: boolean, reason?: string) => Promise<boolean>} Tell whether it was taken */

/** @param {Answer} answer */
export function help(answer) {
  return answer.get_help
    ? element("div", { class: "help" }, element("strong", {}, "When to get help"), ...paragraphs(answer.get_help))
    : null;
}

/**
 * @param {Message} message
 * @param {Answer} answer
 * @param {Tell} tell
 */
export function extras(message, answer, tell) {
  // Not read out when the answer arrives: the answer itself is enough to hear.
  return element(
    "div",
    { class: "extras", "aria-live": "off" },
    answer.more ? unfold("Read more", element("div", { class: "more" }, ...paragraphs(answer.more))) : null,
    unfold("Sources and how sure this is", evidence(answer)),
    feedback(message, tell),
  );
}

/**
 * @param {string} title
 * @param {HTMLElement} content
 */
function unfold(title, content) {
  return element("details", {}, element("summary", {}, title), content);
}

/** @param {Answer} answer */
function evidence(answer) {
  return element(
    "div",
    { class: "evidence" },
    element("p", {}, element("strong", {}, howSure(answer))),
    ...(answer.disagreement ? paragraphs(answer.disagreement) : []),
    answer.sources.length > 0
      ? element("ul", {}, ...answer.sources.map(source))
      : element("p", {}, "This comes from the clinic itself."),
    element("p", { class: "dates" }, signedOff(answer)),
    answer.page ? element("p", {}, elsewhere(answer.page, "Read this answer as a page")) : null,
  );
}

/** @param {Source} cited */
function source(cited) {
  const from = origin(cited);
  return element("li", {}, title(cited), from ? ` (${from})` : null);
}

/** @param {Source} cited */
function title({ title, url }) {
  if (url === null || !/^https:\/\//i.test(url)) return title;
  return elsewhere(url, title);
}

/**
 * A link that leaves the chat where it is.
 *
 * @param {string} url
 * @param {string} title
 */
function elsewhere(url, title) {
  const link = { href: url, target: "_blank", rel: "noopener noreferrer" };
  return element("a", link, title, unseen(" (opens a new tab)"));
}

/**
 * @param {Message} message
 * @param {Tell} tell
 */
function feedback(message, tell) {
  const question = element("span", { id: `helpful-${message.id}` }, "Was this helpful?");
  const thanks = element("span", { class: "thanks", hidden: true });
  const reasons = element("div", { class: "reasons", hidden: true }, element("span", {}, "What was wrong?"));
  /** @type {[HTMLButtonElement, boolean][]} */
  const verdicts = [
    [button("Yes", () => judge(true), { "aria-pressed": "false" }), true],
    [button("No", () => judge(false), { "aria-pressed": "false" }), false],
  ];
  const chosen = REASONS.map((reason) => button(reason, () => judge(false, reason), { "aria-pressed": "false" }));
  reasons.append(...chosen);

  /**
   * @param {boolean} helpful
   * @param {string} [reason]
   */
  async function judge(helpful, reason) {
    const taken = await tell(helpful, reason);
    if (!taken) return;
    for (const [pressed, verdict] of verdicts) press(pressed, verdict === helpful);
    for (const pressed of chosen) press(pressed, pressed.textContent === reason);
    reasons.hidden = helpful;
    thanks.textContent = "Thank you.";
    thanks.hidden = false;
  }

  return element(
    "div",
    { class: "feedback", role: "group", "aria-labelledby": question.id },
    question,
    ...verdicts.map(([verdict]) => verdict),
    thanks,
    reasons,
  );
}

/**
 * @param {HTMLButtonElement} pressed
 * @param {boolean} on
 */
function press(pressed, on) {
  pressed.setAttribute("aria-pressed", String(on));
}
