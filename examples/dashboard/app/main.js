"use strict";
// Ties the parts together. What is filtered and shown stands in the address after the #.
(function () {
  const Dashboard = globalThis.Dashboard;
  const { element, number, plural } = Dashboard;
  const FILTERS = ["q", "risk", "rule", "licence", "parent", "host"];
  const at = (id) => document.getElementById(id);
  let rows = [];
  let titles = new Map();
  let drawn = null;
  let scrolled = 0;

  const state = () => new URLSearchParams(location.hash.slice(1));

  Dashboard.addressWith = function (changes) {
    const wanted = state();
    for (const [name, value] of Object.entries(changes)) {
      if (value === "" || value === null || value === false) wanted.delete(name);
      else wanted.set(name, value === true ? "1" : String(value).toWellFormed?.() ?? String(value));
    }
    return "#" + wanted;
  };

  Dashboard.go = function (changes, isStep = true) {
    const address = Dashboard.addressWith(changes);
    if (isStep) location.hash = address;
    else { history.replaceState(null, "", address); apply(); }
  };

  const filterOf = (wanted) => ({
    ...Object.fromEntries(FILTERS.map((name) => [name, wanted.get(name) || ""])),
    words: (wanted.get("q") || "").toLowerCase().split(/\s+/).filter(Boolean),
  });

  function apply() {
    if (!rows.length) return;
    const wanted = state();
    const file = wanted.get("audit");
    if (!at("overview").hidden) scrolled = scrollY;
    at("overview").hidden = Boolean(file);
    at("detail").hidden = !file;
    if (file) showDetail(file);
    else showOverview(wanted);
  }

  function showOverview(wanted) {
    const key = wanted.toString();
    if (drawn !== key) {
      drawn = key;
      draw(wanted);
    }
    scrollTo(0, scrolled);
    document.title = "Audits by lineage";
  }

  function draw(wanted) {
    const start = performance.now();
    const filter = filterOf(wanted);
    const passing = rows.filter((row) => Dashboard.passes(row, filter));
    const latest = passing.filter((row) => row.latest);
    const dated = passing.filter((row) => row.d).sort((a, b) => (a.d < b.d ? -1 : a.d > b.d ? 1 : 0));
    const made = Dashboard.figures(latest, dated);
    const listed = wanted.get("all") ? passing : latest;
    const sort = wanted.get("sort") || "risk";
    fillForm(wanted);
    tiles(made, passing.length);
    Dashboard.drawCharts(made);
    Dashboard.drawFlow(made);
    Dashboard.drawWaivers(latest);
    Dashboard.drawList(Dashboard.sorted(listed, sort), sort);
    at("list-title").textContent = wanted.get("all")
      ? `Audits (${number(listed.length)})` : `Targets (${number(listed.length)})`;
    performance.measure("lineage-draw", { start, end: performance.now() });
  }

  function tiles(made, audits) {
    const all = [
      [made.targets, made.targets === 1 ? "target" : "targets"],
      [audits, audits === 1 ? "audit" : "audits"],
      [made.serious, "with high or critical findings"],
      [made.unmet, made.unmet === 1 ? "unmet finding" : "unmet findings"],
      [made.doubts, made.doubts === 1 ? "doubt" : "doubts"], [made.incomplete, "read in part"],
    ];
    at("tiles").replaceChildren(...all.map(([n, label]) =>
      element("li", {}, element("strong", {}, number(n)), " ", label)));
  }

  function fillForm(wanted) {
    for (const name of FILTERS) {
      const control = at("filters").elements[name];
      const value = wanted.get(name) || "";
      if (control.tagName === "SELECT" && ![...control.options].some((o) => o.value === value)) {
        control.append(option(value, value));
      }
      if (document.activeElement !== control || control.value !== value) control.value = value;
    }
    at("filters").elements.all.checked = Boolean(wanted.get("all"));
  }

  function option(value, label) {
    const made = element("option", {}, Dashboard.short(label, 70));
    made.value = value;
    return made;
  }

  function fillChoices() {
    const counts = { risk: new Map(), rule: new Map(), licence: new Map(), parent: new Map(), host: new Map() };
    const add = (map, key) => map.set(key, (map.get(key) || 0) + 1);
    for (const row of rows) {
      if (!row.latest) continue;
      add(counts.risk, row.risk);
      add(counts.licence, row.licence);
      add(counts.host, row.h);
      for (const [rule] of row.c) add(counts.rule, rule);
      for (const parent of new Set(row.p.map(([name]) => name))) add(counts.parent, parent);
    }
    for (const [name, found] of Object.entries(counts)) {
      let some = Dashboard.top(found, 200);
      if (name === "risk") some = Dashboard.RISKS.filter((r) => found.has(r)).map((r) => [r, found.get(r)]);
      if (name === "rule") some.sort((a, b) => (a[0] < b[0] ? -1 : 1));
      at("filters").elements[name].replaceChildren(option("", "any"), ...some.map(([value, n]) =>
        option(value, name === "rule" ? `${value} ${titles.get(value) || ""} (${n})` : `${value} (${n})`)));
    }
  }

  async function showDetail(file) {
    const row = rows.find((one) => one.f === file);
    document.title = row ? `${Dashboard.short(row.i, 80)} · lineage` : "Audits by lineage";
    if (!row) { Dashboard.drawNoDetail(file, "no audit of this name is open"); return; }
    try {
      const detail = await Dashboard.detailOf(row);
      if (state().get("audit") !== file) return;
      Dashboard.drawDetail(row, detail);
      scrollTo(0, 0);
    } catch (error) {
      Dashboard.drawNoDetail(file, error.message);
    }
  }

  function show(found) {
    rows = Dashboard.prepared(found.rows);
    titles = found.titles;
    drawn = null;
    const list = at("broken");
    list.hidden = !found.broken.length;
    list.firstElementChild.textContent =
      `${plural(found.broken.length, "file was", "files were")} left out; what follows is of the rest.`;
    list.lastElementChild.replaceChildren(...found.broken.slice(0, 500).map(([file, why]) =>
      element("li", {}, element("code", {}, file), `: ${Dashboard.seen(why)}.`)));
    list.open = found.broken.length <= 5;
    at("empty").hidden = rows.length > 0;
    if (!rows.length) {
      at("overview").hidden = true;
      at("detail").hidden = true;
      return;
    }
    fillChoices();
    at("overview").hidden = false;
    apply();
    requestAnimationFrame(() => setTimeout(() => performance.mark("lineage-interactive")));
  }

  async function open(reading) {
    const tell = (n, all) => { at("status").textContent = `Reading ${number(n)} of ${number(all)} files…`; };
    try {
      const found = await Dashboard.opened(await reading, tell);
      at("status").textContent = `${plural(found.rows.length, "audit")} read.`;
      show(found);
    } catch (error) {
      at("status").textContent = `The files cannot be read: ${Dashboard.seen(error.message)}.`;
    }
  }

  function listen() {
    for (const [button, input] of [["pick-folder", "folder"], ["pick-files", "files"]]) {
      at(button).addEventListener("click", () => at(input).click());
      at(input).addEventListener("change", () => open(Dashboard.inputFiles(at(input))));
    }
    addEventListener("dragover", (event) => { event.preventDefault(); document.body.classList.add("dropping"); });
    addEventListener("dragleave", () => document.body.classList.remove("dropping"));
    addEventListener("drop", (event) => {
      event.preventDefault();
      document.body.classList.remove("dropping");
      open(Dashboard.droppedFiles(event.dataTransfer));
    });
    let waiting = 0;
    at("filters").addEventListener("input", (event) => {
      const { name, type, value, checked } = event.target;
      clearTimeout(waiting);
      const change = { [name]: type === "checkbox" ? checked : value };
      if (type === "search") waiting = setTimeout(() => Dashboard.go(change, false), 120);
      else Dashboard.go(change);
    });
    at("filters").addEventListener("submit", (event) => event.preventDefault());
    at("filters").addEventListener("reset", (event) => {
      event.preventDefault();
      Dashboard.go(Object.fromEntries([...FILTERS, "all"].map((name) => [name, ""])));
    });
    addEventListener("hashchange", apply);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { drawn = null; apply(); });
  }

  listen();
  Dashboard.collected().then((found) => {
    if (found) show(found);
    else at("empty").hidden = false;
  });
})();
