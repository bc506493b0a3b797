"use strict";
// Reads a report as collect.py does, for files that are opened by hand.
//
// A row: f file, r HTML report or null, d date or null, h host, i id, v revision, l licence,
// u unmet findings from info to critical, q doubts, m met, w waived, x exit code, n unread places,
// p parents [name, licence, relation, origin, is direct], c rules [code, unmet, doubts],
// e waivers [last day, owner, reason, rule, findings], s where its detail is.
(function () {
  const Dashboard = globalThis.Dashboard;
  const LONGEST = 300;

  class Broken extends Error {}
  Dashboard.Broken = Broken;

  const kinds = {
    object: (value) => value !== null && typeof value === "object" && !Array.isArray(value),
    list: (value) => Array.isArray(value),
    text: (value) => typeof value === "string",
    any: () => true,
  };

  function field(kind, holder, name, where) {
    if (!kinds.object(holder) || !Object.hasOwn(holder, name)) {
      throw new Broken(`it has no ${where}${name}`);
    }
    if (!kinds[kind](holder[name])) throw new Broken(`${where}${name} is of the wrong type`);
    return holder[name];
  }
  const record = (holder, name, where = "") => field("object", holder, name, where);
  const text = (holder, name, where = "") => field("text", holder, name, where);
  const maybeText = (holder, name, where = "") =>
    field("any", holder, name, where) === null ? null : text(holder, name, where);

  function records(holder, name, where = "") {
    const listed = field("list", holder, name, where);
    if (!listed.every(kinds.object)) throw new Broken(`${where}${name} holds what is no object`);
    return listed;
  }

  function count(holder, name, where = "") {
    const value = field("any", holder, name, where);
    if (!Number.isSafeInteger(value)) throw new Broken(`${where}${name} is of the wrong type`);
    if (value < 0) throw new Broken(`${where}${name} is no count`);
    return value;
  }

  function oneOf(values, holder, name, where = "") {
    const word = text(holder, name, where);
    if (!values.includes(word)) {
      throw new Broken(`${where}${name} is none of ${values.join(", ")}`);
    }
    return word;
  }

  Dashboard.parsed = function (written) {
    let audit;
    try { audit = JSON.parse(written); } catch (error) {
      throw new Broken(`it is not valid JSON (${String(error.message).slice(0, LONGEST)})`);
    }
    if (!kinds.object(audit) || !Object.hasOwn(audit, "schema_version")) {
      throw new Broken("it is no report of lineage: it has no schema_version");
    }
    if (audit.schema_version !== "1") {
      const version = String(JSON.stringify(audit.schema_version)).slice(0, LONGEST);
      throw new Broken(`its schema version is ${version}, and this page reads version 1`);
    }
    return audit;
  };

  Dashboard.rowOf = function (audit, file, dated, titles) {
    const target = record(audit, "target");
    const findings = records(audit, "findings");
    const states = new Map();
    const unmet = new Map();
    for (const finding of findings) {
      const state = oneOf(Dashboard.STATES, finding, "state", "findings.");
      states.set(state, (states.get(state) || 0) + 1);
      const severity = oneOf(Dashboard.SEVERITIES, finding, "severity", "findings.");
      if (state === "unmet") unmet.set(severity, (unmet.get(severity) || 0) + 1);
      const rule = text(finding, "rule", "findings.");
      const title = text(finding, "title", "findings.");
      if (!titles.has(rule)) titles.set(rule, title);
    }
    text(audit, "verdict");
    const [licence, parents] = descent(audit, text(target, "purl", "target."));
    return {
      f: file,
      d: dated || Dashboard.dateIn(file),
      h: text(target, "host", "target."),
      i: text(target, "id", "target."),
      v: maybeText(target, "revision", "target."),
      l: licence,
      u: Dashboard.SEVERITIES.map((severity) => unmet.get(severity) || 0),
      q: Dashboard.DOUBTS.reduce((sum, state) => sum + (states.get(state) || 0), 0),
      m: states.get("met") || 0,
      w: states.get("waived") || 0,
      x: count(record(audit, "summary"), "exit_code", "summary."),
      n: records(record(audit, "coverage"), "unread", "coverage.").length,
      p: parents,
      c: byRule(findings),
      e: waivers(findings),
    };
  };

  function descent(audit, target) {
    const artifacts = new Map(
      records(audit, "artifacts").map((one) => [text(one, "id", "artifacts."), one]));
    const own = artifacts.get(target) || { licence: null };
    const parents = records(audit, "derivations").map((edge) => {
      const parent = text(edge, "parent", "derivations.");
      const child = text(edge, "child", "derivations.");
      const at = artifacts.get(parent) || { name: parent, licence: null };
      return [
        text(at, "name", "artifacts."),
        maybeText(at, "licence", "artifacts."),
        text(edge, "relation", "derivations."),
        text(edge, "origin", "derivations."),
        child === target ? 1 : 0,
      ];
    });
    return [maybeText(own, "licence", "artifacts."), parents];
  }

  function byRule(findings) {
    const rules = new Map();
    for (const { rule, state } of findings) {
      if (state !== "unmet" && !Dashboard.DOUBTS.includes(state)) continue;
      if (!rules.has(rule)) rules.set(rule, [rule, 0, 0]);
      rules.get(rule)[state === "unmet" ? 1 : 2] += 1;
    }
    return [...rules.values()].sort((a, b) => (a[0] < b[0] ? -1 : 1));
  }

  function waivers(findings) {
    const used = new Map();
    for (const finding of findings) {
      if (finding.state !== "waived" || (finding.waiver ?? null) === null) continue;
      const waiver = record(finding, "waiver", "findings.");
      const expires = maybeText(waiver, "expires", "waiver.") || "";
      const owner = maybeText(waiver, "owner", "waiver.") || "";
      const reason = Array.from(text(waiver, "reason", "waiver.")).slice(0, LONGEST).join("");
      const key = JSON.stringify([expires, owner, reason, finding.rule]);
      if (!used.has(key)) used.set(key, [expires, owner, reason, finding.rule, 0]);
      used.get(key)[4] += 1;
    }
    return [...used.values()];
  }

  Dashboard.isDay = function (day) {
    const moment = new Date(`${day}T00:00:00Z`);
    return !Number.isNaN(moment.getTime()) && moment.toISOString().slice(0, 10) === day;
  };

  Dashboard.dateIn = function (file) {
    const found = [...file.matchAll(/(?<!\d)(20\d\d)(-?)([01]\d)\2([0-3]\d)(?!\d)/g)].reverse();
    for (const [, year, , month, day] of found) {
      if (Dashboard.isDay(`${year}-${month}-${day}`)) return `${year}-${month}-${day}`;
    }
    return null;
  };

  Dashboard.manifestDates = function (written) {
    const dates = record(JSON.parse(written), "dates");
    for (const day of Object.values(dates)) {
      if (!/^\d{4}-\d\d-\d\d$/.test(day) || !Dashboard.isDay(day)) {
        throw new Broken(`${JSON.stringify(day)} is no date`);
      }
    }
    return new Map(Object.entries(dates));
  };
})();
