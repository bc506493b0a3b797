"use strict";
// The view of one audit: what its report says, less exhibits beyond the first few.
(function () {
  const Dashboard = globalThis.Dashboard;
  const { element, number, short, plural } = Dashboard;
  const MOST = 300;

  const list = (value) => (Array.isArray(value) ? value : []);
  const said = (value) => (value === null || value === undefined || value === "" ? null : value);
  const nameOf = (detail) => {
    const names = new Map(list(detail.artifacts).map((one) => [one.id, one.name]));
    return (id) => names.get(id) || id;
  };

  Dashboard.drawDetail = function (row, detail) {
    const name = nameOf(detail);
    const main = document.getElementById("detail");
    const title = element("h2", { tabindex: -1 }, row.i);
    main.replaceChildren(
      element("p", {}, element("a", { href: Dashboard.addressWith({ audit: "" }) }, "← All targets")),
      title, element("p", { class: "verdict" }, detail.verdict), facts(row, detail),
      findings(detail, name), duties(detail, name), parents(detail, name), licences(detail),
      unread(detail));
    title.focus({ preventScroll: true });
  };

  Dashboard.drawNoDetail = function (file, why) {
    document.getElementById("detail").replaceChildren(
      element("p", {}, element("a", { href: Dashboard.addressWith({ audit: "" }) }, "← All targets")),
      element("h2", { tabindex: -1 }, "This audit cannot be shown"),
      element("p", {}, `${Dashboard.seen(file)}: ${Dashboard.seen(why)}.`));
  };

  function facts(row, detail) {
    const target = detail.target || {};
    const tool = detail.tool || {};
    const pairs = [
      ["Risk", element("span", { class: `badge ${row.risk}` }, row.risk)],
      ["Repository", Dashboard.link(target.url, short(target.url || row.i, 120))],
      ["Revision", row.v || "not pinned"],
      ["Licence", row.licence],
      ["Date", row.d || "undated: neither the file's path nor manifest.json gives one"],
      ["File", row.f],
      ["HTML report", report(row)],
      ["Made by", `lineage ${tool.version || "?"}, knowledge ${tool.knowledge_version || "?"}`],
    ];
    return element("dl", { class: "facts" }, ...pairs.flatMap(([term, value]) =>
      [element("dt", {}, term), element("dd", {}, value)]));
  }

  function report(row) {
    if (row.r && /^(?!\/\/)[\w.\/%~-]+$/.test(row.r)) {
      return element("a", { href: row.r, target: "_blank", rel: "noopener noreferrer" }, "open");
    }
    return "none lies beside the file (lineage audit -o html=…)";
  }

  function block(heading, items, empty, shown) {
    const made = items.slice(0, MOST).map(shown);
    return element("section", {}, element("h3", {}, `${heading} (${number(items.length)})`),
      ...(made.length ? made : [element("p", { class: "nothing" }, empty)]),
      items.length > MOST ? element("p", { class: "note" },
        `The first ${MOST} are shown; the report has them all.`) : null);
  }

  function findings(detail, name) {
    const states = ["unmet", ...Dashboard.DOUBTS, "waived", "met"];
    const rank = (one) => states.indexOf(one.state) * 10 - Dashboard.SEVERITIES.indexOf(one.severity);
    const sorted = [...list(detail.findings)].sort((a, b) => rank(a) - rank(b));
    return block("Findings", sorted, "None.", (one) => element("details", { class: "finding", open: one.state === "unmet" },
      element("summary", {},
        element("span", { class: `badge ${one.state === "unmet" ? one.severity : one.state === "met" ? "clear" : "doubt"}` },
          one.state === "unmet" ? one.severity : one.state), " ",
        element("strong", {}, one.rule), " ", one.title),
      element("p", {}, one.message),
      element("dl", {}, ...[
        ["State", `${one.state}, ${one.severity} if true, tier ${one.tier}`],
        ["Parent", said(one.parent) && name(one.parent)], ["Clause", said(one.clause)],
        ["To settle it", said(one.remedy)], ["Waiver", waiver(one.waiver)],
      ].filter(([, value]) => value).flatMap(([term, value]) =>
        [element("dt", {}, term), element("dd", {}, value)])),
      exhibits(one)));
  }

  const waiver = (one) => one
    && `until ${one.expires || "no date"}, by ${one.owner || "nobody"}: ${one.reason}`;

  function exhibits(one) {
    const some = list(one.exhibits).slice(0, 5);
    const total = one.exhibits_total === undefined ? list(one.exhibits).length : one.exhibits_total;
    return element("ul", { class: "exhibits" },
      ...some.map((exhibit) => element("li", {},
        Dashboard.link(exhibit.url, short(place(exhibit), 200)),
        said(exhibit.excerpt) ? element("pre", {}, short(exhibit.excerpt, 500)) : null)),
      total > some.length ? element("li", { class: "soft" },
        `and ${plural(total - some.length, "more place")}`) : null);
  }

  const place = (exhibit) => list(exhibit.lines).length
    ? `${exhibit.path}:${exhibit.lines[0]}` : String(exhibit.path);

  function rowsTable(heading, heads, rows) {
    return element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": heading }, element("table", {},
      element("thead", {}, element("tr", {}, ...heads.map((h) => element("th", { scope: "col" }, h)))),
      element("tbody", {}, ...rows.map((cells) =>
        element("tr", {}, ...cells.map((cell) => element("td", {}, cell)))))));
  }

  function tabled(heading, heads, items, empty, cells) {
    const rows = items.slice(0, MOST).map(cells);
    return element("section", {}, element("h3", {}, `${heading} (${number(items.length)})`),
      rows.length ? rowsTable(heading, heads, rows) : element("p", { class: "nothing" }, empty),
      items.length > MOST ? element("p", { class: "note" },
        `The first ${MOST} are shown; the report has them all.`) : null);
  }

  const duties = (detail, name) => tabled("Duties", ["Duty", "Licence", "From", "Clause", "State", "Why"],
    list(detail.obligations), "None is known.",
    (one) => [one.title || one.kind, one.licence, name(one.parent), one.clause, one.state, one.reason]);

  const parents = (detail, name) => tabled("Lineage", ["Child", "is a", "of", "known by", "Tier", "p-values"],
    list(detail.derivations), "No parent is known.",
    (one) => [name(one.child), one.relation, name(one.parent), one.origin, one.tier,
      list(one.tests).filter((test) => test.p_value !== null && test.p_value !== undefined)
        .map((test) => `${test.name} ${Number(test.p_value).toPrecision(2)}`).join(", ")]);

  const licences = (detail) => tabled("Licences", ["Part", "Declared", "Found", "Concluded", "Why"],
    list(detail.licences), "None was declared or found.",
    (one) => [one.scope, list(one.declared).join(", "), list(one.found).join(", "),
      one.concluded || Dashboard.UNKNOWN, one.reason]);

  const unread = (detail) => tabled("Not read", ["Place", "Why"],
    list((detail.coverage || {}).unread), "Everything that was to be read was read.",
    (one) => [one.path, one.reason]);
})();
