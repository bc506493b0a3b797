"use strict";
// Where the audits come from: the data files that collect.py wrote, or files opened by hand.
(function () {
  const Dashboard = globalThis.Dashboard;
  const LARGEST = 128 * 1024 * 1024;
  const shards = new Map();

  function script(source) {
    return new Promise((resolve, reject) => {
      const made = Dashboard.element("script", { src: source });
      made.addEventListener("load", () => { made.remove(); resolve(); });
      made.addEventListener("error", () => { made.remove(); reject(new Error(`${source} cannot be read`)); });
      document.head.append(made);
    });
  }

  let collected = null;
  globalThis.lineageAudits = (text) => { collected = JSON.parse(text); };
  globalThis.lineageDetails = (n, text) => { shards.set(n, JSON.parse(text)); };

  // What collect.py wrote, or null where it has not been run.
  Dashboard.collected = async function () {
    try { await script("data/audits.js"); } catch { return null; }
    if (!collected || collected.schema_version !== "1") return null;
    return { rows: collected.rows, broken: collected.broken, titles: new Map(collected.titles) };
  };

  Dashboard.detailOf = async function (row) {
    if (row.s instanceof File) return Dashboard.parsed(await row.s.text());
    const [shard, n] = row.s;
    if (!shards.has(shard)) {
      if (shards.size > 8) shards.clear();
      await script(`data/details-${String(shard).padStart(5, "0")}.js`);
    }
    return shards.get(shard)[n];
  };

  // files: [path, File]. Rows are kept; a file is read again when its detail is asked for.
  Dashboard.opened = async function (files, tell) {
    const found = { rows: [], broken: [], titles: new Map() };
    const audits = files.filter(([path]) => path.endsWith(".json") && path !== "manifest.json");
    audits.sort((a, b) => (a[0] < b[0] ? -1 : 1));
    const dates = await manifest(files, found);
    for (const [n, [path, file]] of audits.entries()) {
      try {
        if (file.size > LARGEST) throw new Dashboard.Broken("it is larger than 128 MiB");
        const audit = Dashboard.parsed(await file.text());
        const row = Dashboard.rowOf(audit, path, dates.get(path) || null, found.titles);
        found.rows.push({ ...row, r: null, s: file });
      } catch (error) {
        found.broken.push([path, error instanceof Dashboard.Broken ? error.message : `it cannot be read (${error.message})`]);
      }
      if (n % 50 === 0) tell(n, audits.length);
    }
    return found;
  };

  async function manifest(files, found) {
    const entry = files.find(([path]) => path === "manifest.json");
    if (!entry) return new Map();
    try { return Dashboard.manifestDates(await entry[1].text()); } catch (error) {
      found.broken.push(["manifest.json", `its dates are not used: ${error.message}`]);
      return new Map();
    }
  }

  // Files of an <input>: the chosen folder's own name is left off.
  Dashboard.inputFiles = (input) => [...input.files].map((file) =>
    [(file.webkitRelativePath || file.name).replace(/^[^/]*\/(?=.)/, ""), file]);

  Dashboard.droppedFiles = async function (transfer) {
    const entries = [...transfer.items].map((item) => item.webkitGetAsEntry && item.webkitGetAsEntry())
      .filter(Boolean);
    const found = [];
    for (const entry of entries) {
      // The contents of one dropped folder are named as if it had been opened.
      await below(entry, entry.isDirectory && entries.length === 1 ? null : "", found);
    }
    return found;
  };

  async function below(entry, prefix, found) {
    const path = prefix === null ? "" : prefix + entry.name;
    if (entry.isFile) {
      found.push([path, await new Promise((resolve, reject) => entry.file(resolve, reject))]);
      return;
    }
    const reader = entry.createReader();
    for (;;) {
      const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
      if (!some.length) return;
      for (const child of some) await below(child, path ? `${path}/` : "", found);
    }
  }
})();
