/* Saves a form that somebody fills in without an account, as they go: a phone that dies loses a few seconds at most. */
(function () {
  "use strict";
  const form = document.querySelector("form[data-save]");
  if (!form) return;
  const said = form.querySelector("[data-saved]");
  let changed = false;
  let timer = 0;

  function save() {
    clearTimeout(timer);
    if (!changed) return;
    changed = false;
    const body = new FormData(form);
    body.delete("drawn");
    fetch(form.dataset.save, { method: "POST", body, redirect: "manual", keepalive: true })
      .then((answer) => { if (answer.type !== "opaqueredirect" && !answer.ok) throw new Error("not saved"); said.textContent = "Saved."; })
      .catch(() => { changed = true; said.textContent = "Not saved yet: trying again."; timer = setTimeout(save, 4000); });
  }

  form.addEventListener("input", (event) => {
    if (!event.target.name || !event.target.name.startsWith("f-")) return;
    changed = true;
    clearTimeout(timer);
    timer = setTimeout(save, 1500);
  });
  form.addEventListener("submit", () => { clearTimeout(timer); changed = false; });
  document.addEventListener("visibilitychange", () => { if (document.hidden) save(); });
  addEventListener("pagehide", save);
})();
