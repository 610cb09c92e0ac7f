/* A minute before somebody is signed out for being idle, a dialog asks whether they are still there. Five minutes before
   the longest time that a session lasts is over, it says so once: nothing puts that end off. */
(function () {
  "use strict";
  const dialog = document.getElementById("session-dialog");
  if (!dialog) return;
  // The server notes the last request to the minute, so the end may come a minute before it is due.
  const NOTED = 60;
  const WARNING = 60;
  const idle = Number(dialog.dataset.idle);
  const LAST_WARNING = 5 * 60;
  const KEY = "last-asked";
  const TOLD = "told-of-end";
  const text = dialog.querySelector("[data-session-text]");
  const now = () => Math.floor(Date.now() / 1000);
  let endsAt = now() + Number(dialog.dataset.longest);
  let own = now();
  let lastInput = 0;
  let asking = false;
  let told = false;

  // Windows of one browser share one session, and so the time.
  const asked = () => { own = now(); try { localStorage.setItem(KEY, String(own)); } catch { /* private windows may refuse */ } };
  const lastAsked = () => { try { return Math.max(own, Number(localStorage.getItem(KEY)) || 0); } catch { return own; } };
  const left = () => lastAsked() + idle - NOTED - now();

  const minutes = (rest) => (rest > 90 ? `${Math.round(rest / 60)} minutes` : rest > 45 ? "a minute" : `${rest} seconds`);
  // Once for a session, however many pages are opened in its last minutes.
  const wasTold = () => { try { return Math.abs(Number(localStorage.getItem(TOLD)) - endsAt) < LAST_WARNING; } catch { return false; } };
  function tellOfEnd(rest) {
    try { localStorage.setItem(TOLD, String(endsAt)); } catch { /* private windows may refuse: told on each page */ }
    dialog.classList.add("is-last");
    text.textContent = `You have been signed in for as long as a session may last. In ${minutes(rest)} you will be signed out, whatever you do.`;
    if (!dialog.open) dialog.showModal();
  }
  function goOn() {
    told = true;
    dialog.classList.remove("is-last");
    dialog.close();
  }

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
      if (rest > 0) { own = now() - idle + NOTED + rest; endsAt = Math.max(endsAt, now() + rest); return; }
    } catch { return; } finally { asking = false; }
    dialog.classList.remove("is-last");
    dialog.classList.add("has-ended");
    if (now() >= endsAt) dialog.querySelector("[data-session-why]").textContent = "You were signed in for as long as a session may last. Sign in to go on where you were; what you typed is kept.";
    document.documentElement.dataset.signedOut = "";
    clearInterval(clock);
    if (!dialog.open) dialog.showModal();
  }
  const clock = setInterval(() => {
    const last = endsAt - now();
    if (last <= 0) { if (!asking) end(); return; }
    if (dialog.classList.contains("is-last")) { if (left() <= 0 && !asking) end(); return; }
    if (last <= LAST_WARNING && !told && !wasTold()) { tellOfEnd(last); return; }
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
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    if (dialog.classList.contains("is-last")) goOn();
    else if (!dialog.classList.contains("has-ended")) stay();
  });
  dialog.querySelector("[data-session-go-on]").addEventListener("click", goOn);
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
