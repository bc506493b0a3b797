"use strict";
// What is counted, in one pass over the rows.
(function () {
  const Dashboard = globalThis.Dashboard;

  // Adds to each row what the filters and the table ask for again and again.
  Dashboard.prepared = function (rows) {
    const latest = new Map();
    for (const row of rows) {
      row.unmet = row.u[0] + row.u[1] + row.u[2] + row.u[3] + row.u[4];
      row.risk = riskOf(row);
      row.order = Dashboard.RISKS.indexOf(row.risk);
      row.licence = row.l === null ? Dashboard.UNKNOWN : row.l;
      row.key = row.h + " " + row.i;
      row.text = [row.i, row.f, row.licence, ...row.p.map((parent) => parent[0])]
        .join("\n").toLowerCase();
      const known = latest.get(row.key);
      if (!known || isLater(row, known)) latest.set(row.key, row);
    }
    for (const row of rows) row.latest = latest.get(row.key) === row;
    return rows;
  };

  function riskOf(row) {
    for (let severity = 4; severity >= 0; severity -= 1) {
      if (row.u[severity]) return Dashboard.SEVERITIES[severity];
    }
    if (row.q) return "doubt";
    return row.x === 3 || row.n ? "incomplete" : "clear";
  }

  // An audit without a date is taken for the older one; among equals the later file name counts.
  const isLater = (row, known) =>
    (row.d || "") > (known.d || "") || ((row.d || "") === (known.d || "") && row.f > known.f);

  Dashboard.passes = function (row, filter) {
    return (!filter.risk || row.risk === filter.risk)
      && (!filter.host || row.h === filter.host)
      && (!filter.licence || row.licence === filter.licence)
      && (!filter.rule || row.c.some((rule) => rule[0] === filter.rule))
      && (!filter.parent || row.p.some((parent) => parent[0] === filter.parent))
      && (!filter.words.length || filter.words.every((word) => row.text.includes(word)));
  };

  const add = (map, key, n = 1) => map.set(key, (map.get(key) || 0) + n);

  // `dated` are the rows for the line over time, sorted by date; `rows` those for all else.
  Dashboard.figures = function (rows, dated) {
    const made = {
      targets: rows.length, unmet: 0, doubts: 0, incomplete: 0, serious: 0,
      risks: new Map(Dashboard.RISKS.map((risk) => [risk, 0])),
      rules: new Map(), parents: new Map(), flow: new Map(), waivers: new Map(),
    };
    for (const row of rows) {
      made.unmet += row.unmet;
      made.doubts += row.q;
      if (row.x === 3 || row.n) made.incomplete += 1;
      if (row.u[4] || row.u[3]) made.serious += 1;
      add(made.risks, row.risk);
      for (const [rule, unmet, doubts] of row.c) {
        const sum = made.rules.get(rule);
        if (sum) { sum[0] += unmet; sum[1] += doubts; } else made.rules.set(rule, [unmet, doubts]);
      }
      for (const [, , , , n] of row.e) add(made.waivers, "findings", n);
      countParents(row, made);
    }
    made.time = overTime(dated);
    return made;
  };

  function countParents(row, made) {
    const names = new Set();
    const pairs = new Set();
    for (const [name, licence, , origin, isDirect] of row.p) {
      if (origin === "contradicted") continue;
      names.add(name);
      if (isDirect) pairs.add(licence === null ? Dashboard.UNKNOWN : licence);
    }
    for (const name of names) add(made.parents, name);
    for (const from of pairs) {
      if (!made.flow.has(from)) made.flow.set(from, new Map());
      add(made.flow.get(from), row.licence);
    }
  }

  // At the end of each day, or month where there are many days: unmet findings by severity.
  function overTime(dated) {
    if (!dated.length) return [];
    const days = new Set(dated.map((row) => row.d));
    const length = days.size > 90 ? 7 : 10;
    const now = [0, 0, 0, 0, 0];
    const current = new Map();
    const points = new Map();
    for (const row of dated) {
      const before = current.get(row.key);
      for (let n = 0; n < 5; n += 1) now[n] += row.u[n] - (before ? before.u[n] : 0);
      current.set(row.key, row);
      points.set(row.d.slice(0, length), [...now]);
    }
    return [...points];
  }

  Dashboard.top = (map, most, weight = (value) => value) =>
    [...map].sort((a, b) => weight(b[1]) - weight(a[1]) || (a[0] < b[0] ? -1 : 1)).slice(0, most);

  // Every waiver in use, by its last day: [expires, owner, reason, rule, findings, targets].
  Dashboard.waiversOf = function (rows) {
    const found = new Map();
    for (const row of rows) {
      for (const [expires, owner, reason, rule, n] of row.e) {
        const key = JSON.stringify([expires, owner, reason, rule]);
        if (!found.has(key)) found.set(key, [expires, owner, reason, rule, 0, []]);
        found.get(key)[4] += n;
        found.get(key)[5].push(row);
      }
    }
    return [...found.values()].sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0));
  };
})();
