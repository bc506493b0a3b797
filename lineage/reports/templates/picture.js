"use strict";
// The movable picture. The page says all without it; this only adds pan, zoom, focus and details.
(() => {
  const held = document.getElementById("lineage-data");
  const still = document.getElementById("still");
  if (!held || !still) return;
  const data = JSON.parse(held.textContent);
  const byId = (id) => document.getElementById(id);
  const panel = byId("panel"), canvas = byId("canvas"), move = byId("move");
  const moving = byId("moving"), around = byId("around");
  byId("tools").hidden = false;
  panel.hidden = false;

  const line = (text, tag) => {
    const made = document.createElement(tag || "p");
    made.textContent = text;
    return made;
  };
  const tell = (number) => {
    const edge = data.edges[number];
    panel.replaceChildren(line(edge.said, "strong"), ...edge.tests.map((t) => line(t)),
      ...edge.places.map((p) => line(p, "p")));
  };
  for (const link of still.querySelectorAll("[data-edge]")) {
    const number = Number(link.dataset.edge) - 1;
    link.addEventListener("focus", () => tell(number));
    link.addEventListener("mouseenter", () => tell(number));
  }

  let graph = null, current = -1;
  const colours = { declared: "#7c8590", detected: "#1b1f24", contradicted: "#b01020", unknown: "#545d68" };
  const lines = { declared: "solid", detected: "solid", contradicted: "dashed", unknown: "dotted" };
  const WIDE = 210, HIGH = 44;

  const arrange = (elements) => {
    const plan = new dagre.graphlib.Graph({ multigraph: true });
    plan.setGraph({ rankdir: "LR", nodesep: 24, ranksep: 170 });
    plan.setDefaultEdgeLabel(() => ({}));
    elements.nodes().forEach((n) => plan.setNode(n.id(), { width: WIDE, height: HIGH }));
    elements.edges().forEach((e) => plan.setEdge(e.source().id(), e.target().id(), {}, e.id()));
    dagre.layout(plan);
    elements.nodes().forEach((n) => {
      const at = plan.node(n.id());
      n.position({ x: at.x, y: at.y });
    });
    graph.fit(elements, 24);
  };
  const show = (number) => {
    current = number;
    graph.elements().removeClass("seen");
    const edge = graph.getElementById("e" + number);
    edge.addClass("seen");
    tell(number);
    return edge;
  };
  const near = () => {
    graph.elements().removeClass("away");
    const centre = around.value === "" ? null : graph.getElementById("n" + around.value);
    const kept = centre ? centre.closedNeighborhood().closedNeighborhood() : graph.elements();
    graph.elements().difference(kept).addClass("away");
    arrange(kept);
  };
  const start = () => {
    graph = cytoscape({
      container: canvas,
      elements: [
        ...data.nodes.map((n, i) => ({ data: { id: "n" + i, label: n.label + "\n" + n.terms },
          classes: n.kind + (n.subject ? " subject" : "") })),
        ...data.edges.map((e, i) => ({ data: { id: "e" + i, source: "n" + e.parent, target: "n" + e.child,
          label: e.label, colour: colours[e.look], ink: e.look === "contradicted" ? "#b01020" : "#1b1f24", line: lines[e.look] }, classes: e.look })),
      ],
      style: [
        { selector: "node", style: { shape: "round-rectangle", width: WIDE, height: HIGH, label: "data(label)",
          "text-wrap": "wrap", "text-max-width": WIDE - 12, "text-overflow-wrap": "anywhere", "text-valign": "center",
          "font-size": 11, "background-color": "#fff", "border-width": 1.2, "border-color": "#545d68", color: "#1b1f24" } },
        { selector: ".subject", style: { "border-width": 3, "border-color": "#1b1f24" } },
        { selector: ".dataset", style: { "background-color": "#f1f6ee" } },
        { selector: ".code", style: { "background-color": "#eef3fb" } },
        { selector: "edge", style: { width: 2, "line-color": "data(colour)", "target-arrow-color": "data(colour)",
          "line-style": "data(line)", "target-arrow-shape": "triangle", "curve-style": "bezier", label: "data(label)",
          "font-size": 10, color: "data(ink)", "text-background-color": "#fff", "text-background-opacity": 0.9 } },
        { selector: ".detected", style: { width: 2.8 } },
        { selector: ".seen", style: { "underlay-color": "#ffd75e", "underlay-opacity": 0.8, "underlay-padding": 5 } },
        { selector: ".away", style: { display: "none" } },
      ],
      minZoom: 0.05, maxZoom: 4, autoungrabify: true,
    });
    graph.on("mouseover tap", "edge", (event) => show(Number(event.target.id().slice(1))));
    graph.on("tap", "node", (event) => { around.value = event.target.id().slice(1); near(); });
    data.nodes.forEach((n, i) => {
      const option = line(n.label.length > 60 ? n.label.slice(0, 59) + "\u2026" : n.label, "option");
      option.value = String(i);
      around.append(option);
    });
    near();
  };
  const turn = (on) => {
    still.hidden = on; canvas.hidden = !on; moving.hidden = !on;
    move.setAttribute("aria-pressed", String(on));
    if (on && !graph) start();
    if (on) { graph.resize(); canvas.focus(); } else { move.focus(); }
  };
  const zoom = (by) => graph.zoom({ level: graph.zoom() * by, renderedPosition: { x: canvas.clientWidth / 2, y: canvas.clientHeight / 2 } });
  const step = (by) => {
    const count = data.edges.length;
    graph.animate({ center: { eles: show((current + by + count) % count) }, duration: 0 });
  };
  move.addEventListener("click", () => turn(move.getAttribute("aria-pressed") !== "true"));
  byId("closer").addEventListener("click", () => zoom(1.3));
  byId("farther").addEventListener("click", () => zoom(1 / 1.3));
  byId("whole").addEventListener("click", () => graph.fit(graph.elements(":visible"), 24));
  around.addEventListener("change", near);
  canvas.addEventListener("keydown", (event) => {
    const acts = {
      ArrowRight: () => step(1), ArrowDown: () => step(1), ArrowLeft: () => step(-1), ArrowUp: () => step(-1),
      "+": () => zoom(1.3), "=": () => zoom(1.3), "-": () => zoom(1 / 1.3),
      0: () => graph.fit(graph.elements(":visible"), 24), Escape: () => turn(false),
    };
    if (acts[event.key]) { event.preventDefault(); acts[event.key](); }
  });
  window.addEventListener("beforeprint", () => { if (!still.hidden) return; turn(false); });
})();
