/* Writing a note: saves by itself, adds entries to lists, works from the keyboard. Without it the buttons do the same. */
(function () {
  "use strict";
  const all = (selector, within = document) => Array.from(within.querySelectorAll(selector));
  // With the time that a save takes, at most five seconds are lost, whatever ends.
  const EVERY = 4000;
  // What a browser still sends for a page that is closed or frozen.
  const LAST_WORDS = 60000;

  /* A question inside a folded section opens it when one is led there */
  function goToTarget() {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    for (let fold = target.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    target.scrollIntoView({ block: "center" });
    if (target.matches("input, textarea, select")) target.focus({ preventScroll: true });
  }
  addEventListener("hashchange", goToTarget);
  addEventListener("load", goToTarget);

  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.key !== "Enter") return;
    const sign = document.querySelector("form[data-sign]");
    if (sign) { event.preventDefault(); sign.requestSubmit(); }
  });

  document.querySelector("form[data-sign] [type=submit]")?.focus({ preventScroll: true });

  const form = document.querySelector("form[data-editor]");
  if (!form) return;
  const said = form.querySelector("[data-said]");
  const version = form.querySelector("[data-version]");
  const saveButton = form.querySelector("[data-save]");
  const reviewButton = form.querySelector("[data-review]");
  if (!location.hash && matchMedia("(pointer: fine)").matches && !document.querySelector("[data-focus-first]")) {
    all("textarea", form).find((one) => !one.value && one.checkVisibility())?.focus({ preventScroll: true });
  }
  let changes = 0;      // counts what was typed
  let kept = 0;         // how much of it the server has
  let saving = null;    // the save under way
  let stopped = false;  // another window saved: only the person can go on
  let leaving = false;

  function say(text, tone = "", link = null) {
    said.textContent = text;
    said.className = `doc-saved${tone ? ` ink-${tone}` : ""}`;
    if (link) said.append(" ", link);
  }
  function linkTo(url, text) {
    const made = document.createElement("a");
    Object.assign(made, { href: url, target: "_blank", rel: "noopener", textContent: text });
    return made;
  }
  function changed() {
    changes += 1;
    if (!stopped) say("Not saved yet");
  }
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);

  /* Saving */
  function post() {
    const body = new URLSearchParams(new FormData(form));
    return fetch(form.dataset.autosave, { method: "POST", body, redirect: "manual", keepalive: document.hidden && String(body).length < LAST_WORDS, headers: { "X-Requested-With": "fetch" } });
  }
  async function newToken() {
    const page = await fetch(form.getAttribute("action"), { redirect: "manual" });
    if (!page.ok) return false;
    const found = new DOMParser().parseFromString(await page.text(), "text/html").querySelector("[name=csrfmiddlewaretoken]");
    if (found) form.querySelector("[name=csrfmiddlewaretoken]").value = found.value;
    return Boolean(found);
  }
  function signedOut() {
    say("Not saved: you were signed out. Your text stays here.", "danger", linkTo(form.dataset.signIn, "Sign in in a new tab"));
  }
  async function saveNow() {
    const upTo = changes;
    let answer = await post();
    if (answer.status === 403 && await newToken()) answer = await post();
    if (answer.type === "opaqueredirect" || answer.status === 403) { signedOut(); return false; }
    if (answer.status === 409) {
      const refused = await answer.json();
      stopped = true;
      say(refused.stale ? "Not saved: another window changed this draft. Press Save to compare both texts." : `Not saved: ${refused.message} Press Save to keep a copy.`, "danger");
      return false;
    }
    if (!answer.ok) { say("Not saved: the server did not answer as expected. It is tried again.", "danger"); return false; }
    const body = await answer.json();
    version.value = body.version;
    kept = upTo;
    say(changes === upTo ? body.said : "Not saved yet");
    all("[data-problem]", form).forEach((place) => {
      const name = place.id.slice(3, -"_problem".length);
      if (body.faults[name] || place.dataset.live) { place.textContent = body.faults[name] || ""; place.dataset.live = "1"; }
    });
    all("[data-carried]", form).forEach((mark) => { if (!body.carried.includes(mark.querySelector("input").value)) mark.remove(); });
    return true;
  }
  function save() {
    saving ||= saveNow()
      .catch(() => { say("Not saved: the server cannot be reached. Your text stays here and is sent again.", "danger"); return false; })
      .finally(() => { saving = null; });
    return saving;
  }
  const saveIfNeeded = () => { if (changes > kept && !stopped && !leaving) save(); };
  setInterval(saveIfNeeded, EVERY);
  // The laptop is closed, the window hidden, the page frozen; or the network is back.
  document.addEventListener("visibilitychange", () => { if (document.hidden) saveIfNeeded(); });
  document.addEventListener("freeze", saveIfNeeded);
  addEventListener("pagehide", saveIfNeeded);
  addEventListener("online", saveIfNeeded);
  addEventListener("beforeunload", (event) => {
    if (leaving || changes === kept) return;
    event.preventDefault();
    event.returnValue = "";
  });

  form.addEventListener("submit", (event) => {
    const plain = !event.submitter || event.submitter === saveButton || !event.submitter.hasAttribute("formaction");
    if (plain && !stopped) { event.preventDefault(); save(); return; }
    if (saving) {
      event.preventDefault();
      const submitter = event.submitter;
      saving.finally(() => form.requestSubmit(submitter));
      return;
    }
    leaving = true;
  });
  addEventListener("pageshow", () => { leaving = false; });
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    if (event.key.toLowerCase() === "s") { event.preventDefault(); form.requestSubmit(saveButton); }
    if (event.key === "Enter") { event.preventDefault(); form.requestSubmit(reviewButton); }
  });

  /* A chosen answer pressed once more is taken back */
  let was = null;
  form.addEventListener("pointerdown", (event) => {
    const input = event.target.closest(".pick")?.querySelector('input[type="radio"]');
    was = input && input.checked ? input : null;
  });
  form.addEventListener("click", (event) => {
    if (was && event.target === was) { was.checked = false; was.dispatchEvent(new Event("change", { bubbles: true })); was = null; }
  });
  form.addEventListener("keydown", (event) => {
    if (event.target.matches('input[type="radio"]:checked') && (event.key === "Backspace" || event.key === "Delete")) {
      event.target.checked = false;
      changed();
    }
  });

  /* Lists of entries, and diagnoses */
  let next = 0;
  const random = () => Array.from(crypto.getRandomValues(new Uint8Array(4)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  function rename(node, token, number) {
    all("*", node).forEach((one) => {
      if (one.tagName === "TEMPLATE") rename(one.content, token, number);
      Array.from(one.attributes).forEach((attribute) => {
        if (attribute.value.includes(token) && attribute.name !== "data-token") one.setAttribute(attribute.name, attribute.value.replaceAll(token, number));
      });
    });
  }
  function number(list) {
    const item = list.dataset.item;
    all(":scope > [data-entries-list] > [data-entry]", list).forEach((entry, index) => {
      entry.setAttribute("aria-label", `${item} ${index + 1}`);
      entry.querySelector(".entry-title").textContent = `${item} ${index + 1}`;
      entry.querySelector("[data-remove-entry]")?.setAttribute("aria-label", `Remove ${item.toLowerCase()} ${index + 1}`);
    });
  }
  function addEntry(list) {
    const fragment = list.querySelector(":scope > template").content.cloneNode(true);
    rename(fragment, list.dataset.token, String(1000 + next));
    next += 1;
    all("[data-goal-id]", fragment).forEach((one) => { one.value = random(); });
    const entry = fragment.firstElementChild;
    list.querySelector(":scope > [data-entries-list]").append(entry);
    document.dispatchEvent(new CustomEvent("contentadded", { detail: entry }));
    number(list);
    entry.querySelector("textarea, input:not([type=hidden]), select")?.focus();
    changed();
  }
  function addCode(box) {
    const codes = all("input", box);
    const empty = codes.find((one) => !one.value.trim());
    if (empty) { empty.focus(); return; }
    const made = codes.at(-1).cloneNode();
    made.value = "";
    made.removeAttribute("aria-invalid");
    made.id = made.id.replace(/\d+$/, String(codes.length));
    made.setAttribute("aria-label", made.getAttribute("aria-label").replace(/\d+$/, String(codes.length + 1)));
    codes.at(-1).after(made);
    made.focus();
  }
  form.addEventListener("click", (event) => {
    const add = event.target.closest("[data-add-entry]");
    const remove = event.target.closest("[data-remove-entry]");
    const code = event.target.closest("[data-add-code]");
    if (add) addEntry(add.closest("[data-entries]"));
    else if (code) addCode(code.closest("[data-codes]"));
    else if (remove) {
      const list = remove.closest("[data-entries]");
      remove.closest("[data-entry]").remove();
      number(list);
      list.querySelector(":scope > [data-add-entry]").focus();
      changed();
    }
  });
})();
