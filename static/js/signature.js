/* A field to sign in by finger, pen or mouse: what is drawn goes along as lines, "M12 30L13 31". */
(function () {
  "use strict";
  const form = document.querySelector("form[data-signature]");
  const pad = form && form.querySelector("[data-pad]");
  const brush = pad && pad.getContext("2d");
  if (!brush) return;
  const kept = form.querySelector("[name=drawn]");
  // A form that came back with something to mend shows what was drawn before.
  const strokes = kept.value.split("M").filter(Boolean).map((line) => line.split("L").map((point) => point.split(" ").map(Number)));
  let stroke = null;

  function place(event) {
    const box = pad.getBoundingClientRect();
    const within = (value, most) => Math.max(0, Math.min(most, Math.round(value)));
    return [within(((event.clientX - box.left) * pad.width) / box.width, pad.width),
      within(((event.clientY - box.top) * pad.height) / box.height, pad.height)];
  }

  function draw() {
    brush.clearRect(0, 0, pad.width, pad.height);
    brush.strokeStyle = getComputedStyle(pad).color;
    brush.lineWidth = 3;
    brush.lineCap = brush.lineJoin = "round";
    for (const points of strokes) {
      brush.beginPath();
      points.forEach(([x, y], index) => (index ? brush.lineTo(x, y) : brush.moveTo(x, y)));
      brush.stroke();
    }
    const lines = strokes.filter((points) => points.length > 1);
    kept.value = lines.map((points) => "M" + points.map((point) => point.join(" ")).join("L")).join("");
  }

  pad.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    pad.setPointerCapture(event.pointerId);
    stroke = [place(event)];
    strokes.push(stroke);
  });
  pad.addEventListener("pointermove", (event) => {
    if (!stroke) return;
    const [x, y] = place(event);
    const [lastX, lastY] = stroke[stroke.length - 1];
    // Nearer points than this cannot be told apart, and would make what is kept long.
    if (Math.hypot(x - lastX, y - lastY) < 3) return;
    stroke.push([x, y]);
    draw();
  });
  for (const name of ["pointerup", "pointercancel"]) pad.addEventListener(name, () => { stroke = null; });
  if (strokes.length) draw();
  form.querySelector("[data-clear]").addEventListener("click", () => { strokes.length = 0; draw(); });
})();
