/* Draws every canvas with data-chart from the JSON beside it, in the theme's colours, again when the theme changes. */
(function () {
  "use strict";
  const drawn = new Map();
  const colour = (name) => {
    const probe = document.createElement("span");
    probe.style.color = `var(${name})`;
    document.body.append(probe);
    const value = getComputedStyle(probe).color;
    probe.remove();
    return value;
  };
  const fade = (rgb, share) => rgb.replace(/^rgb\((.+)\)$/, `rgba($1, ${share})`);
  const TONES = { accent: "--accent", info: "--info", success: "--success", warning: "--warning", danger: "--danger", neutral: "--rule-strong" };
  const ORDER = ["--accent", "--info", "--warning", "--rule-strong", "--danger", "--success"];
  const FORMATS = {
    number: (value) => value.toLocaleString("en-US", { maximumFractionDigits: 1 }),
    money: (value) => value.toLocaleString("en-US", { style: "currency", currency: "USD", maximumFractionDigits: Number.isInteger(value) ? 0 : 2 }),
    percent: (value) => `${Math.round(value * 100)}%`,
  };
  const bands = {
    id: "bands",
    beforeDatasetsDraw(chart, _args, options) {
      const { ctx, chartArea: area, scales } = chart;
      (options.list || []).forEach((band, index) => {
        const top = scales.y.getPixelForValue(Math.min(band.high, scales.y.max));
        const bottom = scales.y.getPixelForValue(Math.max(band.low, scales.y.min));
        if (top >= bottom) return;
        ctx.save();
        ctx.fillStyle = options.fill;
        if (index % 2) ctx.fillRect(area.left, top, area.width, bottom - top);
        ctx.fillStyle = options.ink;
        ctx.font = `11px ${Chart.defaults.font.family}`;
        ctx.textAlign = "right";
        ctx.textBaseline = "top";
        if (bottom - top > 13) ctx.fillText(band.name, area.right - 6, top + 3);
        ctx.restore();
      });
    },
  };
  const marks = {
    id: "marks",
    afterDatasetsDraw(chart, _args, options) {
      const { ctx, chartArea: area, scales } = chart;
      let told = 0;
      (options.list || []).forEach((text, index) => {
        if (!text) return;
        // Neighbors do not stand in each other's way: one is written from below, the next from above.
        const above = told++ % 2 === 1;
        const x = scales.x.getPixelForValue(options.days.length ? options.days[index] : index);
        ctx.save();
        ctx.strokeStyle = options.ink;
        ctx.setLineDash([3, 3]);
        ctx.beginPath();
        ctx.moveTo(x, area.top);
        ctx.lineTo(x, area.bottom);
        ctx.stroke();
        ctx.translate(x, above ? area.top + 6 : area.bottom - 6);
        ctx.rotate(-Math.PI / 2);
        ctx.fillStyle = options.ink;
        ctx.font = `11px ${Chart.defaults.font.family}`;
        // Beside the line, on the side where there is room.
        ctx.textAlign = above ? "right" : "left";
        ctx.textBaseline = x + 16 > area.right ? "bottom" : "top";
        ctx.fillText(text, 0, x + 16 > area.right ? -3 : 3, area.bottom - area.top - 12);
        ctx.restore();
      });
    },
  };
  /* Labels as far apart as their days; a little room beside the first and the last. */
  function spread(data, ink, rule) {
    const { days, labels } = data;
    const room = Math.max(2, (days[days.length - 1] - days[0]) * 0.04);
    return {
      type: "linear", min: days[0] - room, max: days[days.length - 1] + room, border: { color: rule }, grid: { display: false },
      // The last day is always named, and from there back whatever has the room.
      afterBuildTicks: (axis) => {
        const apart = ((axis.max - axis.min) * 84) / axis.chart.width;
        const named = [];
        for (const value of [...days].reverse()) if (!named.length || named[0] - value >= apart) named.unshift(value);
        axis.ticks = named.map((value) => ({ value }));
      },
      ticks: { color: ink, maxRotation: 0, autoSkip: false, callback: (value) => labels[days.indexOf(value)] },
    };
  }
  function draw(canvas) {
    const data = JSON.parse(document.getElementById(canvas.dataset.chart).textContent);
    drawn.get(canvas)?.destroy();
    const ink = colour("--ink-2");
    const rule = colour("--rule");
    const across = data.kind === "rows";
    const every = across || (data.kind === "bar" && data.labels.length <= 24);
    const format = FORMATS[data.unit];
    const values = { stacked: data.stacked, min: data.minimum ?? undefined, max: data.maximum ?? undefined, border: { display: false }, grid: { color: rule }, ticks: { color: ink, maxTicksLimit: 6, precision: data.unit === "number" ? 0 : undefined, callback: format } };
    const names = { stacked: data.stacked, border: { color: rule }, grid: { display: false }, ticks: { color: ink, maxRotation: every ? 60 : 0, autoSkip: !every, autoSkipPadding: 12 } };
    const inTime = data.days.length > 0;
    drawn.set(canvas, new Chart(canvas, {
      type: data.kind === "line" ? "line" : "bar",
      data: {
        labels: data.labels,
        datasets: data.series.map((series, index) => {
          const hue = colour(TONES[series.tone] || ORDER[index % ORDER.length]);
          return { label: series.name, data: inTime ? series.values.map((y, place) => ({ x: data.days[place], y })) : series.values, borderColor: hue, backgroundColor: data.kind === "line" ? fade(hue, 0.12) : hue, borderWidth: data.kind === "line" ? 2 : 0, borderRadius: 4, borderDash: data.kind === "line" && index % 2 ? [6, 4] : [], pointStyle: ["circle", "rect", "triangle", "rectRot"][index % 4], pointRadius: 4, pointBackgroundColor: hue, tension: 0.25, spanGaps: true, maxBarThickness: 40, categoryPercentage: 0.7 };
        }),
      },
      options: {
        indexAxis: across ? "y" : "x",
        maintainAspectRatio: false,
        animation: false,
        interaction: { mode: "index", intersect: false, axis: across ? "y" : "x" },
        scales: across ? { x: values, y: names } : { y: values, x: inTime ? spread(data, ink, rule) : names },
        plugins: {
          legend: { display: data.series.length > 1, align: "start", labels: { color: ink, boxWidth: 12, boxHeight: 12, usePointStyle: data.kind === "line" } },
          tooltip: { callbacks: { title: (items) => (items.length ? data.labels[items[0].dataIndex] : ""), label: (item) => `${item.dataset.label}: ${format(inTime ? item.raw.y : item.raw)}` } },
          bands: { list: data.bands, fill: fade(ink, 0.07), ink },
          marks: { list: data.marks, days: data.days, ink },
        },
      },
      plugins: [bands, marks],
    }));
  }
  function drawAll(within = document) {
    Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
    within.querySelectorAll("canvas[data-chart]").forEach(draw);
  }
  drawAll();
  document.addEventListener("contentadded", (event) => drawAll(event.detail));
  document.addEventListener("themechange", () => drawAll());
  addEventListener("beforeprint", () => drawn.forEach((chart) => chart.resize()));
})();
