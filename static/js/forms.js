/* Forms: tidy what was typed, pick days, search in long lists, add rows; guard against losing and repeating work. */
(function () {
  "use strict";
  const all = (selector, within = document) => Array.from(within.querySelectorAll(selector));
  const sprite = document.querySelector("script[data-icons]").dataset.icons;
  function icon(name) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("class", "icon");
    svg.setAttribute("aria-hidden", "true");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    use.setAttribute("href", `${sprite}#${name}`);
    svg.append(use);
    return svg;
  }
  function button(classes, label, content) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = classes;
    made.setAttribute("aria-label", label);
    made.append(content);
    return made;
  }

  /* Days */
  const pad = (number) => String(number).padStart(2, "0");
  const toIso = (text) => { const m = /^\s*(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})\s*$/.exec(text); return m ? `${m[3]}-${pad(m[1])}-${pad(m[2])}` : ""; };
  const fromIso = (text) => { const [year, month, day] = text.split("-"); return `${month}/${day}/${year}`; };
  function addPicker(input) {
    const wrap = document.createElement("span");
    wrap.className = "date-wrap";
    input.replaceWith(wrap);
    const native = document.createElement("input");
    native.type = "date";
    native.tabIndex = -1;
    native.setAttribute("aria-hidden", "true");
    native.setAttribute("data-no-guard", "");
    const label = input.labels?.[0]?.textContent.trim().replace(/\*$/, "") || input.getAttribute("aria-label") || "date";
    const open = button("date-pick", `Pick ${label} from a calendar`, icon("calendar"));
    open.tabIndex = -1;
    open.addEventListener("click", () => { native.value = toIso(input.value); native.showPicker?.(); });
    native.addEventListener("change", (event) => {
      event.stopPropagation();
      if (!native.value) return;
      input.value = fromIso(native.value);
      input.dispatchEvent(new Event("input", { bubbles: true }));
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
    wrap.append(input, native, open);
  }

  /* Tidy on leaving a field; what cannot be read is left for the server to explain */
  const TIDY = {
    phone: (text) => { const d = text.replace(/\D/g, "").replace(/^1(?=\d{10}$)/, ""); return d.length === 10 && !/^\+(?!1)/.test(text.trim()) ? `(${d.slice(0, 3)}) ${d.slice(3, 6)}-${d.slice(6)}` : text; },
    zip: (text) => { const d = text.replace(/\D/g, ""); return d.length === 9 ? `${d.slice(0, 5)}-${d.slice(5)}` : text.trim(); },
    date: (text) => { const m = /^\s*(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})\s*$/.exec(text) || /^\s*(\d{2})(\d{2})(\d{4})\s*$/.exec(text); return m ? `${pad(m[1])}/${pad(m[2])}/${m[3]}` : text; },
    time: (text) => {
      const m = /^\s*(\d{1,2})(?:[:.]?(\d{2}))?\s*([ap])\.?m?\.?\s*$/i.exec(text);
      if (m && +m[1] >= 1 && +m[1] <= 12 && +(m[2] || 0) < 60) return `${+m[1]}:${m[2] || "00"} ${m[3].toUpperCase()}M`;
      const h = /^\s*(\d{2})[:.]?(\d{2})\s*$/.exec(text);
      return h && +h[1] < 24 && +h[2] < 60 ? `${+h[1] % 12 || 12}:${h[2]} ${+h[1] < 12 ? "AM" : "PM"}` : text;
    },
    money: (text) => { const t = text.trim().replace(/^\$/, "").replace(/,(?=\d{3}(\D|$))/g, ""); return /^-?\d+(\.\d{1,2})?$/.test(t) ? Number(t).toLocaleString("en-US", { minimumFractionDigits: 2 }) : text; },
  };
  document.addEventListener("focusout", (event) => {
    const input = event.target;
    for (const kind of Object.keys(TIDY)) {
      if (input.dataset && kind in input.dataset && input.value) input.value = TIDY[kind](input.value);
    }
  });

  /* A select that one searches in */
  function addCombobox(select) {
    const multiple = select.multiple;
    const url = select.dataset.combobox;
    const combo = document.createElement("div");
    combo.className = "combo";
    select.replaceWith(combo);
    const input = document.createElement("input");
    input.type = "text";
    input.className = select.className.replace("form-select", "form-control");
    input.autocomplete = "off";
    input.spellcheck = false;
    input.placeholder = select.dataset.placeholder || "";
    input.id = select.id;
    select.id = `${input.id}_value`;
    const list = document.createElement("div");
    list.className = "combo-list";
    list.id = `${input.id}_list`;
    list.hidden = true;
    list.setAttribute("role", "listbox");
    const name = document.querySelector(`label[for="${CSS.escape(input.id)}"]`)?.textContent.trim();
    list.setAttribute("aria-label", name || "Choices");
    const describedBy = select.getAttribute("aria-describedby");
    const aria = { role: "combobox", "aria-expanded": "false", "aria-controls": list.id, "aria-autocomplete": "list" };
    Object.entries(aria).forEach(([key, value]) => input.setAttribute(key, value));
    if (describedBy) input.setAttribute("aria-describedby", describedBy);
    if (select.hasAttribute("aria-invalid")) input.setAttribute("aria-invalid", "true");
    const chips = document.createElement("div");
    chips.className = "chips";
    const clear = button("combo-clear", `Clear ${name || "choice"}`, icon("x"));
    combo.append(...(multiple ? [chips] : []), input, ...(multiple ? [] : [clear]), list, select);
    const chosen = () => Array.from(select.selectedOptions).filter((option) => option.value);
    function show() {
      if (multiple) {
        chips.replaceChildren(...chosen().map((option) => {
          const chip = button("chip", `Remove ${option.label}`, document.createTextNode(option.label));
          chip.append(icon("x"));
          chip.addEventListener("click", () => { option.selected = false; changed(); input.focus(); });
          return chip;
        }));
        input.value = "";
      } else {
        input.value = chosen()[0]?.label || "";
        clear.hidden = !input.value;
      }
    }
    function changed() { show(); select.dispatchEvent(new Event("change", { bubbles: true })); }
    const open = (wanted) => { list.hidden = !wanted; input.setAttribute("aria-expanded", String(wanted)); if (!wanted) input.removeAttribute("aria-activedescendant"); };
    const items = () => all(".combo-option", list);
    function mark(item) {
      items().forEach((one, index) => { one.id ||= `${list.id}_${index}`; one.setAttribute("aria-selected", String(one === item)); });
      if (item) { input.setAttribute("aria-activedescendant", item.id); item.scrollIntoView({ block: "nearest" }); }
    }
    function take(item) {
      let option = Array.from(select.options).find((one) => one.value === item.dataset.value);
      if (!option) { option = new Option(item.dataset.label, item.dataset.value); select.add(option); }
      if (!multiple) select.value = option.value; else option.selected = true;
      open(false);
      changed();
    }
    let asked = 0;
    async function offer() {
      const text = input.value.trim();
      const turn = ++asked;
      if (url) {
        const answer = await fetch(`${url}${url.includes("?") ? "&" : "?"}q=${encodeURIComponent(text)}`, { headers: { "HX-Request": "true" } });
        if (turn !== asked || !answer.ok) return;
        list.innerHTML = await answer.text();
      } else {
        const word = text.toLowerCase();
        list.replaceChildren(...Array.from(select.options).filter((o) => o.value && o.label.toLowerCase().includes(word) && !(multiple && o.selected)).slice(0, 100).map((o) => {
          const item = document.createElement("div");
          item.className = "combo-option";
          item.setAttribute("role", "option");
          item.dataset.value = o.value;
          item.dataset.label = item.textContent = o.label;
          return item;
        }));
      }
      if (!items().length) list.textContent = "Nothing found";
      open(true);
      mark(items()[0]);
    }
    let timer;
    input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(offer, url ? 150 : 0); });
    input.addEventListener("focus", () => input.select());
    input.addEventListener("click", () => { if (list.hidden) { const text = input.value; input.value = ""; offer(); input.value = text; input.select(); } });
    input.addEventListener("keydown", (event) => {
      const choices = items();
      const at = choices.findIndex((one) => one.getAttribute("aria-selected") === "true");
      if (event.key === "ArrowDown" && list.hidden) { offer(); event.preventDefault(); }
      else if (event.key === "ArrowDown") { mark(choices[(at + 1) % choices.length]); event.preventDefault(); }
      else if (event.key === "ArrowUp" && !list.hidden) { mark(choices.at(at - 1)); event.preventDefault(); }
      else if (event.key === "Enter" && !list.hidden && at >= 0) { take(choices[at]); event.preventDefault(); }
      else if (event.key === "Escape" && !list.hidden) { open(false); show(); event.preventDefault(); event.stopPropagation(); }
      else if (event.key === "Backspace" && multiple && !input.value && chosen().length) { chosen().at(-1).selected = false; changed(); }
    });
    list.addEventListener("pointerdown", (event) => { event.preventDefault(); const item = event.target.closest(".combo-option"); if (item) take(item); });
    input.addEventListener("blur", () => { open(false); if (!multiple && !input.value.trim() && chosen().length) { select.value = ""; changed(); } else show(); });
    clear.addEventListener("click", () => { select.value = ""; changed(); input.focus(); });
    show();
  }

  /* Repeated rows */
  document.addEventListener("click", (event) => {
    const add = event.target.closest("[data-formset-add]");
    const remove = event.target.closest("[data-formset-remove]");
    if (add) {
      const set = add.closest("[data-formset]");
      const total = set.querySelector(`[name="${CSS.escape(set.dataset.formset)}-TOTAL_FORMS"]`);
      const fragment = set.querySelector("template").content.cloneNode(true);
      all("*", fragment).forEach((node) => Array.from(node.attributes).forEach((attribute) => {
        if (attribute.value.includes("__prefix__")) node.setAttribute(attribute.name, attribute.value.replaceAll("__prefix__", total.value));
      }));
      total.value = Number(total.value) + 1;
      const row = fragment.firstElementChild;
      set.querySelector("[data-formset-rows]").append(row);
      prepare(row);
      row.querySelector("input:not([type=hidden]), select, textarea")?.focus();
      set.dispatchEvent(new Event("change", { bubbles: true }));
    } else if (remove) {
      const row = remove.closest("[data-formset-row]");
      const box = row.querySelector('[name$="-DELETE"]');
      box.checked = true;
      row.classList.add("is-removed");
      box.dispatchEvent(new Event("change", { bubbles: true }));
      row.closest("[data-formset]").querySelector("[data-formset-add]")?.focus();
    }
  });

  /* Unsaved changes, and sending once */
  const dirty = new Set();
  document.addEventListener("input", note);
  document.addEventListener("change", note);
  function note(event) {
    const form = event.target.form || event.target.closest?.("form");
    if (form?.matches("[data-guard]") && !event.target.hasAttribute("data-no-guard")) { dirty.add(form); form.dataset.dirty = ""; }
  }
  addEventListener("beforeunload", (event) => {
    if (Array.from(dirty).some((form) => form.isConnected)) { event.preventDefault(); event.returnValue = ""; }
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    dirty.delete(form);
    if (!form.matches("[data-submit-once]") || event.defaultPrevented) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    rememberKey(form);
    if (event.submitter) event.submitter.setAttribute("aria-busy", "true");
  });
  /* Going back loads the form anew, with a new key: as long as nothing is changed in it, it is the one that was sent */
  const keyOf = (form) => form.querySelector('input[name="_once"]');
  function rememberKey(form) {
    if (keyOf(form)) history.replaceState({ ...history.state, sent: { ...history.state?.sent, [form.action]: keyOf(form).value } }, "");
  }
  all("form[data-submit-once]").forEach((form) => {
    const sent = history.state?.sent?.[form.action];
    if (!sent || !keyOf(form)) return;
    const fresh = keyOf(form).value;
    keyOf(form).value = sent;
    form.addEventListener("input", () => { keyOf(form).value = fresh; }, { once: true });
  });
  addEventListener("pageshow", () => all("form[data-sent]").forEach((form) => {
    delete form.dataset.sent;
    all("[aria-busy]", form).forEach((one) => one.removeAttribute("aria-busy"));
  }));

  function prepare(within) {
    all("input[data-date]", within).forEach((input) => { if (!input.closest(".date-wrap")) addPicker(input); });
    all("select[data-combobox]", within).forEach((select) => { if (!select.closest(".combo")) addCombobox(select); });
    if (matchMedia("(max-width: 768px)").matches) {
      const said = (fold) => fold.querySelector(".is-invalid, input:checked") || all("input, select", fold).some((one) => !/^(checkbox|radio)$/.test(one.type) && one.value);
      all("details[data-folded]", within).forEach((fold) => { fold.open = Boolean(said(fold)); });
    }
    within.querySelector?.("[data-focus-first]")?.focus();
  }
  prepare(document);
  document.addEventListener("contentadded", (event) => prepare(event.detail));
})();
