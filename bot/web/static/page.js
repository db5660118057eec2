/** Marks today in the opening hours, today as it is where the clinic is. */

for (const table of document.querySelectorAll("table[data-time-zone]")) {
  const zone = table.getAttribute("data-time-zone") ?? "UTC";
  const today = new Date().toLocaleDateString("en", { weekday: "long", timeZone: zone }).toLowerCase();
  const row = table.querySelector(`[data-day="${today}"]`);
  const word = document.createElement("span");
  word.className = "today-word";
  word.textContent = " today";
  row?.classList.add("today");
  row?.querySelector("th")?.append(word);
}
