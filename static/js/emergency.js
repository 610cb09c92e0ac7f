/* Counts the minutes of emergency access down. The server closes the chart; this takes it off the screen. */
(function () {
  "use strict";
  const banner = document.querySelector(".emergency");
  if (!banner) return;
  const ends = Date.parse(banner.dataset.ends);
  const left = banner.querySelector("[data-left]");
  const count = setInterval(() => {
    const seconds = Math.ceil((ends - Date.now()) / 1000);
    if (seconds > 0) {
      const minutes = Math.floor(seconds / 60);
      left.textContent = minutes ? `${minutes} ${minutes === 1 ? "minute" : "minutes"} left` : "less than a minute left";
      return;
    }
    clearInterval(count);
    if ("here" in banner.dataset) { location.reload(); return; }
    banner.remove();
  }, 1000);
})();
