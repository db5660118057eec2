/**
 * @import {Entry} from "./transcript.js"
 * @import {Message, QuickReply} from "./types.js"
 */

import { Api, ConversationLost, Problem, Unreachable } from "./api.js";
import { Composer } from "./composer.js";
import { framed, part } from "./dom.js";
import { refuseFiles } from "./files.js";
import { tell, when } from "./happenings.js";
import { preferred, speak, words } from "./language.js";
import { Log } from "./log.js";
import { Outbox } from "./outbox.js";
import { poll } from "./polling.js";
import { Session } from "./session.js";
import { furnish } from "./shell.js";
import { Stream } from "./stream.js";
import { Transcript } from "./transcript.js";
import { Waiting } from "./waiting.js";
import { fetched, wanted } from "./wanted.js";
import { fault, slowed } from "./words.js";

/** The chat: brings the parts together. */

// The answer to a post and the stream tell the same; one is often a moment ahead of the other.
const GAP_MS = 300;

class Chat {
  #root;
  #clinic;
  #consent;
  #session = new Session();
  #api;
  #transcript = new Transcript(
    (entry) => this.#changed(entry),
    (entry) => {
      this.#log.remove(entry);
      this.#waiting.end(entry.key);
    },
  );
  #outbox = new Outbox(
    this.#transcript,
    this.#session,
    (entry) => this.#deliver(entry),
    (entry, error) => this.#refused(entry, error),
    (problem) => this.#slowed(problem),
  );
  #log;
  #composer;
  #stream;
  #waiting;
  /** @type {Promise<void> | null} */
  #joining = null;
  /** @type {Promise<unknown> | null} */
  #erasing = null;

  /** @param {HTMLElement} root */
  constructor(root) {
    const { api = "", clinic = "", consent = "", emergency = "", question = "" } = root.dataset;
    this.#root = root;
    const suggestions = JSON.parse(root.dataset.suggestions ?? "[]");
    furnish(root, { clinic, emergency, question, suggestions });
    this.#clinic = clinic;
    this.#consent = consent;
    this.#api = new Api(api, this.#session);
    this.#log = new Log(root, {
      entries: () => this.#transcript.entries,
      retry: (entry) => this.#outbox.post(entry),
      choose: (choice, event) => this.#choose(choice, event),
      tell: async ({ id }, helpful, reason) =>
        (await this.#attempt(() => this.#api.feedback(id, helpful, reason))) !== null,
      attempt: (act) => this.#attempt(() => act(this.#api)),
      post: (text, event) => this.#post(text, event),
      show: (messages) => this.#show(messages),
      phone: root.dataset.phone ?? "",
      greeting: () => words.greeting(clinic, words.emergency(emergency)),
    });
    this.#composer = new Composer(
      root,
      (text) => {
        this.#composer.clear();
        this.#say(text, null);
      },
      (text) => this.#log.say(text),
    );
    this.#waiting = new Waiting(
      (on) => this.#log.typing(on),
      () => this.#late(),
    );
    this.#stream = new Stream({
      address: () => this.#api.stream(),
      after: () => this.#transcript.seq,
      renew: () => this.#api.renew(),
      opened: () => this.#outbox.flush(),
      said: (messages) => this.#receive(messages),
      typing: (on) => (on ? this.#waiting.show() : this.#waiting.hide()),
      problem: (problem) => this.#failed(new Problem(0, problem)),
      lost: () => this.#startAgain(),
    });
    poll(
      {
        active: () => this.#session.ticket !== null || this.#session.unsent.length > 0,
        live: () => this.#stream.open,
        waiting: () => this.#waiting.on,
        overdue: () => this.#waiting.overdue,
      },
      () => this.#catchUp(),
    );
    refuseFiles(root, () => this.#log.note({ kind: "files", text: () => words.composer.noFiles, caution: true }));
    this.#listen();
    this.#session.watch(() => this.#follow());
    this.#outbox.takeUp();
    if (this.#session.ticket !== null) void this.#attempt(() => this.#join());
  }

  #listen() {
    const person = part(this.#root, "person", HTMLButtonElement);
    person.addEventListener("click", async () => {
      if (person.ariaDisabled === "true") return;
      person.ariaDisabled = "true";
      this.#log.expect();
      // The form is on its way while the server answers.
      this.#fetch().catch(() => {});
      await this.#attempt(async () => this.#receive((await this.#api.handoff()).replies));
      person.ariaDisabled = "false";
    });
    const menu = part(this.#root, "menu", HTMLDetailsElement);
    // By the time it opens, what it holds is here.
    menu.addEventListener("focusin", () => this.#fetch().catch(() => {}));
    menu.addEventListener("toggle", async () => {
      if (menu.open && !(await this.#ready())) menu.open = false;
    });
    menu.addEventListener("keydown", async (event) => {
      if (fetched() || event.repeat || !/Arrow(Down|Up)/.test(event.key)) return;
      event.preventDefault();
      const stayed = (await this.#ready()) && menu.contains(document.activeElement);
      if (stayed) menu.dispatchEvent(new KeyboardEvent("keydown", event));
    });
    part(this.#root, "privacy", HTMLButtonElement).addEventListener("click", async () => {
      if (await this.#ready()) fetched()?.openSheet(this.#root, "privacy");
    });
    when("save", () => void this.#save());
    when("erase", () => void this.#erase());
    for (const suggestion of this.#root.querySelectorAll("[data-part=suggestions] button")) {
      suggestion.addEventListener("click", (event) => this.#post(suggestion.textContent ?? "", event));
    }
    this.#root.addEventListener("keydown", (event) => {
      const inDialog = event.target instanceof Element && event.target.closest("dialog");
      if (event.key === "Escape" && !event.defaultPrevented && !inDialog && !framed) this.#composer.focus();
    });
    when("ask", (/** @type {{text: string}} */ { text }) => this.#say(text, null));
    when("locale", (/** @type {{locale: string}} */ { locale }) => void speak(locale));
    addEventListener("offline", () => this.#log.note({ kind: "offline", text: () => words.notes.offline }));
    addEventListener("online", () => {
      this.#log.drop("offline");
      if (this.#session.ticket && !this.#joining) void this.#attempt(() => this.#join());
    });
    // After a phone has slept, its line may be dead without having said so.
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible" && this.#session.ticket !== null) void this.#catchUp();
    });
  }

  // In and out of a conversation

  /** Goes on with this tab's conversation or begins one; calls that come together share it. */
  #join() {
    this.#joining ??= this.#enter().catch((error) => {
      this.#joining = null;
      throw error;
    });
    return this.#joining;
  }

  async #enter() {
    if (this.#session.ticket === null) {
      this.#receive(await this.#api.begin(this.#consent));
    } else {
      const { messages } = await this.#api.after(0);
      await this.#readyFor(messages);
      this.#log.silently(() => this.#transcript.mergeAll(messages));
    }
    this.#log.drop("problem");
    this.#stream.start();
    this.#outbox.flush();
    this.#suggest();
    if (!this.#session.lasts) this.#log.note({ kind: "forgetful", text: () => words.notes.forgetful });
    tell("joined");
  }

  /** Another tab has begun a conversation: this one joins it. One that is about to begin its own finds it by itself. */
  #follow() {
    if (this.#session.ticket === null && this.#joining) return;
    this.#leave();
    this.#joining = null;
    this.#session.adopt();
    this.#outbox.takeUp();
    void this.#attempt(() => this.#join());
  }

  #leave() {
    this.#stream.stop();
    this.#waiting.endAll();
    this.#session.forget();
    this.#transcript.clear();
    fetched()?.forget();
    this.#log.clear();
  }

  /** The next word begins another conversation. What was not sent is given back. @param {Entry[]} [unwanted] is not */
  #reset(unwanted) {
    const unsent = this.#outbox.abandon(unwanted);
    this.#leave();
    this.#joining = null;
    if (unsent.length > 0) this.#composer.restore(unsent.join("\n"));
    this.#suggest();
  }

  /** The conversation is gone, and says so, unless that is what the visitor wants. */
  #startAgain() {
    if (this.#erasing) return;
    this.#reset();
    this.#log.note({ kind: "lost", text: () => words.notes.lost });
  }

  // What the visitor does

  /**
   * @param {string} text
   * @param {string | null} choice
   */
  #say(text, choice) {
    this.#log.drop("problem", "deleted", "empty", "files", "lost", "late");
    this.#outbox.post(this.#transcript.add(text, choice));
  }

  /**
   * @param {QuickReply} choice
   * @param {Event} event
   */
  #choose({ id, title }, event) {
    this.#post(title, event, id);
  }

  /**
   * Says what a button says.
   *
   * @param {string} text
   * @param {Event} event
   * @param {string | null} [choice]
   */
  #post(text, event, choice = null) {
    this.#leaveChoices(event);
    this.#say(text, choice);
  }

  /**
   * The pressed button goes away. A keyboard goes on in the input; a finger must not bring up a keyboard.
   *
   * @param {Event} event
   */
  #leaveChoices(event) {
    if (event instanceof MouseEvent && event.detail > 0) part(this.#root, "thread", HTMLElement).focus();
    else this.#composer.focus();
  }

  async #save() {
    if (this.#session.ticket === null) return this.#log.note({ kind: "empty", text: () => words.notes.empty });
    const copy = await this.#attempt(() => this.#api.export());
    if (copy !== null) fetched()?.save(this.#clinic, copy.done);
  }

  async #erase() {
    const before = this.#transcript.entries;
    if (this.#session.ticket !== null) {
      this.#erasing = this.#attempt(() => this.#api.erase().catch(unlessLost));
      const erased = await this.#erasing;
      this.#erasing = null;
      if (erased === null) return;
    }
    this.#reset(before);
    this.#log.note({ kind: "deleted", text: () => words.notes.deleted });
    this.#composer.focus();
  }

  // What comes and goes

  /** @param {Entry} entry */
  async #deliver(entry) {
    await this.#erasing;
    await this.#join();
    if (!this.#transcript.has(entry)) return;
    const conversation = this.#session.ticket?.id;
    const words = entry.choice === null ? { text: entry.message.text } : { choice: entry.choice };
    const { message, replies } = await this.#api.send({ client_message_id: entry.key, ...words });
    // Deleted meanwhile: nothing of it comes back.
    if (conversation === this.#session.ticket?.id) this.#receive([message, ...replies]);
  }

  /**
   * @param {Entry} entry
   * @param {unknown} error
   */
  #refused(entry, error) {
    if (error instanceof ConversationLost) return this.#startAgain();
    this.#transcript.remove(entry);
    if (entry.choice === null) this.#composer.restore(entry.message.text);
    this.#suggest();
    this.#failed(error);
  }

  /** @param {Problem | null} problem */
  #slowed(problem) {
    if (problem === null) return this.#log.drop("slowed");
    this.#log.note({ kind: "slowed", text: () => slowed(problem), caution: true });
    this.#warn(problem);
  }

  /** What is refused is warned of all the same, which is in the record: it may have come. @param {unknown} error */
  #warn(error) {
    if (error instanceof Problem && error.reply) void this.#show([error.reply]);
  }

  /** In view, also where the stream was first and something has moved since. @param {Message[]} messages */
  async #show(messages) {
    await this.#receive(messages);
    this.#log.reveal();
  }

  /** @param {Message[]} messages */
  async #receive(messages) {
    if (needForm(messages)) {
      const conversation = this.#session.ticket?.id;
      await this.#readyFor(messages);
      if (conversation !== this.#session.ticket?.id) return;
    }
    const missing = this.#transcript.merge(messages);
    if (missing) setTimeout(() => this.#transcript.merge([]) && this.#catchUp(), GAP_MS);
  }

  async #catchUp() {
    const conversation = this.#session.ticket?.id;
    try {
      await this.#join();
      const { messages } = await this.#api.after(this.#transcript.seq);
      await this.#readyFor(messages);
      if (conversation === this.#session.ticket?.id) this.#transcript.mergeAll(messages);
      this.#outbox.flush();
    } catch (error) {
      // What is not reachable now is asked for again; what is lost is lost.
      if (error instanceof ConversationLost && conversation === this.#session.ticket?.id) this.#startAgain();
    }
  }

  /** @param {Entry} entry */
  #changed(entry) {
    this.#log.place(entry);
    if (entry.message.author !== "visitor") this.#answered(entry.message);
    else if (entry.state === "sent") this.#outbox.arrived(entry);
    else if (entry.state === "sending") this.#waiting.begin(entry.key);
    else this.#waiting.end(entry.key);
    this.#suggest();
  }

  /** Ends the wait for this; a person answers everything. @param {Message} message */
  #answered({ author, disposition, in_reply_to }) {
    tell("message", { author, disposition });
    if (author === "staff") this.#waiting.endAll();
    const asked = this.#transcript.entries.find(({ message }) => message.id === in_reply_to);
    if (asked) this.#waiting.end(asked.key);
    if (!this.#waiting.on) this.#log.drop("late");
  }

  async #late() {
    await this.#catchUp();
    // What has not arrived yet says so itself.
    const sent = this.#transcript.entries.at(-1)?.state === "sent";
    if (!sent || !this.#waiting.on) return;
    const { phone } = this.#root.dataset;
    const call = () => (phone ? words.notes.call(this.#clinic, phone) : "");
    this.#log.note({ kind: "late", text: () => words.notes.late + call() });
  }

  /** First questions are offered until the visitor has asked one. */
  #suggest() {
    const suggestions = this.#root.querySelector("[data-part=suggestions]");
    if (!(suggestions instanceof HTMLElement)) return;
    suggestions.hidden = this.#transcript.entries.some(({ message }) => message.author === "visitor");
  }

  // What is fetched when it is wanted

  /** Forms are shown when they can be: a message does not grow while it is read. @param {Message[]} messages */
  async #readyFor(messages) {
    if (needForm(messages)) await this.#ready();
  }

  #fetch() {
    // The words about privacy say what is so in this browser.
    if (!this.#session.lasts) this.#root.dataset.days = "";
    return wanted(this.#root);
  }

  /** @returns {Promise<boolean>} false where it could not be fetched, which the visitor is told */
  async #ready() {
    try {
      await this.#fetch();
      this.#log.drop("unfetched");
      return true;
    } catch {
      const again = async () => (await this.#ready()) && this.#log.retell();
      this.#log.note({ kind: "unfetched", text: () => words.faults.unfetched, caution: true, again });
      return false;
    }
  }

  // What goes wrong

  /**
   * Does something within the conversation, and tells the visitor where it fails.
   *
   * @template Done
   * @param {() => Promise<Done>} act
   * @returns {Promise<{done: Done} | null>}
   */
  async #attempt(act) {
    let conversation = this.#session.ticket?.id;
    try {
      await this.#join();
      conversation = this.#session.ticket?.id;
      const done = await act();
      this.#log.drop("problem");
      return { done };
    } catch (error) {
      if (!(error instanceof ConversationLost)) this.#failed(error);
      // What was lost may have been left for another meanwhile.
      else if (conversation === this.#session.ticket?.id) this.#startAgain();
      return null;
    }
  }

  /** @param {unknown} error */
  #failed(error) {
    const again = this.#joining ? undefined : () => void this.#attempt(() => this.#join());
    this.#log.note({ kind: "problem", text: () => fault(error), caution: true, again });
    this.#warn(error);
    if (!(error instanceof Problem || error instanceof Unreachable)) throw error;
  }
}

/** What is lost need not be deleted. @param {unknown} error */
function unlessLost(error) {
  if (!(error instanceof ConversationLost)) throw error;
}

/** Whether there is a form among them that cannot be shown yet. @param {Message[]} messages */
function needForm(messages) {
  return fetched() === null && messages.some(({ form }) => form !== null);
}

const root = document.querySelector("#chat");
if (root instanceof HTMLElement) {
  new Chat(root);
  // Unseen until it is in the visitor's language, so that it does not change before their eyes.
  root.ariaBusy = "true";
  void speak(preferred(root.dataset.lang)).finally(() => root.removeAttribute("aria-busy"));
}
