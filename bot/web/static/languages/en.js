/** @import {seldomEnglish} from "./en-seldom.js" */

/**
 * The chat's own words in English, but for those that are seldom wanted. What the server says (answers, warnings,
 * questions to choose from) is not here: it is English in every interface.
 *
 * @typedef {typeof en & typeof seldomEnglish} Words another language must have each of these, and no more
 */

export const en = {
  language: "en",
  name: "English",
  /** How dates and numbers are written, where the page does not say which English it is in. */
  locale: "en-GB",
  join: ": ",

  head: {
    chatWith: "Chat with ",
    motto: "Written answers with sources, nothing generated",
    menu: "Menu",
    leave: "Close the chat",
  },

  /**
   * In English these are the words of the server's own greeting, which is what the record keeps.
   *
   * @param {string} clinic
   * @param {string} emergency
   */
  greeting: (clinic, emergency) => [
    `Hello. I am the automatic assistant of ${clinic}.`,
    "I answer questions about back pain and acupuncture with written answers that show their sources, and I can take " +
      "you to a booking or a person.",
    `Please do not type names or private details. In an emergency, call ${emergency}.`,
  ],
  /** Whom to call. @param {string} number where it is known */
  emergency: (number) => number || "your local emergency number",

  thread: {
    label: "Chat",
    log: "Messages",
    /** @param {boolean} framed another page shows the chat in a frame, and Escape leads back there */
    keys: (framed) =>
      "On a message, the up and down arrows go from message to message. " +
      (framed ? "Escape closes the chat." : "Escape goes to your question."),
    firstQuestions: "Questions people ask first",
    suggestedReplies: "Suggested replies",
    typing: "One moment…",
    newer: "New message below",
    today: "Today",
    yesterday: "Yesterday",
  },

  speakers: { visitor: "You", bot: "Assistant", staff: "From the clinic", system: "Notice", warning: "Warning" },

  heard: {
    /** @param {number} count */
    choices: (count) => (count === 1 ? "1 suggested reply." : `${count} suggested replies.`),
    form: "Below it is a form for your details.",
  },

  state: {
    sending: "Sending…",
    offline: "Waits until you are online again",
    slowed: "Waits to be sent",
    failed: "Not sent: try again",
  },

  answer: {
    getHelp: "When to get help",
    more: "Read more",
    trust: "Sources and how sure this is",
    howSure: "How sure",
    /** The pages under /answers say it in the same words. */
    evidence: {
      strong: "strong evidence",
      moderate: "moderate evidence",
      low: "low, the studies are few or weak",
      disputed: "disputed, good sources disagree",
      practical: "practical advice, not a result of studies",
    },
    disagreement: "Where sources disagree",
    sources: "Sources",
    fromClinic: "This comes from the clinic itself.",
    checked: "Who checked it",
    /** @param {string} day */
    written: (day) => `Written on ${day}.`,
    /**
     * @param {string} person
     * @param {string} day
     */
    signedOff: (person, day) => `Signed off by ${person} on ${day}.`,
    notSignedOff: "Not yet signed off by this clinic.",
    /** @param {string} day */
    reviewDue: (day) => `Due for review on ${day}.`,
    page: "Read this answer as a page",
    newTab: " (opens a new tab)",
    copy: "Copy",
    copied: "Copied.",
    notCopied: "It could not be copied. You can select the text instead.",
  },

  feedback: {
    question: "Was this helpful?",
    yes: "Yes",
    no: "No",
    thanks: "Thank you.",
    why: "What was wrong? You can leave this out.",
    reasons: ["Not what I asked", "Hard to understand", "I need more detail"],
  },

  warning: {
    sign: "Warning",
    /** @param {string} number */
    call: (number) => `Call ${number}`,
  },

  composer: {
    label: "Your question",
    send: "Send",
    person: "Talk to a person",
    /**
     * @param {string} length
     * @param {string} limit
     */
    count: (length, limit) => `${length} of ${limit} characters`,
    tooLong: "Please make it shorter.",
    noFiles: "Pictures and files cannot be sent here. Please describe it in words, or talk to a person.",
  },

  privacy: {
    /** @param {string} emergency */
    line: (emergency) =>
      `Automatic assistant. Please leave out names and private details. In an emergency, call ${emergency}.`,
    title: "How your data is used",
  },

  notes: {
    lost: "Your earlier chat has ended. This is a new one.",
    deleted: "Your chat is deleted. Write again whenever you like.",
    empty: "Nothing is kept yet, so there is nothing to save.",
    late: "There is no answer yet. It will appear here when it comes.",
    /**
     * @param {string} clinic
     * @param {string} phone
     */
    call: (clinic, phone) => ` You can also call ${clinic} on ${phone}.`,
    forgetful: "This page alone remembers the chat: your browser keeps nothing here. It is gone when you leave the page.",
    offline: "You are offline. What you write waits here and is sent when you are online again.",
    again: "Try again",
  },

  faults: {
    unreachable: "The clinic's server cannot be reached at the moment.",
    tooMany: "That was a lot at once.",
    tooLong: "The message is too long. Please make it shorter.",
    refused: "That did not work. Please try again.",
    unfetched: "This could not be loaded. Please try again, or load the page again.",
    unknown: "Something went wrong here. Please load the page again.",
    /** @param {string} wait */
    wait: (wait) => ` You can try again in ${wait}.`,
    /** @param {string} wait */
    slowed: (wait) => ` What you wrote is sent in ${wait}.`,
    /** @param {number} count */
    seconds: (count) => (count === 1 ? "1 second" : `${count} seconds`),
    /** @param {number} count */
    minutes: (count) => (count === 1 ? "1 minute" : `${count} minutes`),
  },
};
