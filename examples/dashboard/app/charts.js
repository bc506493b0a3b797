"use strict";
// The charts, each on a canvas (which knows no markup), with its figures as a table for keyboards.
(function () {
  const Dashboard = globalThis.Dashboard;
  const { element, number, short } = Dashboard;
  const charts = new Map();

  const colour = (name) =>
    getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

  // rows: [label, figures…, filter or null]. The filter goes into the address.
  function show(id, config, label, heads, rows) {
    const section = document.getElementById(id);
    let canvas = section.querySelector("canvas");
    if (!canvas) {
      canvas = element("canvas", { role: "img" });
      section.append(element("div", { class: "canvas" }, canvas), element("details", {},
        element("summary", {}, "Figures as a table"), element("div", { class: "scroll" })));
      section.querySelector("details").addEventListener("toggle", () => fill(section));
    }
    section.classList.toggle("none", rows.length === 0);
    canvas.setAttribute("aria-label", Dashboard.seen(label));
    section.figures = [heads, rows];
    fill(section);
    const known = charts.get(id);
    if (known) known.destroy();
    charts.set(id, new Chart(canvas, config));
    return charts.get(id);
  }

  function fill(section) {
    if (!section.querySelector("details").open) return;
    const [heads, rows] = section.figures;
    section.querySelector(".scroll").replaceChildren(figuresTable(heads, rows));
  }

  function figuresTable(heads, rows) {
    const body = rows.map(([label, ...rest]) => {
      const filter = rest.pop();
      const name = filter
        ? element("a", { href: Dashboard.addressWith(filter) }, label) : label;
      return element("tr", {}, element("th", { scope: "row" }, name),
        ...rest.map((value) => element("td", {}, number(value))));
    });
    return element("table", {},
      element("thead", {}, element("tr", {}, ...heads.map((h) => element("th", { scope: "col" }, h)))),
      element("tbody", {}, ...body));
  }

  function options(extra, onPick) {
    const ink = colour("ink");
    const grid = { color: colour("line") };
    const ticks = { color: ink };
    return {
      animation: false, responsive: true, maintainAspectRatio: false,
      onClick: (_event, hits) => { if (hits.length) onPick(hits[0].index, hits[0].datasetIndex); },
      onHover: (event, hits) => {
        event.native.target.classList.toggle("pointing", hits.length > 0);
      },
      plugins: { legend: { display: false, labels: { color: ink, boxWidth: 12 } } },
      scales: { x: { grid, ticks: { ...ticks, precision: 0 }, beginAtZero: true },
        y: { grid: { display: false }, ticks } },
      ...extra,
    };
  }

  function bars(id, label, heads, rows, datasets, filterOf) {
    const chosen = options({ indexAxis: "y" }, (index) => Dashboard.go(filterOf(rows[index][0])));
    chosen.plugins.legend.display = datasets.length > 1;
    if (datasets.length > 1) { chosen.scales.x.stacked = true; chosen.scales.y.stacked = true; }
    chosen.scales.y.ticks = { ...chosen.scales.y.ticks, autoSkip: false };
    const section = document.getElementById(id);
    section.style.setProperty("--bars", Math.max(rows.length, 3));
    show(id, {
      type: "bar", options: chosen,
      data: { labels: rows.map(([name]) => short(name, 28)),
        datasets: datasets.map((set) => ({ ...set, maxBarThickness: 26 })) },
    }, label, heads, rows.map(([name, ...figures]) => [name, ...figures, filterOf(name)]));
  }

  Dashboard.drawCharts = function (made) {
    const risks = [...made.risks].filter(([, n]) => n);
    bars("chart-risk", `Targets by risk: ${risks.map(([r, n]) => `${r} ${n}`).join(", ")}`,
      ["Risk", "Targets"], risks,
      [{ label: "Targets", data: risks.map(([, n]) => n),
        backgroundColor: risks.map(([risk]) => colour(risk)) }],
      (risk) => ({ risk }));

    const rules = Dashboard.top(made.rules, 15, ([unmet, doubts]) => unmet * 1e6 + doubts)
      .map(([rule, [unmet, doubts]]) => [rule, unmet, doubts]);
    bars("chart-rules", `Open findings by rule, the most frequent ${rules.length}`,
      ["Rule", "Unmet", "Doubts"], rules,
      [{ label: "unmet", data: rules.map((r) => r[1]), backgroundColor: colour("high") },
        { label: "doubts", data: rules.map((r) => r[2]), backgroundColor: colour("doubt") }],
      (rule) => ({ rule }));

    const parents = Dashboard.top(made.parents, 15);
    bars("chart-parents", `The ${parents.length} parents most relied on`,
      ["Parent", "Targets"], parents,
      [{ label: "Targets", data: parents.map(([, n]) => n), backgroundColor: colour("accent") }],
      (parent) => ({ parent }));
    drawTime(made.time);
  };

  function drawTime(points) {
    const chosen = options({ interaction: { mode: "index", intersect: false } }, () => {});
    chosen.plugins.legend.display = true;
    chosen.scales.y = { ...chosen.scales.x, stacked: true };
    chosen.scales.x = { grid: { display: false }, ticks: { color: colour("ink"), maxRotation: 0 } };
    const isFew = points.length < 3;
    const datasets = [4, 3, 2, 1, 0].map((n) => ({
      label: Dashboard.SEVERITIES[n], data: points.map(([, sums]) => sums[n]), fill: true,
      backgroundColor: colour(Dashboard.SEVERITIES[n]), borderColor: colour("paper"),
      borderWidth: 1, pointRadius: isFew ? 4 : 0, stepped: !isFew,
    })).filter((set) => set.data.some((n) => n));
    show("chart-time", { type: isFew ? "bar" : "line", data: { labels: points.map(([day]) => day), datasets },
      options: isFew ? { ...chosen, scales: { x: { ...chosen.scales.x, stacked: true }, y: chosen.scales.y } } : chosen },
    `Unmet findings over time, at ${Dashboard.plural(points.length, "date")}`,
    ["Date", ...[...Dashboard.SEVERITIES].reverse()],
    points.map(([day, sums]) => [day, ...[...sums].reverse(), null]));
  }

  // Licence flow: a matrix, darker where more targets are.
  Dashboard.drawFlow = function (made) {
    const section = document.getElementById("flow");
    const columns = new Map();
    for (const to of made.flow.values()) {
      for (const [licence, n] of to) columns.set(licence, (columns.get(licence) || 0) + n);
    }
    const sum = (to) => [...to.values()].reduce((a, b) => a + b, 0);
    const across = Dashboard.top(columns, 8).map(([licence]) => licence);
    const down = Dashboard.top(made.flow, 10, sum);
    const most = Math.max(1, ...down.flatMap(([, to]) => [...to.values()]));
    const head = element("tr", {}, element("th", { scope: "col" }, "from ↓ to →"),
      ...across.map((l) => element("th", { scope: "col", title: Dashboard.seen(l) }, short(l, 22))),
      element("th", { scope: "col" }, "others"));
    const body = down.map(([from, to]) => {
      const others = sum(to) - across.reduce((n, l) => n + (to.get(l) || 0), 0);
      return element("tr", {},
        element("th", { scope: "row", title: Dashboard.seen(from) }, short(from, 28)),
        ...across.map((licence) => flowCell(to.get(licence) || 0, most, licence)),
        flowCell(others, most, null));
    });
    replaceAfterNote(section, down.length
      ? element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Licence flow" }, element("table", { class: "flow" },
        element("thead", {}, head), element("tbody", {}, ...body)))
      : element("p", { class: "nothing" }, "No direct parents are known."),
    leftOut(made.flow.size - down.length, columns.size - across.length));
  };

  function leftOut(rows, columns) {
    const parts = [];
    if (rows > 0) parts.push(Dashboard.plural(rows, "rarer licence") + " of parents not shown");
    if (columns > 0) parts.push(Dashboard.plural(columns, "rarer licence") + " of targets under others");
    return parts.length ? element("p", { class: "note" }, parts.join("; ") + ".") : null;
  }

  function flowCell(n, most, licence) {
    const cell = element("td", { class: n ? `heat heat-${Math.ceil(4 * Math.sqrt(n / most))}` : "" });
    if (n && licence !== null) {
      cell.append(element("a", { href: Dashboard.addressWith({ licence }) }, number(n)));
    } else if (n) cell.append(number(n));
    return cell;
  }

  function replaceAfterNote(section, ...parts) {
    while (section.children.length > 2) section.lastElementChild.remove();
    section.append(...parts.filter(Boolean));
  }

  Dashboard.drawWaivers = function (rows) {
    const section = document.getElementById("waivers");
    const waivers = Dashboard.waiversOf(rows);
    const today = Dashboard.today();
    const body = waivers.slice(0, 50).map(([expires, owner, reason, rule, n, where]) =>
      element("tr", {},
        element("td", {}, expires || "no date", " ", expiry(expires, today)),
        element("td", {}, element("a", { href: Dashboard.addressWith({ rule: "", q: "", audit: where[0].f }) }, short(where[0].i, 40)),
          where.length > 1 ? ` and ${where.length - 1} more` : null),
        element("td", {}, rule), element("td", {}, number(n)),
        element("td", {}, owner || "nobody"), element("td", {}, short(reason, 120))));
    const heads = ["Last day", "Target", "Rule", "Findings", "Owner", "Reason"];
    replaceAfterNote(section, waivers.length
      ? element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Waivers by expiry" }, element("table", {},
        element("thead", {}, element("tr", {}, ...heads.map((h) => element("th", { scope: "col" }, h)))),
        element("tbody", {}, ...body)))
      : element("p", { class: "nothing" }, "No finding is waived."),
    waivers.length > 50 ? element("p", { class: "note" },
      `The first 50 of ${number(waivers.length)} are shown.`) : null);
  };

  function expiry(expires, today) {
    if (!Dashboard.isDay(expires)) return null;
    const days = Math.round((Date.parse(expires) - Date.parse(today)) / 86400000);
    if (days < 0) return element("span", { class: "badge critical" }, `expired ${Dashboard.plural(-days, "day")} ago`);
    if (days <= 30) return element("span", { class: "badge medium" }, days ? `in ${Dashboard.plural(days, "day")}` : "today");
    return element("span", { class: "soft" }, `in ${Dashboard.plural(days, "day")}`);
  }
})();
