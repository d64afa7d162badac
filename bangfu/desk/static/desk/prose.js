/* A paper's text while it is written: a figure is put in by a button, and the text stands below with
   its numbers a moment after each change. Without script a button of the form shows the same. */
"use strict";

(() => {
  const text = document.querySelector("#prose");
  const shown = document.querySelector("#preview .prose");
  if (!text || !shown) return;
  let waiting = 0;
  let asked = 0;

  async function look() {
    const mine = ++asked;
    const told = new FormData(text.form);
    told.set("look", "1");
    try {
      const answer = await fetch(text.form.action || location.href, { method: "POST", body: told });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const anew = page.querySelector("#preview .prose");
      if (anew && mine === asked) shown.replaceChildren(...anew.childNodes);
    } catch {
      /* The line is gone; what stands there stays, and the button of the form says so. */
    }
  }

  function soon() {
    clearTimeout(waiting);
    waiting = setTimeout(look, 1200);
  }

  /* Before anybody was in the text, a figure is put at its end and not before its first heading. */
  let been = false;
  text.addEventListener("focus", () => {
    been = true;
  });
  text.addEventListener("input", soon);
  text.form.querySelector("#on")?.addEventListener("change", soon);

  document.querySelectorAll("[data-insert]").forEach((button) => {
    button.hidden = false;
    button.parentElement.querySelector("[data-plain]").hidden = true;
    button.addEventListener("click", () => {
      const end = text.value.length;
      const [from, to] = been ? [text.selectionStart, text.selectionEnd] : [end, end];
      text.setRangeText(button.dataset.insert, from, to, "end");
      text.focus();
      soon();
    });
  });
})();
