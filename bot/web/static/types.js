/**
 * What the visitor API says, for the type checker; nothing here runs.
 *
 * @typedef {object} QuickReply
 * @property {string} id
 * @property {string} title
 *
 * @typedef {object} Source
 * @property {string} title
 * @property {string | null} publisher
 * @property {number | null} year
 * @property {string | null} url
 *
 * @typedef {object} Answer
 * @property {string} title
 * @property {string | null} more paragraphs, an empty line between
 * @property {string | null} get_help when to see a doctor
 * @property {"strong" | "moderate" | "low" | "disputed" | "practical"} evidence
 * @property {string | null} disagreement
 * @property {Source[]} sources
 * @property {string} edited_at a date, as all of these
 * @property {string | null} last_reviewed null until this clinic has signed the article off
 * @property {string | null} reviewed_by
 * @property {string | null} review_due
 * @property {string | null} page where the article stands as a page: a path on this server
 *
 * @typedef {object} Message
 * @property {string} id
 * @property {number} seq counts from 1 without gaps within a conversation
 * @property {"visitor" | "bot" | "staff" | "system"} author
 * @property {string} text
 * @property {string | null} disposition
 * @property {string | null} topic
 * @property {number | null} confidence
 * @property {QuickReply[]} quick_replies
 * @property {"callback" | "booking_page" | "booking_times" | "booking_details" | "booked" | null} form
 * @property {Answer | null} answer
 * @property {string | null} in_reply_to
 * @property {string | null} client_message_id
 * @property {string} created_at
 * @property {{helpful: boolean, reason: string | null} | null} [feedback] the visitor's own
 *
 * @typedef {object} Renewed
 * @property {string} token
 * @property {number} expires_in seconds
 *
 * @typedef {Renewed & {id: string, messages: Message[]}} Begun
 *
 * @typedef {object} FieldError
 * @property {string} field
 * @property {string} message
 *
 * @typedef {object} ProblemDocument RFC 9457
 * @property {string} [title]
 * @property {string} [detail]
 * @property {number} [retry_after] seconds
 * @property {FieldError[]} [errors]
 * @property {Message} [reply] the warning that a refused message still gets
 *
 * @typedef {object} Slot a free time
 * @property {string} starts_at
 * @property {string} words the time as a visitor would write it, which the assistant understands exactly
 *
 * @typedef {object} Held a time that is kept
 * @property {string} id
 * @property {string} service
 * @property {string} practitioner
 * @property {string} starts_at
 * @property {string} ends_at
 * @property {string} held_until
 *
 * @typedef {object} Appointment
 * @property {string} code
 * @property {string} token opens its page
 *
 * @typedef {object} Booking where the booking in this conversation stands
 * @property {{service_id: number | null, day: string | null, held: Held | null} | null} draft
 * @property {Appointment[]} appointments
 * @property {string} time_zone the clinic's
 */

export {};
