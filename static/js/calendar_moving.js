/* Moving, stretching and copying appointments in the grid, by pointer and by keys. A move asks before anything is saved;
   a copy opens the booking form with everything filled in. */
(function () {
  "use strict";
  const all = (selector, within = document) => Array.from(within.querySelectorAll(selector));
  const calendar = document.querySelector("[data-calendar]");
  const dialog = document.getElementById("move-dialog");
  if (!calendar || !dialog) return;
  const step = Number(calendar.dataset.step);
  const ROW_MINUTES = 5;
  const SNAP = Math.min(step, 15);
  const row = () => calendar.querySelector(".cal-hour").offsetHeight / 12;
  const form = dialog.querySelector("[data-move-form]");
  const part = (name) => dialog.querySelector(`[data-move-${name}]`);
  const said = document.querySelector("[data-cal-said]");
  let moving = null;
  let dragged = false;

  const two = (number) => String(number).padStart(2, "0");
  const minutesOf = (text) => Number(text.slice(11, 13)) * 60 + Number(text.slice(14, 16));
  const clock = (minutes) => `${Math.floor(minutes / 60) % 12 || 12}:${two(minutes % 60)} ${Math.floor(minutes / 60) % 24 < 12 ? "AM" : "PM"}`;
  const snapped = (pixels) => Math.round(pixels / row() * ROW_MINUTES / SNAP) * SNAP;
  const bookable = () => all(".cal-col .cal-rows.is-bookable", calendar);
  const columnAt = (x) => bookable().find((column) => {
    const box = column.getBoundingClientRect();
    return x >= box.left && x < box.right;
  });
  const heading = (column) => column.closest(".cal-col").querySelector("h2").textContent.trim();
  const nameOf = (block) => block.querySelector(".appt-who").textContent;
  const range = (start, minutes) => {
    const [first, last] = [clock(start), clock(start + minutes)];
    return `${first.slice(-2) === last.slice(-2) ? first.slice(0, -3) : first} – ${last}`;
  };
  const wherever = () => `${range(moving.start, moving.minutes)}, ${heading(moving.column)}`;
  const changed = () => moving.start !== minutesOf(moving.block.dataset.start) || moving.minutes !== Number(moving.block.dataset.minutes) || moving.column !== moving.home;

  function take(block, copy) {
    const home = block.closest(".cal-rows");
    moving = { block, copy, home, column: home, start: minutesOf(block.dataset.start), minutes: Number(block.dataset.minutes), y: 0, height: block.getBoundingClientRect().height };
    block.classList.add("is-dragging");
    if (copy) {
      // The one that is copied stays where it is.
      moving.left = block.cloneNode(true);
      ["href", "hx-boost", "data-move"].forEach((name) => moving.left.removeAttribute(name));
      moving.left.classList.remove("is-dragging");
      moving.left.setAttribute("aria-hidden", "true");
      block.classList.add("is-copy");
      block.before(moving.left);
    }
  }
  function draw() {
    const { block, column, home, start, minutes } = moving;
    const across = column.getBoundingClientRect().left - home.getBoundingClientRect().left;
    block.style.transform = `translate(${across}px, ${(start - minutesOf(block.dataset.start)) / ROW_MINUTES * row()}px)`;
    block.style.height = minutes === Number(block.dataset.minutes) ? "" : `${minutes / ROW_MINUTES * row() - 2}px`;
  }
  function putBack(focus = true) {
    if (moving) {
      const { block, left } = moving;
      Object.assign(block.style, { transform: "", height: "" });
      block.classList.remove("is-dragging", "is-copy");
      left?.remove();
      moving = null;
      if (focus) block.focus({ preventScroll: true });
      document.dispatchEvent(new CustomEvent("calendarstill"));
    }
  }

  /* The question, and the answer of the server */
  function say(name, text) {
    const note = part(name);
    note.hidden = !text;
    note.querySelector(".note-text").textContent = text;
  }
  function ask() {
    const { block } = moving;
    const was = range(minutesOf(block.dataset.start), Number(block.dataset.minutes));
    part("text").textContent = `${nameOf(block)}, ${was}, to ${wherever()}.`;
    say("asks", "");
    say("refused", "");
    part("overbook").hidden = true;
    part("yes").hidden = false;
    part("yes").textContent = "Move";
    part("no").textContent = "Put it back";
    dialog.showModal();
    part("yes").focus();
  }
  /* Moved: it stays where it was put down until the calendar is drawn anew */
  async function stay() {
    const { block } = moving;
    moving = null;
    block.classList.remove("is-dragging");
    dialog.close();
    await window.mentalspace.calendarAgain(block.getAttribute("href")).catch(() => location.reload());
  }
  async function save() {
    const { block, column, start, minutes, anyway } = moving;
    const body = new URLSearchParams({
      start: `${column.dataset.day}T${two(Math.floor(start / 60))}:${two(start % 60)}`,
      minutes, staff: column.dataset.staff, version: block.dataset.version, anyway: anyway || "",
    });
    const headers = { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value, Accept: "application/json" };
    const response = await fetch(block.dataset.move, { method: "POST", headers, body });
    if (response.ok) { await stay(); return; }
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
  dialog.addEventListener("close", () => putBack());
  /* A copy goes the way of every booking, with all that may be asked there */
  function book() {
    const { block, column, start, minutes } = moving;
    const query = new URLSearchParams({
      like: block.getAttribute("href").match(/[0-9a-f-]{36}/)[0], staff: column.dataset.staff,
      date: column.dataset.day, start: `${two(Math.floor(start / 60))}:${two(start % 60)}`, minutes,
    });
    putBack();
    const link = document.createElement("a");
    link.href = `${calendar.dataset.book}?${query}`;
    link.dataset.dialog = "";
    document.body.append(link);
    link.click();
    link.remove();
  }
  function settle() {
    if (moving.start < 0 || moving.start + moving.minutes > 24 * 60 || !changed()) { putBack(); return false; }
    if (moving.copy) book(); else ask();
    return true;
  }

  /* By keys: X takes an appointment up to move it, Y to copy it */
  let byKeys = false;
  const tell = (text) => { said.textContent = text; };
  function turn(event) {
    const { key, shiftKey } = event;
    const way = key === "ArrowDown" || key === "ArrowRight" ? 1 : -1;
    if (key === "ArrowLeft" || key === "ArrowRight") {
      const columns = bookable();
      moving.column = columns[columns.indexOf(moving.column) + way] || moving.column;
      moving.column.scrollIntoView({ block: "nearest", inline: "nearest" });
    } else if (shiftKey) {
      moving.minutes = Math.max(SNAP, moving.minutes + way * SNAP);
    } else {
      moving.start = Math.max(0, Math.min(24 * 60 - moving.minutes, moving.start + way * SNAP));
    }
    draw();
    moving.block.scrollIntoView({ block: "nearest", inline: "nearest" });
    tell(wherever());
  }
  function end(text, focus = true) {
    byKeys = false;
    putBack(focus);
    tell(text);
  }
  calendar.addEventListener("keydown", (event) => {
    const block = event.target.closest("a.appt[data-start]");
    if (!block || event.ctrlKey || event.metaKey || event.altKey) return;
    const key = event.key.toLowerCase();
    if (!byKeys) {
      if ((key !== "x" || !block.dataset.move) && key !== "y") return;
      event.preventDefault();
      byKeys = true;
      take(block, key === "y");
      tell(`${key === "y" ? "Copying" : "Moving"} ${nameOf(block)}, ${wherever()}. Arrows choose the time and the column, Shift with up and down the length, Enter goes on, Escape puts it back.`);
      return;
    }
    if (event.key.startsWith("Arrow")) turn(event);
    else if (event.key === "Enter") {
      byKeys = false;
      if (!settle()) tell("Nothing was changed.");
    } else if (event.key === "Escape") end("Put back.");
    else {
      if (event.key === "Tab") end("Put back.");
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }, true);
  calendar.addEventListener("focusout", (event) => { if (byKeys && event.target === moving?.block) end("Put back.", false); });

  /* By pointer, where there is a fine one */
  if (!window.interact || !matchMedia("(pointer: fine)").matches || innerWidth <= 768) return;
  document.addEventListener("click", (event) => {
    if (!dragged || !event.target.closest(".appt")) return;
    event.preventDefault();
    event.stopPropagation();
  }, true);
  function begin(event, copy) {
    dragged = true;
    take(event.target, copy);
  }
  function finish() {
    setTimeout(() => { dragged = false; }, 50);
    if (moving) settle();
  }
  const still = () => all(".appt[data-start]", calendar).forEach((block) => { block.draggable = false; });
  still();
  document.addEventListener("calendarchanged", still);
  window.interact(".appt[data-move]").resizable({
    edges: { bottom: true, top: false, left: false, right: false }, margin: 6,
    listeners: {
      start: (event) => begin(event, false),
      move(event) {
        if (!moving) return;
        moving.minutes = Math.max(SNAP, Number(moving.block.dataset.minutes) + snapped(event.rect.height - moving.height));
        draw();
      },
      end: finish,
    },
  });
  window.interact(".appt[data-start]").draggable({
    autoScroll: { container: calendar },
    listeners: {
      start(event) {
        const copy = event.ctrlKey || event.altKey;
        if (copy || event.target.dataset.move) begin(event, copy); else event.interaction.stop();
      },
      move(event) {
        if (!moving) return;
        moving.y += event.dy;
        moving.column = columnAt(event.clientX) || moving.column;
        moving.start = minutesOf(moving.block.dataset.start) + snapped(moving.y);
        draw();
      },
      end: finish,
    },
  });
})();
