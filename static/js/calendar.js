/* The calendar: keys, side panel, now line, dragging. Everything but dragging also works without this file. */
(function () {
  "use strict";
  const all = (selector, within = document) => Array.from(within.querySelectorAll(selector));
  const calendar = document.querySelector("[data-calendar]");
  const panel = document.getElementById("cal-panel");
  const ROW = 6;
  const ROW_MINUTES = 5;
  const SNAP_MINUTES = 15;

  /* On a phone the month is a list of days: begin at today, unless the address names a place */
  const today = document.getElementById("cal-today");
  if (today && !location.hash && matchMedia("(max-width: 768px)").matches) today.scrollIntoView({ block: "start" });

  /* Side panel */
  let opener = null;
  function closePanel() {
    if (!panel?.children.length) return;
    panel.replaceChildren();
    all(".appt.is-open").forEach((block) => block.classList.remove("is-open"));
    opener?.focus();
    opener = null;
  }
  document.addEventListener("click", (event) => {
    const block = event.target.closest("a.appt[hx-boost]");
    if (block) opener = block;
    if (event.target.closest("[data-close-panel]")) closePanel();
    all("details.cal-whom[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  });
  panel?.addEventListener("htmx:afterSwap", () => {
    all(".appt.is-open").forEach((block) => block.classList.remove("is-open"));
    opener?.classList.add("is-open");
    panel.querySelector("[data-panel-title]")?.focus({ preventScroll: false });
  });

  /* Keys: letters for the views, arrows between times */
  const typing = (target) => target.closest("input, textarea, select, [contenteditable], dialog");
  const stops = (column) => all(".cal-slot, a.appt", column);
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
  if (calendar) {
    // One stop for Tab; arrows reach the rest.
    const reachable = () => all(".cal-slot, a.appt", calendar);
    reachable().forEach((each, index) => { each.tabIndex = index ? -1 : 0; });
    calendar.addEventListener("focusin", (event) => {
      const stop = event.target.closest(".cal-slot, a.appt");
      if (!stop) return;
      reachable().forEach((each) => { each.tabIndex = -1; });
      stop.tabIndex = 0;
    });
    calendar.addEventListener("keydown", (event) => {
      const from = event.target.closest(".cal-slot, a.appt");
      if (!from || event.ctrlKey || event.metaKey || event.altKey) return;
      if (!["ArrowDown", "ArrowUp", "ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) return;
      event.preventDefault();
      neighbour(from, event.key)?.focus();
    });
  }
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || typing(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    if (event.key === "Escape") { closePanel(); return; }
    if (event.key.startsWith("Arrow") && event.target.closest("[data-calendar]")) return;
    const link = document.querySelector(`[data-key="${CSS.escape(event.key.length === 1 ? event.key.toLowerCase() : event.key)}"]`);
    if (link) { event.preventDefault(); link.click(); }
  });

  /* Now line, and a first look at the part of the day that matters */
  const line = calendar?.querySelector("[data-now]");
  if (line) {
    const first = Number(line.className.match(/\br(\d+)\b/)[1]);
    const loaded = Date.now();
    setInterval(() => {
      const row = Math.min(288, first + Math.floor((Date.now() - loaded) / 60000 / ROW_MINUTES));
      line.className = line.className.replace(/\br\d+\b/, `r${row}`);
    }, 30000);
  }
  if (calendar && calendar.scrollHeight > calendar.clientHeight) {
    const first = [...calendar.querySelectorAll(".appt")].map((item) => item.offsetTop);
    const eight = (8 * 60 - Number(calendar.dataset.starts)) / ROW_MINUTES * ROW;
    calendar.scrollTop = Math.max(0, line ? line.offsetTop - 120 : first.length ? Math.min(...first) - 24 : eight);
  }

  /* Dragging and stretching: asks before anything is saved */
  const dialog = document.getElementById("move-dialog");
  if (!calendar || !dialog || !window.interact || !matchMedia("(pointer: fine)").matches || innerWidth <= 768) return;
  const form = dialog.querySelector("[data-move-form]");
  const part = (name) => dialog.querySelector(`[data-move-${name}]`);
  let moving = null;
  let dragged = false;

  const two = (number) => String(number).padStart(2, "0");
  const minutesOf = (text) => Number(text.slice(11, 13)) * 60 + Number(text.slice(14, 16));
  const clock = (minutes) => `${Math.floor(minutes / 60) % 12 || 12}:${two(minutes % 60)} ${Math.floor(minutes / 60) % 24 < 12 ? "AM" : "PM"}`;
  const snapped = (pixels) => Math.round(pixels / ROW * ROW_MINUTES / SNAP_MINUTES) * SNAP_MINUTES;
  function putBack() {
    if (moving) {
      Object.assign(moving.block.style, { transform: "", height: "" });
      moving.block.classList.remove("is-dragging");
      moving.block.focus({ preventScroll: true });
    }
    moving = null;
  }
  function columnAt(x) {
    return all(".cal-col .cal-rows.is-bookable", calendar).find((column) => {
      const box = column.getBoundingClientRect();
      return x >= box.left && x < box.right;
    });
  }
  function say(name, text) {
    const note = part(name);
    note.hidden = !text;
    note.querySelector(".note-text").textContent = text;
  }
  function ask() {
    const { block, column, start, minutes } = moving;
    const heading = column.closest(".cal-col").querySelector("h2").textContent.trim();
    const name = block.querySelector(".appt-who").textContent;
    const was = block.querySelector(".appt-time").textContent;
    part("text").textContent = `${name}, ${was}, to ${clock(start)} – ${clock(start + minutes)}, ${heading}.`;
    say("asks", "");
    say("refused", "");
    part("overbook").hidden = true;
    part("yes").hidden = false;
    part("yes").textContent = "Move";
    part("no").textContent = "Put it back";
    dialog.showModal();
    part("yes").focus();
  }
  async function save() {
    const { block, column, start, minutes, anyway } = moving;
    const body = new URLSearchParams({
      start: `${column.dataset.day}T${two(Math.floor(start / 60))}:${two(start % 60)}`,
      minutes, staff: column.dataset.staff, version: block.dataset.version, anyway: anyway || "",
    });
    const headers = { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value, Accept: "application/json" };
    const response = await fetch(block.dataset.move, { method: "POST", headers, body });
    if (response.ok || response.redirected) { location.reload(); return; }
    const answer = response.headers.get("Content-Type")?.includes("json") ? await response.json() : {};
    if (answer.asks) {
      moving.anyway = answer.anyway;
      say("asks", answer.asks);
      part("yes").textContent = "Move anyway";
      return;
    }
    say("asks", "");
    say("refused", answer.refused || "That did not work. Nothing was changed.");
    part("overbook").hidden = !answer.overbook;
    if (answer.overbook) part("overbook").href = answer.overbook;
    part("yes").hidden = true;
    part("no").textContent = "Close";
    part("no").focus();
    putBack();
  }
  form.addEventListener("submit", (event) => {
    if (event.submitter?.value !== "move") return;
    event.preventDefault();
    save().catch(() => { say("refused", "The server cannot be reached. Nothing was changed."); part("yes").hidden = true; putBack(); });
  });
  dialog.addEventListener("close", putBack);
  document.addEventListener("click", (event) => {
    if (!dragged || !event.target.closest(".appt")) return;
    event.preventDefault();
    event.stopPropagation();
  }, true);

  function begin(event) {
    const block = event.target;
    dragged = true;
    moving = {
      block, column: block.closest(".cal-rows"), start: minutesOf(block.dataset.start), minutes: Number(block.dataset.minutes),
      x: 0, y: 0, height: block.getBoundingClientRect().height,
    };
    block.classList.add("is-dragging");
  }
  function finish() {
    setTimeout(() => { dragged = false; }, 50);
    const { block, column, start, minutes } = moving;
    const same = start === minutesOf(block.dataset.start) && minutes === Number(block.dataset.minutes) && column === block.closest(".cal-rows");
    if (same || start < 0 || start + minutes > 24 * 60) putBack(); else ask();
  }
  all(".appt[data-move]", calendar).forEach((block) => { block.draggable = false; });
  window.interact(".appt[data-move]")
    .resizable({
      edges: { bottom: true, top: false, left: false, right: false }, margin: 6,
      listeners: {
        start: begin,
        move(event) {
          const longer = snapped(event.rect.height - moving.height);
          moving.minutes = Math.max(SNAP_MINUTES, Number(moving.block.dataset.minutes) + longer);
          moving.block.style.height = `${moving.minutes / ROW_MINUTES * ROW - 2}px`;
        },
        end: finish,
      },
    })
    .draggable({
      autoScroll: { container: calendar },
      listeners: {
        start: begin,
        move(event) {
          moving.x += event.dx;
          moving.y += event.dy;
          const home = moving.block.closest(".cal-rows");
          moving.column = columnAt(event.clientX) || moving.column;
          moving.start = minutesOf(moving.block.dataset.start) + snapped(moving.y);
          const across = moving.column.getBoundingClientRect().left - home.getBoundingClientRect().left;
          moving.block.style.transform = `translate(${across}px, ${snapped(moving.y) / ROW_MINUTES * ROW}px)`;
        },
        end: finish,
      },
    });
})();
