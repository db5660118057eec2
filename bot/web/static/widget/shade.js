/** @import {Rgb} from "./colour.js" */

import { BLACK, ENOUGH, WHITE, contrast, hex, parse, textOn } from "./colour.js";

/** The clinic's colour as text: shaded until it reads. */

const STEP = 0.02;
const POINTED = 0.2;
/** The chat's themes: the least favourable ground (`--mist` of tokens.css), and where text goes under the pointer. */
const LIGHT = /** @type {Rgb[]} */ ([[230, 241, 238], BLACK]);
const DARK = /** @type {Rgb[]} */ ([[37, 64, 59], WHITE]);

/**
 * The clinic's colour in the place of jade and of deep jade.
 *
 * @param {string} colour as `#0b6b5e`
 */
export function shades(colour) {
  const chosen = parse(colour) ?? BLACK;
  const [light, dark] = [LIGHT, DARK].map(([ground = WHITE, pointed = BLACK]) => {
    const jade = readable(chosen, ground);
    return [jade, mixed(jade, pointed, POINTED)].map(hex);
  });
  return { light, dark };
}

/**
 * The colour, no darker or lighter than it must be to read as text on this background.
 *
 * @param {Rgb} colour
 * @param {Rgb} back
 */
function readable(colour, back) {
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
function mixed(colour, other, share) {
  return /** @type {Rgb} */ (colour.map((part, at) => Math.round(part + (Number(other[at]) - part) * share)));
}
