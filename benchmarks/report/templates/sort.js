// Makes the headings of a table buttons that sort it; without this the table stays in its order.
for (const table of document.querySelectorAll("table.sortable")) {
  const headings = [...table.tHead.rows[0].cells];
  const body = table.tBodies[0];
  headings.forEach((heading, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener("click", () => {
      // Names begin at A, figures with the largest; a second click turns the order round.
      const first = column === 0 ? "ascending" : "descending";
      const other = column === 0 ? "descending" : "ascending";
      const order = heading.getAttribute("aria-sort") === first ? other : first;
      headings.forEach((each) => each.removeAttribute("aria-sort"));
      heading.setAttribute("aria-sort", order);
      const sign = order === "ascending" ? 1 : -1;
      const rows = [...body.rows];
      rows.sort((a, b) => sign * compare(a.cells[column], b.cells[column]));
      // What was not measured comes last either way.
      rows.sort((a, b) => isMissing(a.cells[column]) - isMissing(b.cells[column]));
      body.append(...rows);
    });
  });
}

function compare(a, b) {
  if (a.dataset.value === undefined || b.dataset.value === undefined) {
    return a.textContent.localeCompare(b.textContent, "en");
  }
  return Number(a.dataset.value) - Number(b.dataset.value);
}

function isMissing(cell) {
  return cell.tagName === "TD" && cell.dataset.value === undefined;
}
