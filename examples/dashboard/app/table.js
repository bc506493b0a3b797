"use strict";
// The list of targets: only the rows in sight are in the page, so that ten thousand scroll freely.
(function () {
  const Dashboard = globalThis.Dashboard;
  const { element, number, short } = Dashboard;
  const SPARE = 8;

  const columns = [
    ["name", "Target", (row) => row.i.toLowerCase()],
    ["risk", "Risk", (row) => row.order],
    ["unmet", "Unmet", (row) => -row.unmet],
    ["doubts", "Doubts", (row) => -row.q],
    ["licence", "Licence", (row) => row.licence.toLowerCase()],
    ["parents", "Parents", (row) => -row.p.length],
    ["host", "Host", (row) => row.h],
    ["date", "Date", (row) => (row.d === null ? 0 : -Number(row.d.replaceAll("-", "")))],
  ];

  const falling = new Set(["unmet", "doubts", "parents", "date"]);

  let rows = [];
  let shown = new Map();
  let region, grid, body;

  function build() {
    region = document.getElementById("list");
    body = element("div", { class: "rows", role: "rowgroup" });
    const head = element("div", { class: "row head", role: "row" },
      ...columns.map(([key, label]) => element("span", { role: "columnheader", class: key },
        element("button", { type: "button", "data-sort": key }, label))));
    grid = element("div", { class: "grid", role: "table", "aria-label": "Targets" },
      element("div", { role: "rowgroup", class: "heads" }, head), body);
    region.append(grid);
    region.addEventListener("scroll", () => requestAnimationFrame(paint), { passive: true });
    addEventListener("resize", () => { clear(); paint(); });
    head.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button) Dashboard.go({ sort: button.dataset.sort });
    });
    region.addEventListener("keydown", walk);
  }

  // The list takes sorted rows; equal ones stand by severity, then by name.
  Dashboard.sorted = function (some, by) {
    const [, , key] = columns.find(([name]) => name === by) || columns[1];
    const weight = (row) => -(row.u[4] * 1e9 + row.u[3] * 1e6 + row.u[2] * 1e3 + row.u[1] + row.q / 1e3);
    const keyed = some.map((row) => [key(row), weight(row), row]);
    keyed.sort((a, b) => compared(a[0], b[0]) || compared(a[1], b[1]) || compared(a[2].f, b[2].f));
    return keyed.map((one) => one[2]);
  };
  const compared = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

  Dashboard.drawList = function (some, by) {
    if (!region) build();
    rows = some;
    for (const button of grid.querySelectorAll("[data-sort]")) {
      const isChosen = button.dataset.sort === by;
      const way = falling.has(button.dataset.sort) ? "descending" : "ascending";
      button.parentElement.setAttribute("aria-sort", isChosen ? way : "none");
    }
    grid.setAttribute("aria-rowcount", rows.length + 1);
    region.scrollTop = 0;
    clear();
    paint();
  };

  function clear() {
    shown = new Map();
    body.replaceChildren();
  }

  function paint() {
    const height = parseFloat(getComputedStyle(region).getPropertyValue("--row")) || 44;
    body.style.height = `${rows.length * height}px`;
    const first = Math.max(0, Math.floor(region.scrollTop / height) - SPARE);
    const last = Math.min(rows.length, Math.ceil((region.scrollTop + region.clientHeight) / height) + SPARE);
    for (const [n, made] of shown) {
      if (n < first || n >= last) { made.remove(); shown.delete(n); }
    }
    for (let n = first; n < last; n += 1) {
      if (shown.has(n)) continue;
      const made = rowElement(rows[n], n);
      made.style.top = `${n * height}px`;
      shown.set(n, made);
      const next = [...shown.keys()].filter((other) => other > n).sort((a, b) => a - b)[0];
      body.insertBefore(made, next === undefined ? null : shown.get(next));
    }
  }

  function rowElement(row, n) {
    const cell = (name, ...children) => element("span", { role: "cell", class: name }, ...children);
    return element("div", { class: "row", role: "row", "aria-rowindex": n + 2, "data-n": n },
      cell("name", element("a", { href: Dashboard.addressWith({ audit: row.f }), title: Dashboard.seen(row.i) }, short(row.i, 80))),
      cell("risk", element("span", { class: `badge ${row.risk}` }, row.risk)),
      cell("unmet", number(row.unmet)), cell("doubts", number(row.q)),
      cell("licence", short(row.licence, 60)), cell("parents", number(row.p.length)),
      cell("host", row.h), cell("date", row.d || "undated"));
  }

  // Arrow keys step from target to target.
  function walk(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const from = event.target.closest("[data-n]");
    if (!step || !rows.length) return;
    event.preventDefault();
    const n = from ? Math.min(rows.length - 1, Math.max(0, Number(from.dataset.n) + step)) : 0;
    const height = parseFloat(getComputedStyle(region).getPropertyValue("--row")) || 44;
    const head = grid.firstElementChild.offsetHeight;
    if (n * height < region.scrollTop) region.scrollTop = n * height;
    const end = (n + 1) * height + head - region.clientHeight;
    if (end > region.scrollTop) region.scrollTop = end;
    paint();
    shown.get(n).querySelector("a").focus({ preventScroll: true });
  }
})();
