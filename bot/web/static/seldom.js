import { callback, forgetDrafts } from "./callback.js";
import { save } from "./copy.js";
import { learn } from "./language.js";
import { seldomEnglish } from "./languages/en-seldom.js";
import { sheets } from "./sheets.js";

/** What few visitors open, in one file: the form for a call back, what opens over the page, the visitor's copy. */

learn(seldomEnglish);

export const seldom = { callback, forgetDrafts, save, sheets };
