/* Kept texts: `;` and a name in a paragraph, or the button, offers them; arrows and Enter put one in. Without this they are copied. */
(function () {
  "use strict";
  const form = document.querySelector("form[data-snippets]");
  if (!form) return;
  const words = JSON.parse(form.dataset.words);
  const TYPED = /(^|\s);([\p{L}\p{N}-]*)$/u;
  const list = document.createElement("div");
  Object.assign(list, { id: "snippet-list", className: "combo-list snippet-list", hidden: true });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Texts");
  const said = document.createElement("span");
  said.className = "visually-hidden";
  said.setAttribute("role", "status");
  form.append(said);
  let kept = null;
  let last = null;   // the paragraph that was written in last

  const filled = (text) => text.replace(/\{(\p{L}+)\}/gu, (all, place) => {
    const word = words[place.toLowerCase()];
    if (word === undefined) return all;
    return place[0] === place[0].toUpperCase() ? word[0].toUpperCase() + word.slice(1) : word;
  });
  const options = () => Array.from(list.children);
  const questionOf = (area) => area.name.split("-").at(-1);
  const typedIn = (area) => area.selectionStart === area.selectionEnd && TYPED.exec(area.value.slice(0, area.selectionStart));

  async function load() {
    kept ||= fetch(form.dataset.snippets, { headers: { "X-Requested-With": "fetch" } })
      .then((answer) => (answer.ok && !answer.redirected ? answer.json() : { snippets: [] }))
      .then((body) => body.snippets)
      .catch(() => { kept = null; return []; });
    return kept;
  }
  function close() {
    if (list.hidden) return;
    list.hidden = true;
    last?.removeAttribute("aria-activedescendant");
    last?.removeAttribute("aria-controls");
  }
  function mark(option) {
    options().forEach((one) => one.setAttribute("aria-selected", String(one === option)));
    last.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }
  async function offer(area) {
    const typed = typedIn(area);
    if (!typed) { close(); return; }
    const all = await load();
    if (document.activeElement !== area || typedIn(area)?.[2] !== typed[2]) return;
    const name = typed[2].toLowerCase();
    const fits = all.filter((one) => one.name.toLowerCase().includes(name) && (!one.question || one.question === questionOf(area)));
    fits.sort((a, b) => b.name.toLowerCase().startsWith(name) - a.name.toLowerCase().startsWith(name));
    if (!fits.length) { close(); said.textContent = all.length ? "No text of that name" : "No texts are kept yet"; return; }
    list.replaceChildren(...fits.slice(0, 12).map((one, place) => {
      const option = document.createElement("div");
      Object.assign(option, { id: `snippet-${place}`, className: "combo-option" });
      option.setAttribute("role", "option");
      option.dataset.text = filled(one.text);
      const strong = document.createElement("strong");
      strong.textContent = one.name;
      const text = document.createElement("span");
      Object.assign(text, { className: "cell-sub", textContent: option.dataset.text.slice(0, 140) });
      option.append(strong, text);
      return option;
    }));
    last = area;
    area.after(list);
    list.hidden = false;
    area.setAttribute("aria-controls", list.id);
    mark(list.firstElementChild);
    said.textContent = `${fits.length === 1 ? "1 text" : `${fits.length} texts`}. Arrows choose, Enter inserts.`;
  }
  function take(option) {
    const area = last;
    const typed = typedIn(area);
    const end = area.selectionStart;
    close();
    if (!typed) return;
    area.focus();
    area.setSelectionRange(end - typed[2].length - 1, end);
    // As if typed, so that the browser can undo it.
    if (!document.execCommand("insertText", false, option.dataset.text)) {
      area.setRangeText(option.dataset.text, area.selectionStart, area.selectionEnd, "end");
      area.dispatchEvent(new Event("input", { bubbles: true }));
    }
    said.textContent = "Inserted";
  }

  form.addEventListener("input", (event) => { if (event.target.matches("textarea")) offer(event.target); });
  form.addEventListener("focusin", (event) => { if (event.target.matches("textarea")) last = event.target; });
  form.addEventListener("focusout", (event) => { if (event.target === last) close(); });
  form.addEventListener("keydown", (event) => {
    if (list.hidden || event.target !== last || event.ctrlKey || event.metaKey || event.altKey) return;
    const all = options();
    const at = all.findIndex((one) => one.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown") mark(all[(at + 1) % all.length]);
    else if (event.key === "ArrowUp") mark(all.at(at - 1));
    else if (event.key === "Enter" || event.key === "Tab") take(all[at]);
    else if (event.key === "Escape") { close(); event.stopPropagation(); }
    else return;
    event.preventDefault();
  }, true);
  list.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    const option = event.target.closest("[role=option]");
    if (option) take(option);
  });
  form.querySelector("[data-insert-text]")?.addEventListener("click", () => {
    const area = last?.isConnected ? last : form.querySelector("textarea");
    if (!area) return;
    area.focus();
    const before = area.value.slice(0, area.selectionStart);
    document.execCommand("insertText", false, before && !/\s$/.test(before) ? " ;" : ";");
    offer(area);
  });
})();
