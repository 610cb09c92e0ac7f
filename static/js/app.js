/* The frame: theme, sidebar, menus, search, messages, dialogs, lists. Everything here adds to what works without it. */
(function () {
  "use strict";
  const root = document.documentElement;
  const me = document.currentScript;
  const store = (key, value) => { try { localStorage.setItem(key, value); } catch { /* private windows may refuse */ } };
  const all = (selector, within = document) => Array.from(within.querySelectorAll(selector));

  /* Theme: light, dark, or as the system has it */
  const NEXT = { auto: "light", light: "dark", dark: "auto" };
  const NAMES = { auto: "automatic", light: "light", dark: "dark" };
  const systemDark = matchMedia("(prefers-color-scheme: dark)");
  function applyTheme(choice) {
    root.dataset.themeChoice = choice;
    root.dataset.bsTheme = choice === "dark" || (choice === "auto" && systemDark.matches) ? "dark" : "light";
    all("[data-theme-toggle]").forEach((button) => {
      button.title = `Colors: ${NAMES[choice]}`;
      button.setAttribute("aria-label", button.title);
    });
    document.dispatchEvent(new CustomEvent("themechange"));
  }
  if (root.dataset.themeChoice) applyTheme(root.dataset.themeChoice);
  systemDark.addEventListener("change", () => { if (root.dataset.themeChoice === "auto") applyTheme("auto"); });

  /* The open tab stands in sight where the row of tabs is wider than the screen */
  all(".tabs").forEach((row) => {
    const open = row.querySelector("[aria-current]");
    if (open && row.scrollWidth > row.clientWidth) row.scrollLeft += open.getBoundingClientRect().left - row.getBoundingClientRect().left - (row.clientWidth - open.offsetWidth) / 2;
  });

  /* Sidebar */
  function labelSidebar() {
    const narrow = root.dataset.sidebar === "narrow";
    all("[data-sidebar-toggle]").forEach((button) => {
      button.setAttribute("aria-expanded", String(!narrow));
      button.setAttribute("aria-label", narrow ? "Widen the sidebar" : "Narrow the sidebar");
    });
  }
  labelSidebar();

  document.addEventListener("click", (event) => {
    const on = (selector) => event.target.closest(selector);
    if (on("[data-theme-toggle]")) {
      const choice = NEXT[root.dataset.themeChoice] || "light";
      store("theme", choice);
      applyTheme(choice);
    } else if (on("[data-sidebar-toggle]")) {
      const narrow = root.dataset.sidebar !== "narrow";
      if (narrow) root.dataset.sidebar = "narrow"; else delete root.dataset.sidebar;
      store("sidebar", narrow ? "narrow" : "wide");
      labelSidebar();
    } else if (on("[data-print]")) {
      print();
    } else if (on("[data-close-toast]")) {
      on("[data-toast]").remove();
    }
  });

  /* Menus are popovers, which open by themselves; here they find their place beside the button and take arrow keys */
  const openerOf = (menu) => document.querySelector(`[popovertarget="${CSS.escape(menu.id)}"]`);
  function place(menu) {
    const from = openerOf(menu).getBoundingClientRect();
    const box = menu.getBoundingClientRect();
    const left = Math.max(8, Math.min(from.right - box.width, innerWidth - box.width - 8));
    const below = from.bottom + 6;
    const top = below + box.height > innerHeight - 8 ? Math.max(8, from.top - box.height - 6) : below;
    Object.assign(menu.style, { margin: "0", inset: "auto", left: `${left}px`, top: `${top}px` });
    menu.classList.add("is-placed");
  }
  document.addEventListener("toggle", (event) => {
    const menu = event.target;
    if (!(menu instanceof HTMLElement) || !menu.matches("[data-menu]")) return;
    const open = event.newState === "open";
    openerOf(menu)?.setAttribute("aria-expanded", String(open));
    if (open) place(menu); else menu.classList.remove("is-placed");
  }, true);
  document.addEventListener("keydown", (event) => {
    const menu = event.target.closest?.("[data-menu]");
    const opener = event.target.closest?.("[popovertarget]");
    if (opener && event.key === "ArrowDown") {
      const target = document.getElementById(opener.getAttribute("popovertarget"));
      if (target?.matches("[data-menu]")) { event.preventDefault(); target.showPopover(); target.querySelector(".menu-item")?.focus(); }
      return;
    }
    if (!menu || !["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key)) return;
    event.preventDefault();
    const items = all(".menu-item", menu);
    const at = items.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
    items.at(to % items.length)?.focus();
  });
  ["scroll", "resize"].forEach((kind) => addEventListener(kind, () => all("[data-menu]:popover-open").forEach(place), { passive: true }));

  /* Messages */
  const LEVEL_ICONS = { success: "circle-check", warning: "alert-triangle", error: "alert-circle", info: "info-circle" };
  function icon(name) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("class", "icon");
    svg.setAttribute("aria-hidden", "true");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    use.setAttribute("href", `${me.dataset.icons}#${name}`);
    svg.append(use);
    return svg;
  }
  function leaveLater(note) {
    if (!note.matches(".note-success, .note-info")) return;
    let timer;
    const start = () => { timer = setTimeout(() => note.remove(), 8000); };
    const stop = () => clearTimeout(timer);
    note.addEventListener("pointerenter", stop);
    note.addEventListener("pointerleave", start);
    note.addEventListener("focusin", stop);
    note.addEventListener("focusout", start);
    start();
  }
  function toast(text, level = "success") {
    const note = document.createElement("div");
    note.className = `note note-${level}`;
    note.dataset.toast = "";
    const words = document.createElement("div");
    words.className = "note-text";
    words.textContent = text;
    const close = document.createElement("button");
    close.type = "button";
    close.className = "note-close";
    close.dataset.closeToast = "";
    close.setAttribute("aria-label", "Dismiss");
    close.append(icon("x"));
    note.append(icon(LEVEL_ICONS[level] || "info-circle"), words, close);
    document.getElementById("messages")?.append(note);
    leaveLater(note);
  }
  all(".app .app-messages [data-toast]").forEach(leaveLater);
  document.body.addEventListener("toast", (event) => toast(event.detail.text, event.detail.level));
  document.body.addEventListener("htmx:sendError", () => toast("The server cannot be reached. Check your connection and try again.", "error"));
  document.body.addEventListener("htmx:responseError", (event) => {
    const status = event.detail.xhr.status;
    const said = { 403: "You are not permitted to do this.", 404: "This is no longer there.", 409: "Somebody changed this in the meantime. Load the page again.", 429: "That was too often. Wait a moment and try again." };
    toast(said[status] || "That did not work. Nothing was changed; please try again.", "error");
  });

  /* Global search: a list box under the input */
  const box = document.getElementById("global-search");
  const found = document.getElementById("global-search-results");
  if (box && found) {
    const options = () => all('[role="option"]:not([aria-disabled])', found);
    const show = (open) => { found.hidden = !open; box.setAttribute("aria-expanded", String(open)); if (!open) box.removeAttribute("aria-activedescendant"); };
    const choose = (chosen) => {
      options().forEach((option, index) => {
        option.id ||= `found-${index}`;
        option.setAttribute("aria-selected", String(option === chosen));
      });
      if (chosen) { box.setAttribute("aria-activedescendant", chosen.id); chosen.scrollIntoView({ block: "nearest" }); }
    };
    found.addEventListener("htmx:afterSwap", () => { show(box.value.trim() !== "" && found.children.length > 0); choose(options()[0]); });
    box.addEventListener("input", () => { if (!box.value.trim()) show(false); });
    box.addEventListener("focus", () => { if (box.value.trim() && found.children.length) show(true); });
    box.addEventListener("keydown", (event) => {
      const items = options();
      const at = items.findIndex((option) => option.getAttribute("aria-selected") === "true");
      if (event.key === "Escape") { if (found.hidden) box.blur(); show(false); event.preventDefault(); }
      else if (found.hidden || !items.length) return;
      else if (event.key === "ArrowDown") { choose(items[(at + 1) % items.length]); event.preventDefault(); }
      else if (event.key === "ArrowUp") { choose(items.at(at - 1)); event.preventDefault(); }
      else if (event.key === "Enter" && at >= 0) { location.assign(items[at].href); event.preventDefault(); }
    });
    document.addEventListener("click", (event) => { if (!event.target.closest("[data-search]")) show(false); });
    document.addEventListener("focusin", (event) => { if (!event.target.closest("[data-search]")) show(false); });
    document.addEventListener("keydown", (event) => {
      if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.target.closest("input, textarea, select, [contenteditable]") || document.querySelector("dialog[open]")) return;
      event.preventDefault();
      box.focus();
      box.select();
    });
  }

  /* Dialogs: a link with data-dialog shows the form of the page it leads to */
  const dialog = document.getElementById("app-dialog");
  async function openDialog(url, panel) {
    const response = await fetch(url, { headers: { "X-Dialog": "true" } });
    const text = await response.text();
    if (!response.ok || response.redirected || !fillDialog(text, url)) { location.assign(url); return; }
    dialog.classList.toggle("is-panel", panel);
  }
  /* Shows the form of a page that was fetched; false where it has none */
  function fillDialog(text, url) {
    const page = new DOMParser().parseFromString(text, "text/html");
    const content = page.querySelector("[data-dialog-content]");
    if (!content) return false;
    const body = document.getElementById("app-dialog-body");
    document.getElementById("app-dialog-title").textContent = content.dataset.dialogTitle || page.querySelector("h1")?.textContent.trim() || "";
    body.replaceChildren(...Array.from(content.childNodes, (node) => document.importNode(node, true)));
    all("form", body).forEach((form) => { if (!form.getAttribute("action")) form.setAttribute("action", url); });
    if (!dialog.open) dialog.showModal();
    window.htmx?.process(body);
    document.dispatchEvent(new CustomEvent("contentadded", { detail: body }));
    (body.querySelector("[data-focus-first]") || body.querySelector("[autofocus], input:not([type=hidden]), select, textarea, button[type=submit]"))?.focus();
    return true;
  }
  if (dialog) {
    document.addEventListener("click", (event) => {
      const link = event.target.closest("a[data-dialog]");
      if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0) {
        event.preventDefault();
        all("[data-menu]:popover-open").forEach((menu) => menu.hidePopover());
        openDialog(link.href, link.dataset.dialog === "panel").catch(() => location.assign(link.href));
      } else if (event.target.closest("#app-dialog [data-close-dialog]")) {
        event.preventDefault();
        dialog.close();
      } else if (event.target === dialog && !dialog.querySelector("[data-dirty]")) {
        dialog.close();
      }
    });
    dialog.addEventListener("close", () => { document.getElementById("app-dialog-body").replaceChildren(); });
  }

  /* Lists: select rows */
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-select-all]")) {
      all('input[name="selected"]', event.target.closest("table")).forEach((input) => { input.checked = event.target.checked; });
    }
    if (!event.target.matches('[data-select-all], input[name="selected"]')) return;
    const list = event.target.closest(".list");
    const count = all('input[name="selected"]:checked', list).length;
    const label = list.querySelector("[data-bulk-count]");
    if (label) label.textContent = count ? `${count} selected` : "None selected";
  });

  /* Charts: their library is fetched only where there is one */
  let chartsWanted = false;
  function lookForCharts(within = document) {
    if (chartsWanted || !within.querySelector?.("[data-chart]")) return;
    chartsWanted = true;
    const library = document.createElement("script");
    library.src = me.dataset.chartLibrary;
    library.onload = () => { const script = document.createElement("script"); script.src = me.dataset.charts; document.head.append(script); };
    document.head.append(library);
  }
  lookForCharts();
  document.addEventListener("contentadded", (event) => lookForCharts(event.detail));
  document.addEventListener("htmx:afterSwap", (event) => { lookForCharts(event.target); document.dispatchEvent(new CustomEvent("contentadded", { detail: event.target })); });

  window.mentalspace = { toast, openDialog, fillDialog };
})();
