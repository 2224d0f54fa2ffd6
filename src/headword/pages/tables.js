"use strict";
(() => {
  const value = (row, i) => {
    const cell = row.cells[i];
    if ("by" in cell.dataset) return Number(cell.dataset.by);
    const text = cell.textContent.trim();
    const number = Number(text.replace(/[,%+]/g, "").replace("\u2212", "-"));
    return text === "" || text === "\u2013" ? null : Number.isNaN(number) ? text.toLowerCase() : number;
  };
  const before = (a, b) => {
    if (a === null || b === null) return (a === null) - (b === null);
    if (typeof a === typeof b) return typeof a === "number" ? a - b : a.localeCompare(b);
    return typeof a === "number" ? -1 : 1;
  };
  document.querySelectorAll("table[data-live]").forEach((table, number) => {
    const body = table.tBodies[0];
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, i) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const falling = head.getAttribute("aria-sort") === "ascending"
          || (head.classList.contains("number") && !head.hasAttribute("aria-sort"));
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", falling ? "descending" : "ascending");
        const keyed = [...body.rows].map((row) => [value(row, i), row]);
        keyed.sort(([a], [b]) => a === null || b === null ? before(a, b) : falling ? before(b, a) : before(a, b));
        body.append(...keyed.map(([, row]) => row));
      });
    });
    const label = document.createElement("label");
    const input = document.createElement("input");
    const found = document.createElement("span");
    input.type = "search";
    input.id = "search-" + number;
    label.htmlFor = input.id;
    label.textContent = "Search this table";
    found.setAttribute("role", "status");
    const line = document.createElement("p");
    line.className = "search";
    line.append(label, input, found);
    table.parentElement.before(line);
    const texts = new Map([...body.rows].map((row) => [row, row.textContent.toLowerCase()]));
    input.addEventListener("input", () => {
      const words = input.value.toLowerCase().split(/\s+/);
      let shown = 0;
      texts.forEach((text, row) => {
        row.hidden = !words.every((word) => text.includes(word));
        shown += !row.hidden;
      });
      found.textContent = shown.toLocaleString("en") + " of " + texts.size.toLocaleString("en") + " rows";
    });
  });
})();
