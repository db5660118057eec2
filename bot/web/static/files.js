/** Pictures and files are not taken, and whoever pastes or drops one is told so. */

/**
 * @param {HTMLElement} root
 * @param {() => void} refused
 */
export function refuseFiles(root, refused) {
  root.addEventListener("paste", (event) => {
    const pasted = event.clipboardData;
    // Text copied from a word processor often brings a picture of itself along.
    if (!pasted?.files.length || pasted.getData("text/plain")) return;
    event.preventDefault();
    refused();
  });
  // Without this the browser would leave the page and open the file.
  root.addEventListener("dragover", (event) => {
    if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
  });
  root.addEventListener("drop", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    refused();
  });
}
