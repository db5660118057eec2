/** What a website loads. The loader's address changes with every version; the server writes it in, and the clinic's name. */
(() => {
  const script = document.currentScript ?? document.querySelector('script[src*="/widget.js"]');
  if (!(script instanceof HTMLScriptElement)) return;
  /** @type {Promise<typeof import("./loader.js")>} */
  const loader = import(new URL("./loader.js", script.src).href);
  loader.then(
    ({ start }) => start(script, "the clinic"),
    () => {
      console.warn("Meridian: the chat was not loaded. Does this page's policy allow", script.src);
      document.dispatchEvent(new CustomEvent("meridian:error", { detail: { reason: "script" } }));
    },
  );
})();
