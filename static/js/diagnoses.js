/* Diagnoses are searched while they are typed. Without this the field takes a code, and the server says what is wrong. */
(function () {
  "use strict";
  const all = (selector, within = document) => Array.from(within.querySelectorAll(selector));
  const listOf = (box) => box.querySelector("[data-code-list]");
  const options = (box) => all("[role=option]", listOf(box));
  let asked = 0;
  let timer;

  function prepare(input) {
    const box = input.closest("[data-codes]");
    input.removeAttribute("list");
    Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": listOf(box).id })
      .forEach(([name, value]) => input.setAttribute(name, value));
  }
  function close(box) {
    listOf(box).hidden = true;
    all("input", box).forEach((input) => { input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); });
  }
  function mark(box, input, option) {
    options(box).forEach((one) => one.setAttribute("aria-selected", String(one === option)));
    if (!option) return;
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }
  function take(box, input, option) {
    input.value = option.textContent;
    close(box);
    input.dispatchEvent(new Event("input", { bubbles: true }));
    clearTimeout(timer);
  }
  async function offer(box, input) {
    const turn = ++asked;
    const address = new URL(box.dataset.codes, location.href);
    address.searchParams.set("q", input.value);
    const answer = await fetch(address, { headers: { "X-Requested-With": "fetch" } }).catch(() => null);
    if (turn !== asked || document.activeElement !== input) return;
    const found = answer?.ok && !answer.redirected ? (await answer.json()).found : [];
    const list = listOf(box);
    list.replaceChildren(...found.map((text, place) => {
      const option = document.createElement("div");
      Object.assign(option, { id: `${list.id}_${place}`, className: "combo-option", textContent: text });
      option.setAttribute("role", "option");
      return option;
    }));
    box.querySelector("[data-code-said]").textContent = found.length ? `${found.length} found` : "No code found";
    if (!found.length || found[0] === input.value) { close(box); return; }
    input.after(list);
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    mark(box, input, options(box)[0]);
  }

  all("[data-codes] input").forEach(prepare);
  const boxOf = (event) => event.target.closest?.("[data-codes] input") && event.target.closest("[data-codes]");
  document.addEventListener("focusin", (event) => { if (boxOf(event)) prepare(event.target); });
  document.addEventListener("input", (event) => {
    const box = boxOf(event);
    if (!box) return;
    clearTimeout(timer);
    asked += 1;
    if (event.target.value.trim().length < 2) { close(box); return; }
    timer = setTimeout(() => offer(box, event.target), 150);
  });
  document.addEventListener("keydown", (event) => {
    const box = boxOf(event);
    if (!box || event.ctrlKey || event.metaKey || event.altKey) return;
    const input = event.target;
    const open = !listOf(box).hidden;
    const choices = options(box);
    const at = choices.findIndex((one) => one.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown" && open) mark(box, input, choices[(at + 1) % choices.length]);
    else if (event.key === "ArrowDown" && input.value.trim()) offer(box, input);
    else if (event.key === "ArrowUp" && open) mark(box, input, choices.at(at - 1));
    else if (event.key === "Enter" && open && at >= 0) take(box, input, choices[at]);
    else if (event.key === "Escape" && open) { close(box); event.stopPropagation(); }
    else return;
    event.preventDefault();
  });
  document.addEventListener("pointerdown", (event) => {
    const option = event.target.closest("[data-code-list] [role=option]");
    if (!option) return;
    event.preventDefault();
    const box = option.closest("[data-codes]");
    take(box, box.querySelector("[aria-expanded=true]"), option);
  });
  document.addEventListener("focusout", (event) => { const box = boxOf(event); if (box) close(box); });
})();
