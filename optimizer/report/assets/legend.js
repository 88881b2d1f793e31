// The legend is also the switchboard of the map.
function dot(name) {
  const half = svg("circle", { r: 4, fill: `var(--${name})` });
  return svg("svg", { viewBox: "-8 -8 16 16", width: 16, height: 16, "aria-hidden": "true" }, half);
}

function square(fill, stroke) {
  const box = svg("rect", { x: -6, y: -6, width: 12, height: 12, fill, stroke, "fill-opacity": 0.5 });
  return svg("svg", { viewBox: "-8 -8 16 16", width: 16, height: 16, "aria-hidden": "true" }, box);
}

function toggle(icon, words, checked, act) {
  const box = el("input", { type: "checkbox", checked, on: { change: () => act(box.checked) } });
  return el("label", null, box, icon, words);
}

function fillLegend(view) {
  const { data, map, shown, groups } = view;
  const form = document.getElementById("legend");
  form.addEventListener("submit", (event) => event.preventDefault());
  const rows = KINDS.map((kind, k) => {
    const count = data.counts[kind] || 0;
    const act = (on) => (on ? groups[k].addTo(map) : groups[k].remove());
    return count ? toggle(sign(k, 16), `${capital(data.nouns[kind][1])} (${number(count)})`, true, act) : null;
  });
  const redraw = (key) => (on) => {
    shown[key] = on;
    refresh(view);
  };
  rows.push(
    toggle(sign(0, 13, "", true), `Closed candidates (${number(data.closed.length)})`, shown.closed, redraw("closed")),
  );
  if (data.closed.some((row) => row[5])) {
    rows.push(el("label", { class: "key" }, square("var(--natural)", "var(--natural)"), "… on natural soil"));
  }
  const extra = [];
  if (data.counts.micro_hub) {
    extra.push(toggle(square("var(--hub)", "var(--hub)"), "Catchments by hub", shown.catchments, redraw("catchments")));
  }
  if (data.counts.delivery_point) {
    const words = `Within ${number(data.walkMin)} min on foot`;
    extra.push(toggle(square("var(--shop)", "var(--shop)"), words, shown.reach, redraw("reach")));
  }
  const options = [["channel", "by channel"], ["hub", "by hub"], ["off", "hidden"]];
  const pick = el("select", { "aria-label": "Demand points", on: { change: () => redraw("points")(pick.value) } },
    options.map(([value, words]) => el("option", { value, selected: value === shown.points }, words)));
  const dots = data.points.main
    ? [["hub", "by cargo bike"], ["shop", "picked up"], ["van", "by van"]].map(([name, words]) =>
        el("span", null, dot(name), words))
    : [];
  form.append(
    el("details", { open: true },
      el("summary", null, "Map"),
      rows,
      extra.length ? el("div", { class: "sub" }, extra) : null,
      el("div", { class: "sub onscreen" }, el("label", null, "Demand", pick)),
      el("div", { class: "dots small soft" }, dots)),
  );
  L.DomEvent.disableClickPropagation(form);
  L.DomEvent.disableScrollPropagation(form);
}
