/* A list by keyboard: one row is in the order of Tab, arrows go on from it. Without script every
   link is. Keys of one letter can be switched off, for those who speak to their device. */
"use strict";

(() => {
  const OFF = "single-keys-off";
  const table = document.querySelector("table[data-roving]");
  const keys = document.querySelector("[data-keys]");
  const rows = table ? [...table.tBodies[0].rows].filter((row) => row.querySelector("a")) : [];
  const links = (row) => [...row.querySelectorAll("a")];
  const head = (row) => row.querySelector("th a") || links(row)[0];
  let current = rows[0];

  const single = () => localStorage.getItem(OFF) === null;

  function reach(row) {
    if (!row) return;
    for (const link of links(current)) link.tabIndex = -1;
    for (const link of links(row)) link.tabIndex = 0;
    current = row;
  }

  function go(row, event) {
    if (!row) return;
    event.preventDefault();
    reach(row);
    head(row).focus();
  }

  if (table) {
    for (const row of rows) for (const link of links(row)) link.tabIndex = -1;
    reach(current);
    table.addEventListener("focusin", (event) => reach(event.target.closest("tbody tr")));
  }

  /* Inside the table: arrows, the first and the last row. */
  table?.addEventListener("keydown", (event) => {
    const row = event.target.closest("tbody tr");
    if (!row || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const place = rows.indexOf(row);
    const beside = links(row);
    const here = beside.indexOf(event.target);
    if (event.key === "ArrowDown") go(rows[place + 1], event);
    else if (event.key === "ArrowUp") go(rows[place - 1], event);
    else if (event.key === "Home") go(rows[0], event);
    else if (event.key === "End") go(rows[rows.length - 1], event);
    else if (event.key === "ArrowRight" && beside[here + 1]) beside[here + 1].focus();
    else if (event.key === "ArrowLeft" && beside[here - 1]) beside[here - 1].focus();
    else return;
    event.preventDefault();
  });

  function open(details) {
    if (!details) return false;
    details.open = true;
    const first = details.querySelector("input:not([type=hidden]), select, a");
    (first || details.querySelector("summary")).focus();
    return true;
  }

  function press(selector) {
    const found = document.querySelector(selector);
    if (found) found.click();
    return Boolean(found);
  }

  const does = {
    f: () => open(document.querySelector("details.panel")),
    c: () => open(document.querySelector("input[name=columns]")?.closest("details")),
    s: () => press("[data-key=s]"),
    d: () => press("[data-key=d]"),
    p: () => press("[data-key=p]"),
    "[": () => press(".pages a[rel=prev]"),
    "]": () => press(".pages a[rel=next]"),
    "?": () => {
      if (!keys) return false;
      keys.open = true;
      keys.querySelector("summary").focus();
      keys.scrollIntoView({ block: "nearest" });
      return true;
    },
  };

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, select, textarea, [contenteditable]");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || !single()) return;
    if (Object.hasOwn(does, event.key) && does[event.key]()) event.preventDefault();
  });

  const box = document.querySelector("[data-single-keys]");
  if (box) {
    box.closest("label").hidden = false;
    box.checked = single();
    box.addEventListener("change", () => {
      if (box.checked) localStorage.removeItem(OFF);
      else localStorage.setItem(OFF, "1");
    });
  }
})();
