/* Entering answers by keyboard: 1 chooses the first answer of the question one stands in, 2 the second, and goes on. */
(function () {
  "use strict";
  const form = document.querySelector("form[data-items]");
  if (!form) return;
  const items = Array.from(form.querySelectorAll("[data-item]"));
  form.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || !/^[1-9]$/.test(event.key)) return;
    const item = event.target.closest("[data-item]");
    const choice = item && item.querySelectorAll("input[type=radio]")[Number(event.key) - 1];
    if (!choice) return;
    event.preventDefault();
    choice.click();
    const next = items[items.indexOf(item) + 1];
    const target = next ? next.querySelector("input:checked") || next.querySelector("input") : form.querySelector("button[type=submit]");
    target.focus();
    target.scrollIntoView({ block: "center" });
  });
})();
