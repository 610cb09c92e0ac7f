/* What others change in the calendar shows within ten seconds: the window asks whether there is something new, and puts
   only those columns in place that differ. It stays quiet while nobody looks, and while something is being moved. What
   the person has just done here shows the same way, at once: a new page would take a move, the focus and the place away. */
(function () {
  "use strict";
  const live = document.querySelector("[data-live]");
  if (!live) return;
  const EVERY = 7000;
  const all = (selector, within) => Array.from(within.querySelectorAll(selector));
  const grid = (root) => root.querySelector("[data-calendar] .cal-grid");
  const keyOf = (column) => { const rows = column.querySelector(".cal-rows"); return `${rows.dataset.staff} ${rows.dataset.day}`; };
  const columnsOf = (root) => new Map(all(".cal-col", root).map((column) => [keyOf(column), column]));
  let version = live.dataset.version;
  let asking = false;
  // As the server wrote them: scripts change what is on the page.
  let written = new Map();
  const note = (root) => { written = new Map([...columnsOf(root)].map(([key, column]) => [key, column.outerHTML])); };
  note(live);

  const moving = () => document.querySelector(".appt.is-dragging");
  const busy = () => document.hidden || document.documentElement.hasAttribute("data-signed-out") || document.querySelector("dialog[open]") || moving();

  /* Where the focus is: by address, and by its place where that is gone */
  function focused() {
    const here = document.activeElement;
    if (!live.contains(here) || !here.matches("a[href]")) return null;
    const rows = here.closest(".cal-rows");
    return { address: here.getAttribute("href"), box: here.getBoundingClientRect(), column: rows ? keyOf(rows.closest(".cal-col")) : "" };
  }
  function focusAgain(place) {
    if (!place || live.contains(document.activeElement)) return;
    const far = (each) => { const box = each.getBoundingClientRect(); return Math.hypot(box.top - place.box.top, box.left - place.box.left); };
    const near = () => all(".cal-slot, a.appt", columnsOf(live).get(place.column) || live).reduce((best, each) => (best && far(best) <= far(each) ? best : each), null);
    const found = live.querySelector(`a[href="${CSS.escape(place.address)}"]`) || near() || live.querySelector("[data-calendar], a[href]");
    found?.focus({ preventScroll: true });
  }

  const parsed = (text) => new DOMParser().parseFromString(text, "text/html");
  function take(page) {
    const place = focused();
    const [here, next] = [grid(live), grid(page)];
    const made = [];
    const [ours, theirs] = [columnsOf(live), columnsOf(page)];
    const same = here && next && [...ours.keys()].join() === [...theirs.keys()].join() && here.querySelector(".cal-hours").innerHTML === next.querySelector(".cal-hours").innerHTML;
    if (same) {
      theirs.forEach((column, key) => {
        if (written.get(key) === column.outerHTML) return;
        made.push(document.importNode(column, true));
        ours.get(key).replaceWith(made.at(-1));
      });
    } else if (here && next) {
      made.push(document.importNode(next, true));
      here.parentElement.dataset.starts = next.parentElement.dataset.starts;
      here.replaceWith(made[0]);
    } else {
      made.push(...Array.from(page.childNodes, (node) => document.importNode(node, true)));
      live.replaceChildren(...made);
    }
    note(page);
    made.forEach((node) => { if (node instanceof HTMLElement) window.htmx?.process(node); });
    focusAgain(place);
    document.dispatchEvent(new CustomEvent("calendarchanged"));
    if (made.length) document.querySelector("[data-cal-said]").textContent = "The calendar has changed.";
  }

  async function look() {
    if (asking || busy()) return;
    asking = true;
    try {
      const answer = await fetch(live.dataset.live, { headers: { "If-None-Match": `"${version}"` }, cache: "no-store", redirect: "manual" });
      if (!answer.ok) return;
      const text = await answer.text();
      // Something may have been taken up meanwhile: then it is asked for again.
      if (busy()) return;
      version = answer.headers.get("ETag").replace(/^W\/|"/g, "");
      take(parsed(text).body);
    } catch { /* Not reachable: asked again */ } finally { asking = false; }
  }

  /* After what the person did: says what the page would say, and leaves the focus on the appointment of this address */
  async function again(address) {
    const answer = await fetch(location.href, { cache: "no-store" });
    const page = parsed(await answer.text());
    const next = page.querySelector("[data-live]");
    if (!answer.ok || answer.redirected || !next) { location.reload(); return; }
    document.getElementById("messages").replaceChildren();
    all("#messages [data-toast]", page).forEach((note) => window.mentalspace.toast(note.querySelector(".note-text").textContent, note.className.match(/note-(\w+)/)[1]));
    // Something else has been taken up meanwhile: what is new is put in place when it is put down.
    if (moving()) { version = ""; return; }
    version = next.dataset.version;
    take(next);
    live.querySelector(`a.appt[href="${CSS.escape(address)}"]`)?.focus();
  }
  window.mentalspace.calendarAgain = again;

  setInterval(look, EVERY);
  document.addEventListener("calendarstill", look);
  document.addEventListener("visibilitychange", look);
  document.addEventListener("close", () => setTimeout(look), true);
})();
