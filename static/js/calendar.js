/* The calendar: keys, side panel, now line. Everything here also works without this file, by links and forms. */
(function () {
  "use strict";
  const all = (selector, within = document) => Array.from(within.querySelectorAll(selector));
  const calendar = document.querySelector("[data-calendar]");
  const panel = document.getElementById("cal-panel");
  const keys = document.getElementById("keys-dialog");
  const dialog = document.getElementById("app-dialog");
  const ROW_MINUTES = 5;
  const STOPS = ".cal-slot, a.appt";

  /* On a phone the month is a list of days: begin at today, unless the address names a place */
  const today = document.getElementById("cal-today");
  if (today && !location.hash && matchMedia("(max-width: 768px)").matches) today.scrollIntoView({ block: "start" });

  /* Side panel. What opened it is known by its address: a change that comes in may put another block in its place. */
  let opened = "";
  const opener = () => (opened ? document.querySelector(`a.appt[href="${CSS.escape(opened)}"]`) : null);
  function mark() {
    all(".appt.is-open").forEach((block) => block.classList.remove("is-open"));
    opener()?.classList.add("is-open");
  }
  const moving = () => document.querySelector(".appt.is-dragging");
  function closePanel() {
    if (!panel?.children.length) return;
    panel.replaceChildren();
    const block = opener();
    opened = "";
    mark();
    if (!moving()) block?.focus();
  }
  /* What is sent from the panel or from a dialog is done without leaving the calendar, unless it leads to a page that
     asks something. Answers what the server said where it leads nowhere. */
  async function send(button, url) {
    if (button.ariaBusy) return null;
    button.ariaBusy = "true";
    const answer = await fetch(url, { method: "POST", headers: { "X-Stay": "true" }, body: new FormData(button.form, button) });
    if (!answer.headers.get("Content-Type")?.includes("json")) return answer;
    const target = new URL((await answer.json()).url, location).href;
    if (target !== location.href.replace(/#.*/, "")) {
      if (moving()) await new Promise((resolve) => { document.addEventListener("calendarstill", resolve, { once: true }); });
      location.assign(target);
      return null;
    }
    const address = opened;
    dialog?.close();
    closePanel();
    await window.mentalspace.calendarAgain(address);
    return null;
  }
  panel?.addEventListener("submit", (event) => {
    if (event.target.id !== "row-post" || !event.submitter) return;
    event.preventDefault();
    send(event.submitter, event.submitter.formAction).then((answer) => { if (answer) location.reload(); }).catch(() => location.reload());
  });
  dialog?.addEventListener("submit", (event) => {
    const [form, button] = [event.target, event.submitter];
    if (!button || form.getAttribute("method") !== "post") return;
    event.preventDefault();
    const url = button.getAttribute("formaction") || form.getAttribute("action");
    send(button, url).then(async (answer) => {
      if (!answer) return;
      if (!window.mentalspace.fillDialog(await answer.text(), url)) location.reload();
      // Refused: what was typed is not lost by a click beside it.
      else dialog.querySelector("[data-guard]")?.setAttribute("data-dirty", "");
    }).catch(() => {
      button.ariaBusy = null;
      window.mentalspace.toast("The server cannot be reached. What you typed is still here.", "error");
    });
  });
  document.addEventListener("click", (event) => {
    const block = event.target.closest("a.appt[hx-boost]");
    if (block) opened = block.getAttribute("href");
    if (event.target.closest("[data-close-panel]")) closePanel();
    if (event.target.closest("[data-cal-keys]")) keys?.showModal();
    all("details.cal-whom[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  });
  /* Of what the panel shows, a colleague may have changed something: it is said, not taken from under the eyes */
  const words = (block) => (block ? `${block.className.replace(/ ?is-open/, "")} ${block.textContent}` : "");
  let shown = "";
  function tellIfChanged() {
    const first = panel?.firstElementChild;
    if (!first || words(opener()) === shown || panel.querySelector("[data-cal-again]")) return;
    const note = document.createElement("div");
    note.className = "note note-info cal-again";
    const text = document.createElement("div");
    text.className = "note-text";
    text.textContent = "A colleague has changed this appointment. ";
    const again = document.createElement("button");
    Object.assign(again, { type: "button", className: "btn btn-sm", textContent: "Show it as it is now" });
    again.dataset.calAgain = "";
    again.addEventListener("click", () => { const block = opener(); if (block) block.click(); else location.assign(opened); });
    text.append(again);
    note.append(text);
    first.before(note);
  }
  panel?.addEventListener("htmx:afterSwap", () => {
    mark();
    shown = words(opener());
    // Whoever has taken something up meanwhile keeps it.
    if (!moving()) panel.querySelector("[data-panel-title]")?.focus({ preventScroll: false });
  });

  /* Keys: letters for the views, arrows between times */
  const typing = (target) => target.closest("input, textarea, select, [contenteditable], dialog");
  const stops = (column) => all(STOPS, column);
  const top = (element) => element.getBoundingClientRect().top;
  function neighbour(from, key) {
    const column = from.closest(".cal-rows");
    const here = stops(column);
    const at = here.indexOf(from);
    if (key === "ArrowDown") return here[at + 1];
    if (key === "ArrowUp") return here[at - 1];
    if (key === "Home") return here[0];
    if (key === "End") return here[here.length - 1];
    const columns = all(".cal-col .cal-rows", calendar).filter((each) => stops(each).length);
    const beside = columns[columns.indexOf(column) + (key === "ArrowRight" ? 1 : -1)];
    if (!beside) return null;
    return stops(beside).reduce((best, each) => (Math.abs(top(each) - top(from)) < Math.abs(top(best) - top(from)) ? each : best));
  }
  // One stop for Tab; arrows reach the rest.
  function oneStop() {
    const reachable = all(STOPS, calendar);
    const kept = reachable.includes(document.activeElement) ? document.activeElement : reachable.find((each) => each.tabIndex === 0 && each.hasAttribute("tabindex")) || reachable[0];
    reachable.forEach((each) => { each.tabIndex = each === kept ? 0 : -1; });
  }
  if (calendar) {
    oneStop();
    calendar.addEventListener("focusin", (event) => {
      const stop = event.target.closest(STOPS);
      if (!stop || stop.tabIndex === 0) return;
      all(`:is(${STOPS})[tabindex="0"]`, calendar).forEach((each) => { each.tabIndex = -1; });
      stop.tabIndex = 0;
    });
    calendar.addEventListener("keydown", (event) => {
      const from = event.target.closest(STOPS);
      if (!from || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
      if (!["ArrowDown", "ArrowUp", "ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) return;
      event.preventDefault();
      neighbour(from, event.key)?.focus();
    });
  }
  /* In the month and the agenda they walk from one appointment to the next */
  const listed = () => all(":is(.cal-month, .cal-agenda) a.appt");
  document.addEventListener("keydown", (event) => {
    const from = event.target.closest(":is(.cal-month, .cal-agenda) a.appt");
    if (!from || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const [blocks, way] = [listed(), { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key]];
    const to = { Home: blocks[0], End: blocks.at(-1) }[event.key] || (way && (blocks[blocks.indexOf(from) + way] || from));
    if (!to) return;
    event.preventDefault();
    to.focus();
  });
  const ACTS = {
    "?": () => keys?.showModal(),
    g: () => { const box = document.getElementById("cal-date"); box?.focus(); box?.select(); },
    c: () => (calendar?.querySelector(`:is(${STOPS})[tabindex="0"]`) || listed()[0])?.focus(),
  };
  document.addEventListener("keydown", (event) => {
    // A sign may need Shift on some keyboards; a letter or an arrow with it means something else.
    const sign = event.key.length === 1 && !/[a-z]/i.test(event.key);
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || (event.shiftKey && !sign) || typing(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    if (event.key === "Escape") { closePanel(); return; }
    if (event.key.startsWith("Arrow") && event.target.closest("[data-calendar]")) return;
    const key = event.key === "=" ? "+" : event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const link = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (!link && !ACTS[key]) return;
    event.preventDefault();
    if (link) link.click(); else ACTS[key]();
  });

  /* Now line: moves on with the clock, from where the server last drew it */
  const lines = () => all("[data-now]", calendar || document);
  const rowOf = (line) => Number(line.className.match(/\br(\d+)\b/)[1]);
  let drawn = null;
  function begin() { const line = lines()[0]; drawn = line ? { row: rowOf(line), at: Date.now() } : null; }
  begin();
  setInterval(() => {
    if (!drawn) return;
    const row = Math.min(288, drawn.row + Math.floor((Date.now() - drawn.at) / 60000 / ROW_MINUTES));
    lines().forEach((line) => { line.className = line.className.replace(/\br\d+\b/, `r${row}`); });
  }, 30000);
  document.addEventListener("calendarchanged", () => { begin(); mark(); tellIfChanged(); if (calendar) oneStop(); });

  /* A first look at the part of the day that matters */
  if (calendar && calendar.scrollHeight > calendar.clientHeight) {
    const line = lines()[0];
    const first = all(".appt", calendar).map((item) => item.offsetTop);
    const row = calendar.querySelector(".cal-hour").offsetHeight / 12;
    const eight = (8 * 60 - Number(calendar.dataset.starts)) / ROW_MINUTES * row;
    calendar.scrollTop = Math.max(0, line ? line.offsetTop - 120 : first.length ? Math.min(...first) - 24 : eight);
  }
})();
