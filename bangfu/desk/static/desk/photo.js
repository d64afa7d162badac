/* A form with a file: a photo is made small on the device, so that it goes over a slow line; what is
   asked about it stands there once it is chosen; and if the rest of the form is refused, the photo
   is kept in its field. Without script the form is sent as it is. */
"use strict";

(() => {
  const LARGEST = 2400;
  const LIGHT = 600 * 1024;

  async function smaller(file) {
    if (!/^image\//.test(file.type) || file.size <= LIGHT) return file;
    try {
      const drawn = await createImageBitmap(file, { imageOrientation: "from-image" });
      const by = Math.min(1, LARGEST / Math.max(drawn.width, drawn.height));
      const paper = document.createElement("canvas");
      paper.width = Math.round(drawn.width * by);
      paper.height = Math.round(drawn.height * by);
      paper.getContext("2d").drawImage(drawn, 0, 0, paper.width, paper.height);
      const made = await new Promise((done) => paper.toBlob(done, "image/jpeg", 0.85));
      return made && made.size < file.size ? new File([made], "photo.jpg", { type: "image/jpeg" }) : file;
    } catch {
      return file; /* What this browser cannot read is judged by the desk. */
    }
  }

  async function chosen(field) {
    const file = field.files[0];
    const less = file && (await smaller(file));
    if (less && less !== file) {
      const held = new DataTransfer();
      held.items.add(less);
      field.files = held.files;
    }
  }

  document.querySelectorAll("input[type=file][data-tells]").forEach((field) => {
    const told = document.querySelector(`#id_${field.dataset.tells}`)?.closest(".field");
    const show = () => {
      if (told) told.hidden = !field.files.length && !told.classList.contains("wrong");
    };
    field.addEventListener("change", show);
    show();
  });

  /* What was wrong stands above the form; everything in the form stays as it is. */
  function refuse(form, page) {
    form.querySelector("#wrong")?.remove();
    const wrong = page.querySelector("#wrong");
    const key = page.querySelector("form.entry input[name=key]");
    if (key && form.elements.key) form.elements.key.value = key.value;
    form.querySelector(".box").before(wrong);
    working(form, false);
    wrong.focus();
    wrong.scrollIntoView({ block: "start" });
  }

  document.querySelectorAll("form.entry[enctype]").forEach((form) => {
    const files = [...form.querySelectorAll("input[type=file]")];
    const made = new WeakMap();
    files.forEach((field) =>
      field.addEventListener("change", () => made.set(field, chosen(field)))
    );
    form.addEventListener("submit", async (event) => {
      if (form.dataset.plain || !files.some((field) => field.files.length)) return;
      event.preventDefault();
      if (form.dataset.sending) return;
      form.dataset.sending = "1";
      try {
        await Promise.all(files.map((field) => made.get(field)));
        const answer = await fetch(location.href, {
          method: "POST",
          body: new FormData(form, event.submitter),
          headers: { "Desk-Sent": "by-script" },
        });
        if (answer.status === 204) {
          location.assign(answer.headers.get("Location"));
          return;
        }
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        if (page.querySelector("#wrong")) {
          refuse(form, page);
        } else {
          form.dataset.plain = "1";
          form.requestSubmit(event.submitter);
        }
      } catch {
        form.dataset.plain = "1";
        form.requestSubmit(event.submitter);
      } finally {
        delete form.dataset.sending;
      }
    });
  });
})();
