/* A minute before somebody is signed out for being idle, a dialog asks whether they are still there. */
(function () {
  "use strict";
  const dialog = document.getElementById("session-dialog");
  if (!dialog) return;
  // The server notes the last request to the minute, so the end may come a minute before it is due.
  const NOTED = 60;
  const WARNING = 60;
  const idle = Number(dialog.dataset.idle);
  const KEY = "last-asked";
  const text = dialog.querySelector("[data-session-text]");
  const now = () => Math.floor(Date.now() / 1000);
  let own = now();
  let lastInput = 0;
  let asking = false;

  // Windows of one browser share one session, and so the time.
  const asked = () => { own = now(); try { localStorage.setItem(KEY, String(own)); } catch { /* private windows may refuse */ } };
  const lastAsked = () => { try { return Math.max(own, Number(localStorage.getItem(KEY)) || 0); } catch { return own; } };
  const left = () => lastAsked() + idle - NOTED - now();

  async function seconds(url, method) {
    const headers = method === "POST" ? { "X-CSRFToken": dialog.querySelector("[name=csrfmiddlewaretoken]").value } : {};
    const answer = await fetch(url, { method, headers, redirect: "manual" });
    return answer.ok ? (await answer.json()).seconds : 0;
  }
  async function stay() {
    if (asking) return;
    asking = true;
    try {
      if (await seconds(dialog.dataset.stay, "POST") > 0) { asked(); if (dialog.open) dialog.close(); }
    } catch { /* Not reachable: asked again, or the end is told */ } finally { asking = false; }
  }
  async function end() {
    asking = true;
    try {
      const rest = await seconds(dialog.dataset.state, "GET");
      // Only the server knows: another window may have been busy.
      if (rest > 0) { own = now() - idle + NOTED + rest; return; }
    } catch { return; } finally { asking = false; }
    dialog.classList.add("has-ended");
    document.documentElement.dataset.signedOut = "";
    clearInterval(clock);
    if (!dialog.open) dialog.showModal();
  }
  const clock = setInterval(() => {
    const rest = left();
    if (rest > WARNING) { if (dialog.open) dialog.close(); return; }
    if (asking) return;
    if (rest <= 0) { end(); return; }
    if (!dialog.open) {
      // Who is typing is there, whatever has been sent.
      if (now() - lastInput < WARNING) { stay(); return; }
      dialog.showModal();
    }
    text.textContent = `For your clients' privacy you will be signed out in ${rest} ${rest === 1 ? "second" : "seconds"}.`;
  }, 1000);

  ["keydown", "pointerdown"].forEach((kind) => addEventListener(kind, (event) => { if (!dialog.contains(event.target)) lastInput = now(); }, { passive: true }));
  document.addEventListener("htmx:afterRequest", (event) => { if (event.detail.successful) asked(); });
  dialog.addEventListener("cancel", (event) => { event.preventDefault(); if (!dialog.classList.contains("has-ended")) stay(); });
  dialog.querySelector("[data-session-stay]").addEventListener("click", stay);
  dialog.querySelector("[data-session-again]").addEventListener("click", (event) => {
    const form = document.querySelector("form[data-dirty]");
    if (!form) return;
    // The server keeps what was typed, and shows it again after signing in. It does nothing else with it.
    event.preventDefault();
    form.noValidate = true;
    form.requestSubmit();
  });
  asked();
})();
