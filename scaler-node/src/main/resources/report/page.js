"use strict";
(() => {
  const report = JSON.parse(document.getElementById("data").textContent);
  const { shade, faded, number, short, seconds, axis } = plots;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const COLOURS = {
    light: ["#1f6fd0", "#d9580d", "#16876a", "#b3389b", "#8a6d00", "#6b4fd0", "#c22f3d", "#0f8ea6", "#5c7a14", "#8d5a3c"],
    dark: ["#6caeff", "#ff9a56", "#46cfa6", "#f07fd8", "#e2c04a", "#a993ff", "#ff7c86", "#52d0e6", "#a8cf52", "#d3a283"],
  };
  const hidden = new Set();
  let charts = [];

  const palette = () => (dark.matches ? COLOURS.dark : COLOURS.light);
  const isBound = (policy) => policy === "clairvoyant";
  function colour(policy) {
    if (isBound(policy)) return dark.matches ? "#9aa4b2" : "#6d7887";
    const coloured = report.policies.map((p) => p.policy).filter((name) => !isBound(name));
    return palette()[coloured.indexOf(policy) % palette().length];
  }
  const shown = () => report.policies.filter((p) => !hidden.has(p.policy));

  function chart(id, config) {
    config.options = {
      responsive: true,
      maintainAspectRatio: false,
      animation: false,
      ...config.options,
    };
    config.options.plugins = { legend: { display: false }, ...config.options.plugins };
    charts.push(new Chart(document.getElementById(id), config));
  }

  /** Names beside points, moved apart where they would overlap. */
  const names = {
    id: "names",
    afterDatasetsDraw(c) {
      const ctx = c.ctx;
      ctx.save();
      ctx.font = "600 12px system-ui, 'DejaVu Sans', sans-serif";
      ctx.textBaseline = "middle";
      const points = c.data.datasets.map((set, i) => ({ set, at: c.getDatasetMeta(i).data[0] }));
      const taken = points.map(({ at }) => box(at.x - 6, at.y - 6, 12, 12));
      points.sort((a, b) => a.at.y - b.at.y).forEach(({ set, at }) => {
        const width = ctx.measureText(set.label).width;
        const places = [];
        for (const dy of [0, -14, 14, -28, 28, -42, 42, -56, 56]) {
          places.push(box(at.x + 11, at.y + dy - 7, width, 14), box(at.x - 11 - width, at.y + dy - 7, width, 14));
        }
        const free = places.find((b) => inside(b, c.chartArea) && !taken.some((t) => overlap(t, b))) || places[0];
        taken.push(free);
        ctx.fillStyle = set.backgroundColor;
        ctx.fillText(set.label, free.x, free.y + 7);
      });
      ctx.restore();
    },
  };
  const box = (x, y, w, h) => ({ x, y, w, h });
  const overlap = (a, b) => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
  const inside = (b, area) => b.x >= area.left && b.x + b.w <= area.right && b.y >= area.top && b.y + b.h <= area.bottom;

  /** The total at the end of a stacked bar. */
  const totals = {
    id: "totals",
    afterDatasetsDraw(c) {
      const bars = c.getDatasetMeta(1).data;
      c.ctx.save();
      c.ctx.font = "600 12px system-ui, 'DejaVu Sans', sans-serif";
      c.ctx.textBaseline = "middle";
      c.ctx.fillStyle = shade("--text");
      bars.forEach((bar, i) => c.ctx.fillText(number(c.$sums[i], 2), bar.x + 6, bar.y));
      c.ctx.restore();
    },
  };

  function score() {
    const sum = (p) => p.resourceScore + p.latencyScore;
    const rows = shown().sort((a, b) => sum(b) - sum(a));
    const half = (label, value, share) => ({
      label,
      data: rows.map(value),
      backgroundColor: rows.map((p) => faded(colour(p.policy), share)),
      borderColor: rows.map((p) => colour(p.policy)),
      borderWidth: 1,
      barPercentage: 0.8,
    });
    chart("score", {
      type: "bar",
      data: {
        labels: rows.map((p) => p.policy),
        datasets: [half("memory", (p) => p.resourceScore, 0.9), half("latency", (p) => p.latencyScore, 0.35)],
      },
      options: {
        indexAxis: "y",
        scales: {
          x: axis("score: memory (full colour) + latency (light)", { stacked: true, min: 0, max: 100 }),
          y: axis("", { stacked: true, grid: { display: false }, title: { display: false }, ticks: { color: shade("--text"), autoSkip: false } }),
        },
        plugins: { tooltip: { mode: "index", callbacks: { label: (t) => t.dataset.label + ": " + number(t.raw, 2) } } },
      },
      plugins: [{ id: "sums", beforeDatasetsDraw: (c) => { c.$sums = rows.map(sum); } }, totals],
    });
  }

  function frontier() {
    const rows = shown();
    const most = Math.max(1, ...rows.map((p) => p.p75ColdPercent));
    chart("frontier", {
      type: "scatter",
      data: {
        datasets: rows.map((p) => ({
          label: p.policy,
          data: [{ x: p.wastedGbSeconds, y: p.p75ColdPercent }],
          backgroundColor: colour(p.policy),
          borderColor: colour(p.policy),
          pointStyle: isBound(p.policy) ? "rectRot" : "circle",
          pointRadius: 6,
          pointHoverRadius: 8,
        })),
      },
      options: {
        clip: false,
        scales: {
          x: axis("memory wasted, GB·s", { ...widened(rows.map((p) => p.wastedGbSeconds)), ticks: { callback: short, maxTicksLimit: 8 } }),
          y: axis("cold starts of the 75th-percentile function, %", { min: 0, max: Math.min(100, Math.ceil(most * 1.08)) }),
        },
        plugins: {
          tooltip: { callbacks: { label: (t) => t.dataset.label + ": " + number(t.raw.y, 2) + " % cold, " + short(t.raw.x) + " GB·s wasted" } },
        },
      },
      plugins: [names],
    });
  }
  /** A linear axis from zero, or a logarithmic one where values lie far apart. */
  function widened(values) {
    const positive = values.filter((v) => v > 0);
    const least = Math.min(...positive);
    const most = Math.max(...positive);
    if (positive.length < values.length || most / least < 10) return { type: "linear", min: 0, suggestedMax: most * 1.15 };
    return { type: "logarithmic", min: least / 1.6, max: most * 2.2 };
  }

  function line(label, data, hue, more) {
    return { label, data, borderColor: hue, backgroundColor: hue, borderWidth: 2, pointRadius: 0, pointHitRadius: 6, ...more };
  }

  function cold() {
    const rows = shown().filter((p) => p.functionColdPercents.length > 0);
    chart("cold", {
      type: "line",
      data: {
        datasets: rows.map((p) => {
          const all = p.functionColdPercents;
          const steps = [{ x: 0, y: 0 }];
          all.forEach((x, i) => { if (i + 1 === all.length || all[i + 1] !== x) steps.push({ x, y: (100 * (i + 1)) / all.length }); });
          steps.push({ x: 100, y: 100 });
          return line(p.policy, steps, colour(p.policy), { stepped: "before", borderDash: isBound(p.policy) ? [6, 4] : [] });
        }),
      },
      options: {
        parsing: false,
        scales: {
          x: axis("cold starts of a function's requests, %", { type: "linear", min: 0, max: 100 }),
          y: axis("functions, %", { min: 0, max: 100 }),
        },
        plugins: {
          tooltip: { callbacks: {
            title: () => "",
            label: (t) => t.dataset.label + ": " + number(t.raw.y, 1) + " % of functions have at most " + number(t.raw.x, 1) + " % cold",
          } },
        },
      },
    });
  }

  function time() {
    const rows = shown().filter((p) => p.intervals.length > 0);
    const all = report.policies.find((p) => p.intervals.length > 0);
    const last = all ? all.intervals[all.intervals.length - 1].startSeconds : 0;
    const unit = [[7200, 3600, "h"], [240, 60, "min"], [0, 1, "s"]].find((u) => last >= u[0]);
    const datasets = rows.map((p) =>
      line(p.policy, p.intervals.map((i) => ({ x: i.startSeconds / unit[1], y: i.instances })), colour(p.policy), { borderWidth: 1.5 }));
    if (all) {
      datasets.push(line("requests", all.intervals.map((i) => ({ x: i.startSeconds / unit[1], y: i.concurrency })), shade("--text"), {
        borderWidth: 1, borderDash: [3, 3], fill: "origin", backgroundColor: faded(shade("--text"), 0.08),
      }));
    }
    chart("time", {
      type: "line",
      data: { datasets },
      options: {
        parsing: false,
        interaction: { mode: "nearest", axis: "x", intersect: false },
        scales: {
          x: axis("time since the trace's beginning, " + unit[2], { type: "linear", min: 0, max: last > 0 ? last / unit[1] : 1, ticks: { includeBounds: false } }),
          y: axis("instances; requests at once (dashed)", { min: 0, ticks: { callback: short } }),
        },
        plugins: {
          tooltip: { callbacks: {
            title: (items) => number(items[0].raw.x, 2) + " " + unit[2],
            label: (t) => t.dataset.label + ": " + number(t.raw.y, 1),
          } },
        },
      },
    });
  }

  function gaps() {
    const section = document.getElementById("gaps-section");
    section.hidden = !report.gaps || report.gaps.levels.length === 0;
    if (section.hidden) return;
    const select = document.getElementById("level");
    if (select.options.length === 0) {
      report.gaps.levels.forEach((l, i) => select.add(new Option(l.level, i)));
      select.addEventListener("change", draw);
    }
    const level = report.gaps.levels[Number(select.value)];
    document.getElementById("gaps-remark").textContent =
      "of " + report.gaps.function + ": how long this level was not reached, and when the plan of " + report.gaps.policy + " has an instance for it (shaded).";
    chart("gaps", plots.gaps(level, colour(report.gaps.policy)));
  }

  const COLUMNS = [
    ["score", (p) => p.resourceScore + p.latencyScore, 2, "most"],
    ["memory half", (p) => p.resourceScore, 2, "most"],
    ["latency half", (p) => p.latencyScore, 2, "most"],
    ["cold, %", (p) => p.coldPercent, 2, "least"],
    ["waited, %", (p) => p.waitedPercent, 2, "least"],
    ["p50 wait, s", (p) => p.p50WaitSeconds, 3, "least"],
    ["p99 wait, s", (p) => p.p99WaitSeconds, 3, "least"],
    ["p75 function cold, %", (p) => p.p75ColdPercent, 2, "least"],
    ["busy, GB·s", (p) => p.busyGbSeconds, 0, ""],
    ["wasted, GB·s", (p) => p.wastedGbSeconds, 0, "least"],
    ["wasted / fixed 10 min", (p) => p.wastedVsFixed10m, 3, "least"],
    ["simulated in, s", (p) => p.seconds, 1, ""],
  ];
  function table() {
    const head = document.createElement("tr");
    ["policy", ...COLUMNS.map((c) => c[0])].forEach((title) => cell(head, "th", title));
    const rows = report.policies.map((p) => {
      const row = document.createElement("tr");
      const first = cell(row, "td", "");
      first.append(dot(p.policy), p.policy);
      COLUMNS.forEach(([, value, digits, best]) => {
        const own = value(p);
        const td = cell(row, "td", number(own, digits));
        if (best !== "" && own !== null && !isBound(p.policy) && isBest(value, own, best, digits)) td.className = "best";
      });
      return row;
    });
    document.getElementById("table").replaceChildren(head, ...rows);
  }
  function isBest(value, own, best, digits) {
    const others = report.policies.filter((p) => !isBound(p.policy)).map(value).filter((v) => v !== null);
    const top = best === "most" ? Math.max(...others) : Math.min(...others);
    const differ = others.some((v) => number(v, digits) !== number(top, digits));
    return differ && number(own, digits) === number(top, digits);
  }
  function cell(row, kind, text) {
    const made = document.createElement(kind);
    made.textContent = text;
    row.append(made);
    return made;
  }
  function dot(policy) {
    const made = document.createElement("span");
    made.className = "dot";
    made.style.background = colour(policy);
    return made;
  }

  function legend() {
    document.getElementById("legend").replaceChildren(...report.policies.map((p) => {
      const button = document.createElement("button");
      button.type = "button";
      button.setAttribute("aria-pressed", String(!hidden.has(p.policy)));
      button.append(dot(p.policy), p.policy);
      button.addEventListener("click", () => {
        if (!hidden.delete(p.policy)) hidden.add(p.policy);
        draw();
      });
      return button;
    }));
  }

  function draw() {
    charts.forEach((c) => c.destroy());
    charts = [];
    Chart.defaults.font.family = "system-ui, 'DejaVu Sans', sans-serif";
    legend();
    [score, frontier, cold, time, gaps, table].forEach((part) => part());
  }

  document.getElementById("trace").textContent = report.trace;
  document.getElementById("remark").textContent = report.remark;
  document.title = report.trace + " – simulation report";
  dark.addEventListener("change", draw);
  draw();
})();
