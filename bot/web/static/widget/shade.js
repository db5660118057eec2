/** @import {Rgb} from "./colour.js" */

import { ENOUGH, contrast, textOn } from "./colour.js";

/** The clinic's colour as text: shaded until it reads. */

const STEP = 0.02;

/**
 * The colour, no darker or lighter than it must be to read as text on this background.
 *
 * @param {Rgb} colour
 * @param {Rgb} back
 */
export function readable(colour, back) {
  const end = textOn(back);
  let share = 0;
  while (share < 1 && contrast(mixed(colour, end, share), back) < ENOUGH) share += STEP;
  return mixed(colour, end, Math.min(share, 1));
}

/**
 * @param {Rgb} colour
 * @param {Rgb} other
 * @param {number} share how much of the other, 0 to 1
 */
export function mixed(colour, other, share) {
  return /** @type {Rgb} */ (colour.map((part, at) => Math.round(part + (Number(other[at]) - part) * share)));
}
