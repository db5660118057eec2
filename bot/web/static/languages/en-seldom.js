/** The rest of the words in English: of the forms, of a booking, of what opens over the page, of the visitor's copy. */

export const seldomEnglish = {
  menu: { save: "Save a copy", erase: "Delete my chat", keys: "Keyboard and screen readers" },

  form: {
    fields: {
      name: "Your name",
      phone: "Phone",
      email: "E-mail",
      preferred_times: "Good times to reach you",
      note: "Anything we should know",
    },
    optional: " (optional)",
    faults: {
      name: "Please write your name.",
      contact: "Please leave a phone number or an e-mail address.",
      phone: "Please check this phone number.",
      email: "Please check this e-mail address.",
      other: "Please check this: it was not taken.",
    },
  },

  callback: {
    title: "Leave your details",
    hint: "Give a phone number or an e-mail address, or both. Only the clinic's staff see this.",
    note: "What is it about?",
    send: "Ask for a call back",
    /** @param {string} phone */
    orCall: (phone) => `Or call ${phone}`,
    done: "Your details are with the clinic.",
  },

  booking: {
    /** Folded under the times that are offered. */
    pick: "Pick another day and time",
    day: "Day",
    /** @param {string} day */
    week: (day) => `Week of ${day}`,
    /** How many times of a day are free. @param {number} count */
    free: (count) => (count === 0 ? "none free" : count === 1 ? "1 time" : `${count} times`),
    earlier: "Earlier day",
    later: "Later day",
    /** @param {string} day */
    times: (day) => `Free times on ${day}`,
    /** @param {string} day */
    noTimes: (day) => `No time is free on ${day}.`,
    /**
     * @param {string} first
     * @param {string} last
     */
    nothing: (first, last) => `No time is free from ${first} to ${last}.`,
    farther: "For a later day, write it below, for example “12 January”.",
    clinicTime: "Times are those of the clinic.",

    title: "Your details",
    hint: "Give a phone number or an e-mail address, or both. This goes to the clinic's staff, not through the chat.",
    visit: "Visit",
    when: "When",
    /**
     * @param {string} service
     * @param {string} practitioner
     */
    withWhom: (service, practitioner) => `${service} with ${practitioner}`,
    /**
     * @param {string} day
     * @param {string} from
     * @param {string} to
     */
    span: (day, from, to) => `${day}, ${from} to ${to}`,
    /** @param {string} moment */
    here: (moment) => `By the clock of this device that is ${moment}.`,
    /** @param {string} time */
    kept: (time) => `Kept for you until ${time}.`,
    /** @param {string} time */
    keptHere: (time) => `Kept for you until ${time} by the clock of this device.`,
    minute: "It is kept for one more minute.",
    check: "Go on",
    summary: "Is this right?",
    notYet: "Nothing is booked yet.",
    book: "Book this visit",
    change: "Change",
    expired: "This time was kept for five minutes, which are over. Nothing is booked. What you wrote is kept here.",
    another: "Choose another time",
    over: "This step is done.",
    booked: "Booked.",
    page: "Go to the booking page",
    see: "See, move or cancel this visit",
    calendar: "Add to your calendar",
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
        "details you left for a call back and any visit you booked in it. An e-mail the clinic has already had about it " +
        "is not taken back.",
    ],
    /** @param {string} version */
    version: (version) => `Version ${version} of these words. The clinic keeps which version you were shown.`,
  },

  close: "Close",

  erase: {
    title: "Delete this chat?",
    text:
      "All its messages are deleted from the clinic's records, with any details you left for a call back. A visit you " +
      "booked in it is deleted, too: your time is no longer kept. This cannot be undone.",
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
