/* Nothing typed is lost: every keystroke of a form is kept on this device until the desk has taken
   it. Sealed fields and files are never kept. Drafts belong to an account and go when it signs out. */
"use strict";

(() => {
  const LASTS = 7 * 24 * 3600 * 1000;
  const SKIPPED = new Set(["csrfmiddlewaretoken"]);

  const opened = new Promise((done) => {
    if (!window.indexedDB) return done(null);
    const asked = indexedDB.open("bangfu", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("drafts", { keyPath: "name" });
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => done(null);
  });

  /* One request in a transaction of its own; what is written is on the disk when it is done. */
  async function drafts(mode, ask) {
    const store = await opened;
    if (!store) return undefined;
    return new Promise((done) => {
      const work = store.transaction("drafts", mode, { durability: "strict" });
      const asked = ask(work.objectStore("drafts"));
      work.oncomplete = () => done(asked && asked.result);
      work.onerror = work.onabort = () => done(undefined);
    });
  }

  const kept = (field) =>
    field.name &&
    !SKIPPED.has(field.name) &&
    field.type !== "file" &&
    field.type !== "submit" &&
    !("undrafted" in field.dataset);

  function said(form) {
    const values = {};
    for (const field of form.elements) {
      if (!kept(field)) continue;
      const list = (values[field.name] = values[field.name] || []);
      if (field.type === "radio" || field.type === "checkbox") {
        if (field.checked) list.push(field.value);
      } else if (field.multiple) {
        list.push(...[...field.selectedOptions].map((one) => one.value));
      } else {
        list.push(field.value);
      }
    }
    return values;
  }

  function put(form, values) {
    for (const field of form.elements) {
      if (!kept(field) || !(field.name in values)) continue;
      const list = values[field.name];
      if (field.type === "radio" || field.type === "checkbox") {
        field.checked = list.includes(field.value);
      } else if (field.multiple) {
        for (const one of field.options) one.selected = list.includes(one.value);
      } else {
        field.value = list[0] ?? "";
      }
    }
    form.querySelectorAll("fieldset[data-pick]").forEach((pick) => putPicked(pick, values));
    form.querySelectorAll("details.fold").forEach((fold) => {
      fold.open = fold.open || [...fold.querySelectorAll("input, textarea, select")].some(filled);
    });
  }

  const filled = (field) =>
    kept(field) && field.value && (!/radio|checkbox/.test(field.type) || field.checked);

  /* What was picked out of many may not stand on the page any more: it is asked for by its key. */
  function putPicked(pick, values) {
    const name = pick.dataset.pick;
    const there = new Set([...pick.querySelectorAll("input")].map((one) => one.value));
    const missing = (values[name] || []).filter((key) => key && !there.has(key));
    if (!missing.length || !window.htmx) return;
    for (const key of missing) {
      const held = document.createElement("input");
      Object.assign(held, { type: "checkbox", name, value: key, checked: true, hidden: true });
      pick.querySelector(".found").append(held);
    }
    htmx.trigger(pick.querySelector("input[type=search]"), "renew");
  }

  const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

  async function keep(form) {
    const name = form.dataset.draft;
    const blank = said(form);
    const key = form.elements.key;
    let writing = false;
    let again = false;

    async function write() {
      if (writing) {
        again = true;
        return;
      }
      writing = true;
      const values = said(form);
      await drafts("readwrite", (store) =>
        store.put({ name, values, key: key && key.value, at: Date.now() })
      );
      writing = false;
      const told = form.querySelector("[data-kept]");
      if (told && (await opened)) told.textContent = told.dataset.kept;
      if (again) {
        again = false;
        write();
      }
    }

    form.addEventListener("input", write);
    form.addEventListener("change", write);
    const found = await drafts("readonly", (store) => store.get(name));
    const wrong = form.querySelector("#wrong");
    /* The desk answered what was sent: what stands on the page is later than the draft. */
    if ("answered" in form.dataset && !wrong) return write();
    if (!found || wrong || same(found.values, blank)) return;
    if (found.at < Date.now() - LASTS) {
      drafts("readwrite", (store) => store.delete(name));
      return;
    }
    put(form, found.values);
    const bar = form.querySelector("[data-restored]");
    bar.querySelector("time").textContent = new Date(found.at).toLocaleString();
    bar.hidden = false;
    bar.querySelector("button").addEventListener("click", async () => {
      await drafts("readwrite", (store) => store.delete(name));
      location.reload();
    });
  }

  /* The answer to a form that was taken names its key: its draft has done its work. */
  async function forget() {
    const taken = document.cookie.match(/(?:^|; )entered=([0-9a-f-]+)/);
    if (!taken) return;
    const all = (await drafts("readonly", (store) => store.getAll())) || [];
    for (const one of all.filter((draft) => draft.key === taken[1])) {
      await drafts("readwrite", (store) => store.delete(one.name));
    }
    document.cookie = "entered=; Max-Age=0; Path=/; SameSite=Lax";
  }

  /* Signing out leaves nothing of an account on a device that others may use. */
  function leave(form) {
    form.addEventListener("submit", async (event) => {
      if (form.dataset.left) return;
      event.preventDefault();
      const mine = ((await drafts("readonly", (store) => store.getAll())) || []).filter((draft) =>
        draft.name.startsWith(form.dataset.leaves + " ")
      );
      if (mine.length && !window.confirm(form.dataset.unsent.replace("{number}", mine.length))) return;
      for (const one of mine) await drafts("readwrite", (store) => store.delete(one.name));
      form.dataset.left = "1";
      form.submit();
    });
  }

  forget().then(() => document.querySelectorAll("form[data-draft]").forEach(keep));
  document.querySelectorAll("form[data-leaves]").forEach(leave);
})();
