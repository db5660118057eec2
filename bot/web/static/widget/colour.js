/** The clinic's colour, made readable: contrast as WCAG 2.2 counts it. */

/** @typedef {[number, number, number]} Rgb red, green, blue from 0 to 255 */

export const BLACK = /** @type {Rgb} */ ([0, 0, 0]);
export const WHITE = /** @type {Rgb} */ ([255, 255, 255]);
/** What WCAG asks of text. */
export const ENOUGH = 4.5;

/**
 * A colour as a browser computes it, `rgb(11, 107, 94)`, or as `#0b6b5e`.
 *
 * @param {string} text
 * @returns {Rgb | null} null for anything else, and for one that lets through what is behind it
 */
export function parse(text) {
  const [, ...hex] = /^#(..)(..)(..)$/.exec(text) ?? [];
  const [, ...rgb] = /^rgb\((\d+), (\d+), (\d+)\)$/.exec(text) ?? [];
  const parts = hex.length > 0 ? hex.map((part) => parseInt(part, 16)) : rgb.map(Number);
  return parts.length === 3 && parts.every((part) => part <= 255) ? /** @type {Rgb} */ (parts) : null;
}

/** @param {Rgb} colour */
export function hex(colour) {
  return `#${colour.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}

/** Black or white, whichever reads better: one of them always has 4.5 : 1. @param {Rgb} back */
export function textOn(back) {
  return contrast(WHITE, back) >= ENOUGH ? WHITE : BLACK;
}

/**
 * @param {Rgb} one
 * @param {Rgb} other
 */
export function contrast(one, other) {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/** @param {Rgb} colour */
function luminance(colour) {
  const [red = 0, green = 0, blue = 0] = colour.map((part) => {
    const value = part / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
