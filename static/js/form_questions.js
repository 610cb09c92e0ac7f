/* Of a question only what its kind uses is shown, and words that it does not, which are refused. Without this all is there. */
(function () {
  "use strict";
  const USED = {
    one: ["choices", "other", "safe"], many: ["choices", "other", "safe"], long: ["rows"], number: ["minimum", "maximum", "unit"],
    scale: ["minimum", "maximum", "unit"], items: ["item"],
  };
  const WORDS = ["choices", "safe", "unit", "item"];
  const OPTIONAL = Array.from(new Set(Object.values(USED).flat()));
  function show(select) {
    const used = USED[select.value] || [];
    OPTIONAL.forEach((name) => {
      const field = select.form.querySelector(`[name="${name}"]`);
      const box = field?.closest('[id^="div_id_"]');
      if (box) box.hidden = !used.includes(name) && !(WORDS.includes(name) && field.value.trim());
    });
    ["of-choices", "of-size"].forEach((id) => {
      const block = select.form.querySelector(`#${id}`);
      if (block) block.hidden = !block.querySelector('[id^="div_id_"]:not([hidden])');
    });
  }
  const kinds = (within) => within.querySelectorAll?.('select[name="kind"]') || [];
  const prepare = (within) => kinds(within).forEach((select) => { if (select.form.elements.choices) show(select); });
  document.addEventListener("change", (event) => { if (event.target.matches('select[name="kind"]') && event.target.form.elements.choices) show(event.target); });
  document.addEventListener("contentadded", (event) => prepare(event.detail));
  prepare(document);
})();
