/** @import {Answer, Message, Source} from "./types.js" */

import { button, element, paragraphs, unseen } from "./dom.js";
import { CONTENT, words } from "./language.js";
import { checked, origin } from "./words.js";

/** What stands under an answer: when to get help, more to read, why to trust it, whether it helped. */

/** @typedef {(helpful: boolean, reason?: string) => Promise<boolean>} Tell whether it was taken */

/** @param {Answer} answer */
export function help(answer) {
  return answer.get_help
    ? element(
        "div",
        { class: "help" },
        element("strong", {}, words.answer.getHelp),
        ...paragraphs(answer.get_help, { lang: CONTENT }),
      )
    : null;
}

/**
 * @param {Message} message
 * @param {Answer} answer
 * @param {{tell: Tell, say: (text: string) => void}} actions
 */
export function extras(message, answer, { tell, say }) {
  const { more, trust } = words.answer;
  return element(
    "div",
    { class: "extras" },
    answer.more ? unfold(more, element("div", { class: "more", lang: CONTENT }, ...paragraphs(answer.more))) : null,
    unfold(trust, evidence(answer)),
    element("div", { class: "verdict" }, feedback(message, tell), copyButton(message, answer, say)),
  );
}

/**
 * @param {string} title
 * @param {HTMLElement} content
 */
function unfold(title, content) {
  const summary = element("summary", {}, title);
  const details = element("details", {}, summary, content);
  // Once it is open: what was asked for comes into view.
  summary.addEventListener("click", () => requestAnimationFrame(() => details.scrollIntoView({ block: "nearest" })));
  return details;
}

/** @param {Answer} answer */
function evidence(answer) {
  const { howSure, evidence: strengths, disagreement, sources, fromClinic, checked: whoChecked, page } = words.answer;
  return element(
    "div",
    { class: "evidence" },
    reason(howSure, element("p", { class: "strength" }, strengths[answer.evidence] ?? answer.evidence)),
    answer.disagreement ? reason(disagreement, ...paragraphs(answer.disagreement, { lang: CONTENT })) : null,
    reason(
      sources,
      answer.sources.length > 0
        ? element("ul", { lang: CONTENT }, ...answer.sources.map(source))
        : element("p", {}, fromClinic),
    ),
    reason(whoChecked, element("p", {}, checked(answer))),
    answer.page?.startsWith("/answers/") ? element("p", {}, elsewhere(answer.page, page)) : null,
  );
}

/**
 * @param {string} title
 * @param {...HTMLElement} said
 */
function reason(title, ...said) {
  return element("div", {}, element("h4", {}, title), ...said);
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
export function elsewhere(url, title) {
  const link = { href: url, target: "_blank", rel: "noopener noreferrer" };
  const tab = unseen(words.answer.newTab);
  tab.lang = words.language;
  return element("a", link, title, tab);
}

/**
 * @param {Message} message
 * @param {Tell} tell
 */
function feedback(message, tell) {
  const { question: asked, yes, no, thanks: thank, why, reasons: known } = words.feedback;
  const question = element("span", { id: `helpful-${message.id}` }, asked);
  const thanks = element("span", { class: "thanks", hidden: true }, thank);
  const reasons = element("div", { class: "reasons", hidden: true }, element("span", {}, why));
  /** @type {[HTMLButtonElement, boolean][]} */
  const verdicts = [
    [button(yes, () => judge(true), { "aria-pressed": "false" }), true],
    [button(no, () => judge(false), { "aria-pressed": "false" }), false],
  ];
  const chosen = known.map((reason) => button(reason, () => judge(false, reason), { "aria-pressed": "false" }));
  reasons.append(...chosen);

  /**
   * @param {boolean} helpful
   * @param {string} [reason]
   */
  async function judge(helpful, reason) {
    if (!(await tell(helpful, reason))) return;
    message.feedback = { helpful, reason: reason ?? null };
    show();
    reasons.scrollIntoView({ block: "nearest" });
  }

  function show() {
    const { feedback: given } = message;
    if (!given) return;
    for (const [pressed, verdict] of verdicts) press(pressed, verdict === given.helpful);
    for (const pressed of chosen) press(pressed, pressed.textContent === given.reason);
    reasons.hidden = given.helpful;
    thanks.hidden = false;
  }

  show();
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

/**
 * @param {Message} message
 * @param {Answer} answer
 * @param {(text: string) => void} say
 */
function copyButton({ text }, { title, sources }, say) {
  const { copy, copied, notCopied } = words.answer;
  const cited = sources.map((source) => [source.title, origin(source), source.url].filter(Boolean).join(", "));
  const all = [title, text, ...cited].join("\n\n");
  const made = button(copy, async () => {
    try {
      // Not there on plain http, and refused in a frame whose page does not allow it.
      await navigator.clipboard.writeText(all);
      made.textContent = copied;
      say(copied);
    } catch {
      say(notCopied);
      made.textContent = notCopied;
    }
  });
  return made;
}
