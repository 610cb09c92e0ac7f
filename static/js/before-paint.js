/* Runs before the first paint, so that neither theme nor sidebar flickers. */
(function () {
  "use strict";
  var root = document.documentElement;
  root.classList.add("js");
  var stored = function (key) { try { return localStorage.getItem(key); } catch { return null; } };
  var choice = stored("theme") || "auto";
  root.setAttribute("data-theme-choice", choice);
  var dark = choice === "dark" || (choice === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  root.setAttribute("data-bs-theme", dark ? "dark" : "light");
  if (stored("sidebar") === "narrow") root.setAttribute("data-sidebar", "narrow");
})();
