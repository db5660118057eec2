/** @import {seldom} from "./seldom.js" */

import { element } from "./dom.js";

/** What few visitors open comes with its words and its styles when it is first wanted. */

/** @type {typeof seldom | null} */
let here = null;
/** @type {Promise<typeof seldom> | null} */
let coming = null;

/** What has come so far. */
export function fetched() {
  return here;
}

/**
 * Brings it; calls that come together share one fetch.
 *
 * @param {HTMLElement} root the chat, whose page says where the styles are
 */
export function wanted(root) {
  coming ??= bring(root).catch((error) => {
    coming = null;
    throw error;
  });
  return coming;
}

/** @param {HTMLElement} root */
async function bring(root) {
  const { consent = "", days = "", styles = "" } = root.dataset;
  const [{ seldom }] = await Promise.all([import("./seldom.js"), dressed(styles)]);
  root.append(...seldom.sheets({ consent, days }));
  seldom.fillMenu(root);
  here = seldom;
  return seldom;
}

/** @param {string} href */
function dressed(href) {
  return new Promise((resolve, reject) => {
    const link = element("link", { rel: "stylesheet", href });
    link.addEventListener("load", resolve);
    link.addEventListener("error", () => {
      link.remove();
      reject(new Error("The styles were not to be had."));
    });
    document.head.append(link);
  });
}
