"use strict";
/** What the pages' plots have in common. */
const plots = (() => {
  const shade = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const faded = (hex, share) => hex + Math.round(share * 255).toString(16).padStart(2, "0");
  function number(value, digits) {
    if (value === null || value === undefined) return "–";
    return value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  }
  function short(value) {
    return value.toLocaleString("en", { notation: "compact", maximumSignificantDigits: 3 });
  }
  function seconds(value) {
    if (value === 0) return "0";
    const units = [[86400, "d"], [3600, "h"], [60, "min"], [1, "s"], [1e-3, "ms"], [1e-6, "µs"]];
    const unit = units.find((u) => value >= u[0] * 0.9999) || units[units.length - 1];
    return Number((value / unit[0]).toPrecision(3)) + " " + unit[1];
  }

  function axis(title, more) {
    const { ticks, ...rest } = more || {};
    return {
      title: { display: true, text: title, color: shade("--faint") },
      grid: { color: shade("--line") },
      border: { color: shade("--line") },
      ticks: { color: shade("--faint"), ...ticks },
      ...rest,
    };
  }
  /** The whiles in which a plan has an instance, behind the histogram. */
  const windows = {
    id: "windows",
    beforeDatasetsDraw(c) {
      const { ctx, chartArea: area, scales } = c;
      const hue = c.$hue;
      ctx.save();
      ctx.font = "600 12px system-ui, 'DejaVu Sans', sans-serif";
      c.$windows.forEach((w, i) => {
        const left = Math.max(area.left, w.fromSeconds <= 0 ? area.left : scales.x.getPixelForValue(w.fromSeconds));
        const right = Math.min(area.right, scales.x.getPixelForValue(w.untilSeconds));
        if (right < area.left || left > area.right) return;
        const width = Math.max(2, right - left);
        ctx.fillStyle = faded(hue, 0.18);
        ctx.fillRect(left, area.top, width, area.bottom - area.top);
        ctx.fillStyle = hue;
        ctx.fillRect(left, area.top, width, 3);
        const text = w.what + ", " + seconds(w.fromSeconds) + " – " + seconds(w.untilSeconds);
        const long = ctx.measureText(text).width;
        ctx.fillText(text, Math.max(area.left + 4, Math.min(left + 4, area.right - long - 4)), area.top + 18 + 16 * i);
      });
      ctx.restore();
    },
  };
  /** A histogram's bars from each bin's beginning to its end. */
  const bars = {
    id: "bars",
    afterDatasetsDraw(c) {
      const { ctx, chartArea: area, scales } = c;
      ctx.save();
      ctx.beginPath();
      ctx.rect(area.left, area.top, area.right - area.left, area.bottom - area.top);
      ctx.clip();
      ctx.fillStyle = shade("--faint");
      c.$bins.forEach((b) => {
        const left = b.fromSeconds <= scales.x.min ? area.left : scales.x.getPixelForValue(b.fromSeconds);
        const right = scales.x.getPixelForValue(b.toSeconds);
        const top = scales.y.getPixelForValue(b.gaps);
        ctx.fillRect(left, top, Math.max(2, right - left - 1), area.bottom - top);
      });
      ctx.restore();
    },
  };

  /**
   * Settings of a chart that shows how long one level of a function's concurrency was not reached, and
   * the whiles in which the plan has an instance for it (in the hue).
   */
  function gaps(level, hue) {
    const edges = level.bins.flatMap((b) => [b.fromSeconds, b.toSeconds]).concat(level.windows.flatMap((w) => [w.fromSeconds, w.untilSeconds])).filter((v) => v > 0);
    const most = Math.max(1, ...level.bins.map((b) => b.gaps));
    return {
      type: "scatter",
      data: {
        datasets: [{
          label: "gaps",
          data: level.bins.map((b) => ({ x: b.fromSeconds > 0 ? Math.sqrt(b.fromSeconds * b.toSeconds) : b.toSeconds / 2, y: b.gaps, bin: b })),
          pointRadius: 0,
          pointHitRadius: 12,
        }],
      },
      options: {
        scales: {
          x: axis("gap since concurrency fell below the level", {
            type: "logarithmic",
            min: Math.max(1e-3, Math.min(...edges) / 1.5),
            max: Math.min(7 * 86400, Math.max(...edges) * 1.3),
            afterBuildTicks: (a) => {
              const marks = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 60, 180, 600, 1800, 3600, 10800, 21600, 43200, 86400, 259200];
              a.ticks = marks.filter((v) => v >= a.min && v <= a.max).map((value) => ({ value }));
            },
            ticks: { callback: seconds },
          }),
          y: axis("gaps", { min: 0, suggestedMax: most * 1.25, ticks: { callback: short } }),
        },
        plugins: { tooltip: { callbacks: { label: (t) => {
          const b = t.raw.bin;
          return number(b.gaps, 1) + " gaps of " + seconds(b.fromSeconds) + " – " + seconds(b.toSeconds);
        } } } },
      },
      plugins: [{ id: "plan", beforeLayout: (c) => { c.$bins = level.bins; c.$windows = level.windows; c.$hue = hue; } }, windows, bars],
    };
  }

  return { shade, faded, number, short, seconds, axis, gaps };
})();
