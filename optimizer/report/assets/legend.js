// The legend is also the switchboard of the map.
function dot(name) {
  const half = svg("circle", { r: 4, fill: `var(--${name})` });
  return svg("svg", { viewBox: "-8 -8 16 16", width: 16, height: 16, "aria-hidden": "true" }, half);
}

function ring() {
  const circle = svg("circle", { r: 5, fill: "var(--panel)", stroke: "var(--ink)", "stroke-width": 2 });
  return svg("svg", { viewBox: "-8 -8 16 16", width: 16, height: 16, "aria-hidden": "true" }, circle);
}

function square(hue, strength) {
  const box = svg("rect", { x: -6, y: -6, width: 12, height: 12, fill: hue, stroke: hue, "fill-opacity": strength });
  return svg("svg", { viewBox: "-8 -8 16 16", width: 16, height: 16, "aria-hidden": "true" }, box);
}

function toggle(icon, words, checked, act) {
  const box = el("input", { type: "checkbox", checked, on: { change: () => act(box.checked) } });
  return el("label", null, box, icon, words);
}

function fillLegend(view) {
  const { data, map, shown, groups } = view;
  const form = document.getElementById("legend");
  form.replaceChildren();
  form.onsubmit = (event) => event.preventDefault();
  const redraw = (key) => (on) => {
    shown[key] = on;
    refresh(view);
  };
  const rows = KINDS.map((kind, k) => {
    const count = data.counts[kind] || 0;
    const act = (on) => (on ? groups[k].addTo(map) : groups[k].remove());
    return count ? toggle(sign(k, 16), `${capital(data.nouns[kind][count === 1 ? 0 : 1])} (${number(count)})`, map.hasLayer(groups[k]), act) : null;
  });
  const closed = `Closed (${number(data.closed.length)})`;
  rows.push(toggle(sign(0, 13, "", true), closed, shown.closed, redraw("closed")));
  if (data.closed.some((row) => row[5])) {
    rows.push(el("span", { class: "key" }, square("var(--natural)", 0.25), "natural soil"));
  }
  if (data.uses && data.uses.length) rows.push(el("span", { class: "key" }, sign(3, 15), `Other uses (${number(data.uses.length)})`));
  if (view.layers.zones) rows.push(toggle(square("var(--zone)", 0), "Zones", shown.zones, redraw("zones")));
  if (data.gateways.length) rows.push(el("span", { class: "key" }, ring(), "Gateway"));
  rows.push(...exchangeKeys(view));
  const tours = tourKeys(view);
  form.append(el("div", { class: "group" }, rows), tours.length ? el("div", { class: "group" }, tours) : "", el("div", { class: "group" }, demandKeys(data, shown, redraw), areaKeys(data, shown, redraw)));
}

function demandKeys(data, shown, redraw) {
  if (!data.points.main || !data.points.main.length) return [];
  const options = [["channel", "by channel"], ["hub", "by hub"], ["off", "hidden"]];
  const items = options.map(([value, words]) => el("option", { value, selected: value === shown.points }, words));
  const change = () => {
    redraw("points")(pick.value);
    dots.forEach((key) => key.classList.toggle("off", pick.value !== "channel"));
  };
  const pick = el("select", { on: { change } }, items);
  const dots = [["hub", "cargo bike"], ["shop", "picked up"], ["van", "van"]].map(([name, words]) =>
    el("span", { class: "key" }, dot(name), words));
  const lost = data.unserved.length ? el("span", { class: "key" }, cross(), "not served") : null;
  return [el("label", { class: "onscreen" }, "Demand", pick), ...dots, lost];
}

function areaKeys(data, shown, redraw) {
  const keys = [];
  if (data.counts.micro_hub) {
    keys.push(toggle(square("var(--hub)", 0.3), "Catchments", shown.catchments, redraw("catchments")));
  }
  if (data.counts.delivery_point) {
    const words = `${number(data.walkMin)} min on foot`;
    keys.push(toggle(square("var(--shop)", 0.3), words, shown.reach, redraw("reach")));
  }
  return keys;
}
