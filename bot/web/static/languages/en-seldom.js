/** The rest of the words in English: of the form for a call back, of what opens over the page, of the visitor's copy. */

export const seldomEnglish = {
  callback: {
    title: "Leave your details",
    hint: "Give a phone number or an e-mail address, or both. Only the clinic's staff see this.",
    fields: {
      name: "Your name",
      phone: "Phone",
      email: "E-mail",
      preferred_times: "Good times to reach you",
      note: "What is it about?",
    },
    optional: " (optional)",
    faults: {
      name: "Please write your name.",
      contact: "Please leave a phone number or an e-mail address.",
      phone: "Please check this phone number.",
      email: "Please check this e-mail address.",
      other: "Please check this: it was not taken.",
    },
    send: "Ask for a call back",
    /** @param {string} phone */
    orCall: (phone) => `Or call ${phone}`,
    done: "Your details are with the clinic.",
  },

  privacySheet: {
    /** @param {string} days "" where this browser may not remember anything */
    text: (days) => [
      "The clinic keeps what you write here. Its staff may read it, to answer you and to make the answers better. It " +
        "is not used for advertising.",
      days
        ? `This browser remembers the chat for ${days} days after your last visit, in all its tabs. On a device that ` +
          "others use, delete the chat when you are done."
        : "This page alone remembers the chat. Once you leave it, you can no longer read or delete the chat here; the " +
          "clinic keeps what you have sent.",
      "In the menu you can save a copy or delete the chat. Deleting removes it from the clinic's records, with any " +
        "details you left for a call back. An e-mail the clinic has already had about it is not taken back.",
    ],
    /** @param {string} version */
    version: (version) => `Version ${version} of these words. The clinic keeps which version you were shown.`,
  },

  close: "Close",

  erase: {
    title: "Delete this chat?",
    text:
      "All its messages are deleted from the clinic's records, with any details you left for a call back. This " +
      "cannot be undone.",
    keep: "Keep it",
    erase: "Delete my chat",
  },

  keys: {
    title: "Keyboard and screen readers",
    /** Each a key and what it does. @param {boolean} framed */
    list: (framed) => [
      ["Enter", "sends your question; Shift and Enter begin a new line."],
      ["Tab", "goes through the buttons and links, Shift and Tab back: from your question, to the latest message."],
      ["Up, Down", "on a message, go to the one before or after. Home and End go to the first and the last."],
      ["Escape", framed ? "closes the chat." : "goes to your question from anywhere in the chat."],
    ],
    screenReader:
      "New messages are read out by themselves and never move you. Each message has a heading with who wrote it and " +
      "when.",
  },

  copy: {
    /** @param {string} clinic */
    title: (clinic) => `Your chat with ${clinic}`,
    /** @param {string} moment */
    saved: (moment) => `Saved on ${moment}`,
    staff: "The clinic",
    everything: "Everything that is kept about this chat:",
    /** The beginning of the file's name. */
    file: "chat",
  },
};
