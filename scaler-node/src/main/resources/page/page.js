"use strict";
(() => {
  const { shade, number, short, seconds, axis } = plots;
  const EVERY = 2000;
  const PATIENCE = 6000;
  const TOKEN = "scaler.token";
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const byId = (id) => document.getElementById(id);

  /** What the node told. */
  let cluster = null;
  let steps = [];
  let functions = { rows: [], more: false, trouble: "" };
  let chosen = null;
  let answeredAt = 0;
  let trouble = "";

  // Asking.

  class Refused extends Error {
    constructor(status, message) {
      super(message);
      this.status = status;
    }
  }

  async function ask(path, parameters) {
    const headers = {};
    const token = sessionStorage.getItem(TOKEN);
    if (token) headers.Authorization = "Bearer " + token;
    const query = new URLSearchParams(parameters || {}).toString();
    const response = await fetch("api/" + path + (query ? "?" + query : ""), {
      headers,
      cache: "no-store",
      signal: AbortSignal.timeout(PATIENCE),
    });
    const body = response.headers.get("Content-Type")?.startsWith("application/json") ? await response.json() : null;
    if (response.ok) return body;
    if (wantsToken(response.status)) askForToken(token, body);
    throw new Refused(response.status, body?.error || "the node answered " + response.status);
  }

  /** There is none, it does not count, or it is not one for looking. */
  const wantsToken = (status) => status === 401 || status === 403;

  function askForToken(tried, body) {
    byId("access").hidden = false;
    byId("access-why").textContent = tried ? "The last one was refused: " + (body?.error || "no reason was given") + "." : "";
    if (!cluster) byId("summary").textContent = "";
  }

  async function askCluster() {
    const last = steps.length ? steps[steps.length - 1].number : 0;
    let told = await ask("cluster", { after: last });
    if (cluster && told.node !== cluster.node) {
      // Another process answers here now: what it remembers is its own.
      steps = [];
      told = await ask("cluster", { after: 0 });
    }
    cluster = told;
    const oldest = told.at - told.spanSeconds * 1000;
    steps = steps.concat(told.steps).filter((s) => s.at >= oldest);
    byId("access").hidden = true;
  }

  async function askFunctions() {
    try {
      const told = await ask("functions", { prefix: byId("prefix").value });
      functions = { rows: told.functions, more: told.more, trouble: "" };
    } catch (e) {
      if (!(e instanceof Refused)) throw e;
      functions = { rows: [], more: false, trouble: e.message };
    }
  }

  async function askChosen() {
    if (!chosen) return;
    const key = chosen.key;
    let told;
    try {
      told = { key, told: await ask("function", { key }), trouble: "" };
    } catch (e) {
      if (!(e instanceof Refused)) throw e;
      told = { key, told: null, trouble: e.message };
    }
    if (chosen && chosen.key === key) chosen = told;
  }

  let turn = 0;
  let asking = false;
  async function look() {
    if (asking || document.hidden) return;
    asking = true;
    try {
      await askCluster();
      answeredAt = Date.now();
      trouble = "";
      // Each function's pool is looked at for this: every other time is enough.
      if (turn++ % 2 === 0) await askFunctions();
      await askChosen();
    } catch (e) {
      if (e instanceof Refused && wantsToken(e.status)) trouble = "";
      else if (e instanceof Refused) trouble = "This node refuses to answer: " + e.message + ".";
      else trouble = "gone";
    } finally {
      asking = false;
      draw();
    }
  }

  // Words and shapes.

  function element(name, text, className) {
    const made = document.createElement(name);
    if (text !== undefined && text !== null) made.textContent = text;
    if (className) made.className = className;
    return made;
  }
  function drawn(name, attributes) {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  }
  const clock = (at) => new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false });
  const plural = (count, one, many) => count.toLocaleString("en") + " " + (count === 1 ? one : many);
  function span(value) {
    if (value < 1) return Math.round(value * 1000) + " ms";
    if (value < 90) return (value < 10 ? value.toFixed(1) : Math.round(value)) + " s";
    if (value < 5400) return Math.round(value / 60) + " min";
    return (value / 3600).toFixed(1) + " h";
  }
  function rate(value) {
    if (value > 0 && value < 0.01) return "< 0.01";
    return number(value, value < 10 ? 2 : value < 100 ? 1 : 0);
  }
  const percent = (share) => (share === null ? "–" : number(100 * share, 1) + " %");
  const amount = (value) => number(value, Math.abs(value) < 10 ? 2 : Math.abs(value) < 100 ? 1 : 0);

  /** A table of columns [title, class] and rows of cells: text, or an element. */
  function table(id, columns, rows, empty) {
    const head = element("tr");
    columns.forEach(([title, className]) => {
      const th = element("th", title, className);
      th.scope = "col";
      head.append(th);
    });
    const lines = rows.map(({ cells, className }) => {
      const line = element("tr", null, className);
      cells.forEach((cell, i) => {
        const td = element("td", null, columns[i][1]);
        td.append(cell);
        line.append(td);
      });
      return line;
    });
    if (lines.length === 0) {
      const line = element("tr");
      const td = element("td", empty, "none");
      td.colSpan = columns.length;
      line.append(td);
      lines.push(line);
    }
    byId(id).replaceChildren(head, ...lines);
  }

  // Plots: lines that differ in colour, in their dashes, in width and by their names.

  const LINES = {
    warm: { name: "warm", colour: "--one", dash: [], width: 2.5, of: (s) => s.pace.warm },
    waited: { name: "waited", colour: "--two", dash: [7, 4], width: 2, of: (s) => s.pace.waited },
    cold: { name: "cold", colour: "--three", dash: [2, 3], width: 2.5, of: (s) => s.pace.cold },
    failed: { name: "failed", colour: "--text", dash: [10, 3, 2, 3], width: 1.5, of: (s) => s.pace.failed },
    coldShare: { name: "cold", colour: "--three", dash: [2, 3], width: 2.5, of: (s) => s.coldShare },
    waitedShare: { name: "waited", colour: "--two", dash: [7, 4], width: 2, of: (s) => s.waitedShare },
    busy: { name: "busy", colour: "--one", dash: [], width: 2.5, of: (s) => s.stock.busy },
    idle: { name: "idle", colour: "--two", dash: [7, 4], width: 2, of: (s) => s.stock.idle },
    starting: { name: "starting", colour: "--three", dash: [2, 3], width: 2.5, of: (s) => s.stock.starting },
    retiring: { name: "retiring", colour: "--four", dash: [10, 3, 2, 3], width: 1.5, of: (s) => s.stock.retiring },
    waiting: { name: "requests waiting", colour: "--text", dash: [1, 5], width: 2, of: (s) => s.stock.waiting },
    used: { name: "used by requests", colour: "--one", dash: [], width: 2.5, of: (s) => s.stock.busyGb },
    wasted: { name: "wasted", colour: "--three", dash: [7, 4], width: 2, of: (s) => s.stock.wastedGb },
  };
  const PLOTS = {
    requests: { lines: ["warm", "waited", "cold", "failed"], say: rate, least: 1 },
    late: { lines: ["coldShare", "waitedShare"], say: (v) => percent(v === null ? null : v / 100), least: 5, most: 100 },
    instances: { lines: ["busy", "idle", "starting", "retiring", "waiting"], say: (v) => number(v, 0), least: 4 },
    memory: { lines: ["used", "wasted"], say: (v) => number(v, 2), least: 0.5 },
  };
  const charts = {};

  function sample(line) {
    const svg = drawn("svg", { width: 34, height: 10, "aria-hidden": "true" });
    svg.append(drawn("line", { x1: 0, y1: 5, x2: 34, y2: 5, stroke: shade(line.colour), "stroke-width": line.width, "stroke-dasharray": line.dash.join(" ") }));
    return svg;
  }

  /** Each step with the shares over the minute before it, in which something was asked for. */
  function withShares() {
    let from = 0;
    const sum = { warm: 0, waited: 0, cold: 0 };
    const add = (s, sign) => Object.keys(sum).forEach((k) => (sum[k] += sign * s.tally[k]));
    return steps.map((s) => {
      add(s, 1);
      while (steps[from].at < s.at - 60000) add(steps[from++], -1);
      const all = sum.warm + sum.waited + sum.cold;
      return { ...s, coldShare: all ? (100 * sum.cold) / all : null, waitedShare: all ? (100 * sum.waited) / all : null };
    });
  }

  /** From when the plots show: as far back as is known, in steps that stay for a while. */
  function shownMillis() {
    const known = steps.length ? cluster.at - steps[0].at : 0;
    return [2, 5, 10].map((m) => m * 60000).find((m) => known < m * 0.98) || cluster.spanSeconds * 1000;
  }

  function marks(scale) {
    const minutes = (scale.max - scale.min) / 60000;
    const step = (minutes <= 2 ? 0.5 : minutes <= 5 ? 1 : minutes <= 10 ? 2 : 3) * 60000;
    const ticks = [];
    for (let at = scale.max; at >= scale.min; at -= step) ticks.unshift({ value: at });
    scale.ticks = ticks;
  }

  function ago(at, scale) {
    const minutes = (scale.max - at) / 60000;
    return minutes === 0 ? "now" : minutes + (minutes === step1(scale) ? " min ago" : "");
  }
  const step1 = (scale) => Math.round((scale.max - scale.min) / 6000) / 10;

  function plot(id, known) {
    const { lines, say, least, most } = PLOTS[id];
    const now = cluster.at;
    const from = now - shownMillis();
    const datasets = lines.map((name) => {
      const line = LINES[name];
      return {
        label: line.name,
        data: known.filter((s) => s.at >= from).map((s) => ({ x: s.at, y: line.of(s) })),
        borderColor: shade(line.colour),
        borderDash: line.dash,
        borderWidth: line.width,
        pointRadius: 0,
        pointHitRadius: 10,
        tension: 0,
      };
    });
    const latest = known[known.length - 1];
    byId(id + "-key").replaceChildren(...lines.map((name) => {
      const made = element("span");
      made.append(sample(LINES[name]), LINES[name].name + " " + (latest ? say(LINES[name].of(latest)) : "–"));
      return made;
    }));
    const chart = charts[id] || (charts[id] = new Chart(byId(id), {
      type: "line",
      data: { datasets: [] },
      options: {
        responsive: true,
        maintainAspectRatio: false,
        animation: false,
        parsing: false,
        interaction: { mode: "index", intersect: false },
        plugins: {
          legend: { display: false },
          tooltip: { callbacks: { title: (items) => clock(items[0].raw.x), label: (t) => t.dataset.label + ": " + say(t.raw.y) } },
        },
      },
    }));
    const highest = Math.max(0, ...datasets.flatMap((d) => d.data.map((p) => p.y || 0)));
    chart.options.scales = {
      x: axis("", { type: "linear", min: from, max: now, afterBuildTicks: marks, title: { display: false }, grid: { display: false }, ticks: { color: shade("--faint"), maxRotation: 0, autoSkip: false, callback(value) { return ago(value, this); } } }),
      y: axis("", { min: 0, max: most && highest > most / 2 ? most : undefined, suggestedMax: Math.max(least, highest * 1.05), title: { display: false }, ticks: { color: shade("--faint"), maxTicksLimit: 6, callback: (v) => (id === "late" ? v + " %" : short(v)) } }),
    };
    chart.data.datasets = datasets;
    chart.update("none");
  }

  // Parts of the page.

  const here = () => cluster.nodes.filter((n) => n.presence === "here");
  /** Of those who say that they lead, the one with the highest epoch does. */
  const leader = () => here().filter((n) => n.epoch > 0).sort((a, b) => b.epoch - a.epoch)[0];

  function summary() {
    const up = here();
    const lead = leader();
    const ready = up.filter((n) => n.notReady === "").length;
    const words = [
      up.length + " of " + plural(cluster.expectedNodes, "node", "nodes") + " up" + (ready < up.length ? ", " + ready + " ready" : ""),
      lead ? lead.node + " leads (term " + lead.epoch + ")" : "nobody leads at the moment",
    ];
    const isSilent = cluster.nodes.some((n) => n.presence === "silent");
    if (cluster.expectedNodes === 1) words.push("a cluster of one keeps no copies");
    else if (cluster.noMajority) words.push("no majority: calls are refused");
    else words.push(!isSilent && up.length > 1 && up.every((n) => n.safe) ? "everything is copied" : "copies are being made");
    if (up.some((n) => n.launchesRefused)) words.push("the platform does not answer: nothing is started");
    byId("summary").textContent = words.join(" · ");
    byId("asof").textContent = "seen from node " + cluster.node + " at " + clock(cluster.at);
    document.title = "Scaler: " + (cluster.noMajority ? "no majority" : up.length + " of " + cluster.expectedNodes + " nodes up");
  }

  /** What was counted in the last so many seconds. */
  function counted(length) {
    const from = cluster.at - length * 1000;
    const sum = { seconds: 0 };
    steps.filter((s) => s.at > from).forEach((s) => {
      sum.seconds += s.seconds;
      Object.entries(s.tally).forEach(([key, value]) => (sum[key] = (sum[key] || 0) + value));
    });
    return sum;
  }

  function figures() {
    const latest = steps[steps.length - 1];
    const minute = counted(60);
    const asked = (minute.warm || 0) + (minute.waited || 0) + (minute.cold || 0);
    const stock = latest ? latest.stock : {};
    const pace = latest ? latest.pace : {};
    const memory = (stock.busyGb || 0) + (stock.wastedGb || 0);
    const all = (stock.idle || 0) + (stock.busy || 0) + (stock.starting || 0) + (stock.retiring || 0);
    const shown = [
      ["requests a second", latest ? rate(pace.warm + pace.waited + pace.cold) : "–", ""],
      ["cold, last minute", asked ? percent(minute.cold / asked) : "–", ""],
      ["waited, last minute", asked ? percent(minute.waited / asked) : "–", ""],
      ["instances", latest ? number(all, 0) : "–", latest ? number(stock.busy, 0) + " busy" : ""],
      ["GB wasted now", latest ? amount(stock.wastedGb) : "–", memory > 0 ? "of " + amount(memory) : ""],
      ["requests waiting", latest ? number(stock.waiting, 0) : "–", ""],
      ["functions", latest ? number(stock.pools, 0) : "–", ""],
    ];
    byId("figures").replaceChildren(...shown.map(([name, value, more]) => {
      const one = element("div");
      const dd = element("dd", value + " ");
      dd.append(element("small", more));
      one.append(element("dt", name), dd);
      return one;
    }));
  }

  function nodes() {
    const lead = leader();
    const state = (n) => {
      if (n.presence === "gone") return "✕ gone for " + span(n.goneSeconds) + (n.left === null ? "" : n.left ? ", left" : ", lost");
      if (n.presence === "silent") return "? silent for " + span(n.heardSeconds);
      return n.notReady === "" ? "● ready" : "○ " + n.notReady;
    };
    const port = (value) => (value ? String(value) : "–");
    const rows = cluster.nodes
      .slice()
      .sort((a, b) => (a.presence === "gone") - (b.presence === "gone"))
      .map((n) => {
        const isHere = n.presence === "here";
        const number0 = (value) => (isHere ? number(value, 0) : "–");
        const name = element("span", n.node + (n.node === cluster.node ? " (this)" : ""));
        if (lead && n.node === lead.node) name.append(" ", element("b", "★ leads"));
        return {
          className: n.presence === "gone" ? "gone" : "",
          cells: [
            name,
            n.host || "–",
            port(n.grpcPort),
            port(n.httpPort),
            state(n),
            isHere ? rate(n.pace.warm + n.pace.waited + n.pace.cold) : "–",
            number0(n.stock.pools),
            number0(n.stock.idle + n.stock.busy + n.stock.starting + n.stock.retiring),
            number0(n.stock.waiting),
          ],
        };
      });
    table("nodes", [["node", "word wrap"], ["host", "word wrap"], ["gRPC", ""], ["HTTP", ""], ["state", "word wrap"], ["requests/s", ""], ["functions", ""], ["instances", ""], ["waiting", ""]], rows, "No node has said anything yet; the first words come within seconds.");
  }

  function beside() {
    const all = counted(cluster.spanSeconds);
    const asked = (all.warm || 0) + (all.waited || 0) + (all.cold || 0);
    const late = (all.waited || 0) + (all.cold || 0);
    const ratio = (value) => (all.wastedGbSeconds > 0 && value > 0 ? number(value / all.wastedGbSeconds, 2) + " ×" : "–");
    const row = (name, waste, lateCount) => ({ cells: [name, amount(waste), ratio(waste), number(lateCount, 0), asked ? percent(lateCount / asked) : "–"] });
    const rows = steps.length === 0 ? [] : [
      row("this cluster", all.wastedGbSeconds, late),
      row("keep-alive of 10 min", all.fixedGbSeconds, all.fixedCold),
      row("clairvoyant", all.bestGbSeconds, 0),
    ];
    table("beside", [["policy", "word"], ["GB·s wasted", ""], ["beside ours", ""], ["found none idle", ""], ["of all", ""]], rows, "Nothing was counted yet.");
    byId("beside-note").textContent = "Over the last " + span(all.seconds || 0) + ", from the demand as it was: a clairvoyant knows what will be asked for, so nobody waits there. " +
      (all.seconds < 600 ? "A keep-alive of 10 min shows what it wastes only after 10 min." : "");
  }

  function bar(pace, most) {
    const svg = drawn("svg", { viewBox: "0 0 100 14", preserveAspectRatio: "none", "aria-hidden": "true" });
    let x = 0;
    // Full, half and outlined: told apart without colour.
    [["warm", "--one", 1], ["waited", "--two", 0.45], ["cold", "--three", 0]].forEach(([kind, colour, filled]) => {
      const width = most > 0 ? (100 * pace[kind]) / most : 0;
      if (width <= 0) return;
      svg.append(drawn("rect", { x: x + 0.25, y: 1.5, width: Math.max(0.5, width - 0.5), height: 11, fill: shade(colour), "fill-opacity": filled, stroke: shade(colour), "stroke-width": 1.5, "vector-effect": "non-scaling-stroke" }));
      x += width;
    });
    return svg;
  }

  function functionRows() {
    const found = byId("prefix").value !== "";
    byId("functions-title").textContent = found ? "Functions found" : "Hottest functions";
    const total = (p) => p.warm + p.waited + p.cold;
    const most = Math.max(0, ...functions.rows.map((r) => total(r.pace)));
    const rows = functions.rows.map((r) => {
      const open = element("button", r.key, "key-of");
      open.type = "button";
      open.addEventListener("click", () => choose(r.key));
      const has = r.memoryMb !== undefined;
      const of = (value) => (has ? number(value, 0) : "–");
      const all = total(r.pace);
      return {
        className: chosen && chosen.key === r.key ? "chosen" : "",
        cells: [open, rate(all), bar(r.pace, most), all > 0 ? percent(r.pace.cold / all) : "–", of(r.memoryMb), of(r.busy), of(r.idle), of(r.starting), of(r.waiting)],
      };
    });
    const empty = functions.trouble ? cluster.noMajority ? "Not known without a majority." : "Not known: " + functions.trouble + "." : found ? "No function whose key begins so has instances or requests." : "No requests lately. Send some, or find a function by its key.";
    table("functions", [["function", "word"], ["requests/s", ""], ["", "bar"], ["cold", ""], ["MB", ""], ["busy", ""], ["idle", ""], ["starting", ""], ["waiting", ""]], rows, empty);
    byId("functions-note").textContent = (functions.rows.length ? "The latest requests count most. Bars: warm filled, waited half filled, cold outlined. " : "") + (functions.more ? "There are more." : "");
  }

  const SHAPES = { creating: "◔ creating", initializing: "◑ initializing", idle: "○ idle", assigned: "● busy", retiring: "✕ retiring" };

  function functionPart() {
    byId("function").hidden = !chosen;
    if (!chosen) return;
    byId("function-title").textContent = chosen.key;
    const told = chosen.told;
    byId("function-trouble").hidden = !chosen.trouble;
    byId("function-trouble").textContent = chosen.trouble ? "Not known: " + chosen.trouble + "." : "";
    byId("function-body").hidden = !told;
    if (!told) return;
    const { plan, demand } = told;
    const facts = [
      ["plan", plan.words],
      ["instances", "at least " + plan.minInstances + ", " + (plan.maxInstances === null ? "no limit of its own" : "at most " + number(plan.maxInstances, 0))],
      ["size", number(told.memoryMb, 0) + " MB" + (told.runtime ? ", " + told.runtime : "")],
    ];
    if (demand) {
      facts.push(["asked for", number(demand.arrivals, 0) + " times, " + rate(demand.perSecond) + " a second lately, up to " + number(demand.peakConcurrency, 0) + " at once"]);
      facts.push(["takes", (demand.meanExecutionSeconds === null ? "not known yet" : seconds(demand.meanExecutionSeconds)) + " to run, " + (demand.meanColdStartSeconds === null ? "not known how long" : seconds(demand.meanColdStartSeconds)) + " to start"]);
    }
    byId("function-facts").replaceChildren(...facts.flatMap(([name, value]) => [element("dt", name), element("dd", value)]));
    const instances = told.instances.map((i) => ({ cells: [i.id, SHAPES[i.state] || i.state, span(i.forSeconds), i.request || "", i.reason + (i.state === "idle" && !i.used ? " (not used yet)" : "")] }));
    const waiters = told.waiters.map((w) => ({ cells: ["", "… waits", span(w.forSeconds), w.request, "gives up in " + span(w.leftSeconds)] }));
    table("function-instances", [["instance", "word"], ["state", "word"], ["for", ""], ["request", "word"], ["why", "word long"]], instances.concat(waiters), "It has no instance, and no request waits.");
    gapsPart(told);
  }

  let gapsShown = "";
  function gapsPart(told) {
    byId("function-gaps").hidden = told.levels.length === 0;
    const select = byId("level");
    const names = told.levels.map((l) => l.level);
    if (names.join() !== [...select.options].map((o) => o.text).join()) {
      const before = select.selectedOptions[0]?.text;
      select.replaceChildren(...names.map((name, i) => new Option(name, i, false, name === before)));
    }
    if (told.levels.length === 0) return;
    const level = told.levels[Number(select.value)];
    const now = JSON.stringify([level, dark.matches]);
    if (now === gapsShown) return;
    gapsShown = now;
    charts.gaps?.destroy();
    const config = plots.gaps(level, shade("--one"));
    config.options = { responsive: true, maintainAspectRatio: false, animation: false, ...config.options };
    config.options.plugins = { legend: { display: false }, ...config.options.plugins };
    charts.gaps = new Chart(byId("gaps"), config);
  }

  function failures() {
    const rows = cluster.failures.slice(0, 30).map((f) => ({ cells: [clock(f.at), f.what, f.function, f.reason.replaceAll("_", " "), f.message, f.node] }));
    table("failures", [["at", "word"], ["call", "word"], ["function", "word"], ["reason", "word"], ["message", "word long"], ["node", "word"]], rows, "None in the last while.");
  }

  function troubles() {
    const stale = trouble !== "";
    document.body.classList.toggle("stale", stale);
    const box = byId("trouble");
    box.hidden = !stale && !cluster?.noMajority;
    if (box.hidden) return;
    if (!stale) {
      box.textContent = cluster.noMajority.replace("this node", "This node") + ".";
      return;
    }
    box.textContent = trouble === "gone"
      ? "This node does not answer: it is down, or cut off from here. " + (cluster ? "What is below is as of " + clock(answeredAt) + ". " : "") + "Trying again every 2 seconds; another node’s page may tell more."
      : trouble;
    if (cluster && trouble === "gone") {
      byId("summary").textContent = "no answer since " + clock(answeredAt);
      document.title = "Scaler: no answer";
    }
  }

  function draw() {
    if (cluster && trouble === "") {
      summary();
      figures();
      const known = withShares();
      Object.keys(PLOTS).forEach((id) => plot(id, known));
      nodes();
      beside();
      functionRows();
      functionPart();
      failures();
    }
    troubles();
  }

  // What the reader does.

  // The function that the address names; one that is malformed names none.
  function linkedKey() {
    try {
      return decodeURIComponent(location.hash.slice(1));
    } catch {
      return "";
    }
  }

  function choose(key) {
    history.replaceState(null, "", key === null ? location.pathname : "#" + encodeURIComponent(key));
    chosen = key === null ? null : { key, told: null, trouble: "" };
    draw();
    if (key === null) return;
    byId("function").scrollIntoView({ block: "nearest" });
    askChosen().then(draw, () => {});
  }
  byId("function-close").addEventListener("click", () => choose(null));
  byId("level").addEventListener("change", draw);
  let typing = 0;
  byId("prefix").addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(() => askFunctions().then(draw, () => {}), 250);
  });
  byId("access").addEventListener("submit", (event) => {
    event.preventDefault();
    sessionStorage.setItem(TOKEN, byId("token").value.trim());
    byId("token").value = "";
    look();
  });
  dark.addEventListener("change", draw);
  document.addEventListener("visibilitychange", look);

  Chart.defaults.font.family = "system-ui, 'DejaVu Sans', sans-serif";
  const linked = linkedKey();
  if (linked !== "") chosen = { key: linked, told: null, trouble: "" };
  look();
  setInterval(look, EVERY);
})();
