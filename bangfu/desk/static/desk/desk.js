/* Small comforts; every page works without them. */
"use strict";

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, select, textarea, [contenteditable]");
  if (event.key === "Escape") {
    document.querySelectorAll("details.menu[open]").forEach((menu) => {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
    return;
  }
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (localStorage.getItem("single-keys-off")) return;
  if (event.key === "/") {
    const search = document.querySelector("#q") || document.querySelector("#seek");
    if (search) {
      event.preventDefault();
      search.focus();
      search.select();
    }
  }
  if (event.key === "j" || event.key === "k") {
    const rows = [...document.querySelectorAll("table.rows tbody th a")];
    const here = rows.indexOf(document.activeElement);
    const next = rows[event.key === "j" ? here + 1 : Math.max(0, here - 1)];
    if (next) {
      event.preventDefault();
      next.focus();
    }
  }
});

document.addEventListener("click", (event) => {
  document.querySelectorAll("details.menu[open]").forEach((menu) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
});

/* On a phone the parts of a long page come folded, short ones apart; what a link leads to opens, and so does what is printed. */
const folds = [...document.querySelectorAll("details.fold.part")];
const unfold = (hash) => {
  const fold = hash.length > 1 && document.getElementById(hash.slice(1))?.closest("details.fold.part");
  if (fold) fold.open = true;
};
if (folds.length > 0) {
  const narrow = window.matchMedia("(max-width: 36rem)").matches;
  folds.forEach((fold) => {
    fold.open = !narrow || "short" in fold.dataset;
  });
  unfold(location.hash);
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    if (link) unfold(link.hash);
  });
  window.addEventListener("beforeprint", () => {
    folds.forEach((fold) => {
      fold.open = true;
    });
  });
}

/* What prints needs this script, and is not there without it. */
document.querySelectorAll("[data-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
});

/* Parts of a photo are chosen by drawing over them; the first one says whether it is set or unset. */
document.querySelectorAll("[data-cover]").forEach((cover) => {
  let wanted = null;
  let drawn = false;
  const box = (event) => document.elementFromPoint(event.clientX, event.clientY)?.closest(".cells label")?.firstElementChild;
  cover.addEventListener("pointerdown", (event) => {
    const first = box(event);
    if (!first) return;
    wanted = !first.checked;
    drawn = false;
  });
  cover.addEventListener("pointermove", (event) => {
    const there = box(event);
    if (wanted === null || !there) return;
    drawn = drawn || there.checked !== wanted;
    if (drawn) there.checked = wanted;
  });
  document.addEventListener("pointerup", () => {
    wanted = null;
  });
  /* After a stroke the click that ends it must not turn its last part round again. */
  cover.addEventListener("click", (event) => {
    if (drawn && event.target.matches("input")) event.preventDefault();
    drawn = false;
  });
});

/* Enter in a box that looks something up does not send the form round it. */
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.closest(".pick input[type=search]")) {
    event.preventDefault();
  }
});

/* Who chose while names were being looked up keeps the choice: they are looked up again with it. */
document.addEventListener("htmx:beforeSwap", (event) => {
  const { elt, formData } = event.detail.requestConfig;
  const pick = elt.closest("[data-pick]");
  if (!pick || !formData) return;
  const now = new FormData(pick.closest("form")).getAll(pick.dataset.pick);
  if (now.join() !== formData.getAll(pick.dataset.pick).join()) {
    event.detail.shouldSwap = false;
    htmx.trigger(elt, "renew");
  }
});

/* What was sent says that it is under way: the desk may take seconds to read it. */
const working = (form, busy) =>
  form.querySelectorAll("[data-working]").forEach((told) => {
    told.textContent = busy ? told.dataset.working : "";
  });
document.addEventListener("submit", (event) => working(event.target, true));
window.addEventListener("pageshow", () => document.querySelectorAll("form.entry").forEach((form) => working(form, false)));

/* What is wrong with a form is read first. */
document.querySelector("#wrong")?.focus();
