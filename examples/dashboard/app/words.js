"use strict";
// Words and small parts of the page. Foreign text only ever becomes a text node.
(function () {
  const Dashboard = (globalThis.Dashboard = globalThis.Dashboard || {});

  Dashboard.SEVERITIES = ["info", "low", "medium", "high", "critical"];
  Dashboard.DOUBTS = ["investigate", "condition-unknown", "cannot-determine"];
  Dashboard.STATES = ["unmet", "met", "waived", ...Dashboard.DOUBTS];
  // From the gravest down.
  Dashboard.RISKS = ["critical", "high", "medium", "low", "info", "doubt", "incomplete", "clear"];
  Dashboard.UNKNOWN = "not known";

  // Characters that show nothing, or that turn what follows around.
  const unseen = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/gu;

  Dashboard.seen = function (text) {
    const plain = String(text).toWellFormed ? String(text).toWellFormed() : String(text);
    return plain.replace(unseen, (c) =>
      c === "\n" || c === "\t" ? " " : "\\u" + c.codePointAt(0).toString(16).padStart(4, "0"));
  };

  Dashboard.short = function (text, longest = 60) {
    const plain = Array.from(Dashboard.seen(text).slice(0, longest * 2 + 2));
    return plain.length > longest ? plain.slice(0, longest - 1).join("") + "…" : plain.join("");
  };

  // element("a", {class: "x", href: "#"}, "text", child): a string is text, never markup.
  Dashboard.element = function (name, attributes, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) {
      if (value !== null && value !== false) made.setAttribute(key, value === true ? "" : value);
    }
    for (const child of children) {
      if (child === null || child === undefined) continue;
      made.append(child instanceof Node ? child : Dashboard.seen(child));
    }
    return made;
  };

  Dashboard.number = (value) => Number(value).toLocaleString("en");
  Dashboard.plural = (n, one, many) => `${Dashboard.number(n)} ${n === 1 ? one : many || one + "s"}`;

  // A link out, if it is one to the web.
  Dashboard.link = function (url, label) {
    let parsed = null;
    try { parsed = new URL(url); } catch { /* no link */ }
    if (!parsed || !["http:", "https:"].includes(parsed.protocol)) {
      return Dashboard.element("span", {}, label);
    }
    return Dashboard.element(
      "a", { href: parsed.href, target: "_blank", rel: "noopener noreferrer" }, label);
  };

  Dashboard.today = function () {
    const now = new Date();
    const two = (n) => String(n).padStart(2, "0");
    return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  };
})();
