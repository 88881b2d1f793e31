// Periods: one is shown at a time; a switch changes the map, the lists and the legend.
const PERIOD_PARTS = ["plan", "hotels"];

// Puts the figures of period t where the page looks for those of a plan.
function usePeriod(data, layers, t) {
  const period = data.periods[t];
  const taken = new Set(period.taken);
  Object.assign(data, period, {
    shownPeriod: t,
    points: { ...data.place, ...period.points },
    closed: data.candidates.filter((_, j) => !taken.has(j)),
  });
  if (!layers) return;
  layers.catchments = layers[`catchments${t}`];
  recode(layers.reach, reachRanks(period.reach));
  recode(layers.sites, (key) => period.outlines[key >> 1] ?? 3 + (key & 1));
}

// Codes are kept as they came, and told anew for every period; -1 is not drawn.
function recode(layer, tell) {
  if (!layer) return;
  layer.key = layer.key || layer.code;
  layer.code = layer.key.map(tell);
}

function reachRanks(isOpen) {
  let rank = -1;
  const ranks = isOpen.map((yes) => (yes ? ++rank : -1));
  return (key) => ranks[key];
}

function showPeriod(view, t) {
  const { data, layers, hues, spots, map } = view;
  map.closePopup();
  usePeriod(data, layers, t);
  hues.length = 0;
  catchmentHues(data.open).forEach((hue, rank) => (hues[rank] = hue));
  Object.assign(spots, pointLayer(data.closed.map((row) => row[2]), data.closed.map((row) => row[3])));
  drawFacilities(view);
  document.getElementById("credit").textContent = `${data.periodLabel} · ${data.credit}`;
  refresh(view);
}

function fillPeriods(view, show) {
  const { data } = view;
  const group = document.getElementById("periods");
  group.setAttribute("role", "radiogroup");
  group.setAttribute("aria-label", "Period that the map and the lists show");
  const choosePeriod = (t, focus) => {
    showPeriod(view, t);
    fillLegend(view);
    refillParts(data, show, true);
    buttons.forEach((button, rank) => {
      button.setAttribute("aria-checked", String(rank === t));
      button.tabIndex = rank === t ? 0 : -1;
    });
    document.querySelectorAll("[data-period]").forEach((node) => node.classList.toggle("here", Number(node.dataset.period) === t));
    if (focus) buttons[t].focus();
  };
  const buttons = data.periods.map((period, t) =>
    el("button", { type: "button", role: "radio", on: {
      click: () => choosePeriod(t, false),
      keydown: stepping(t, data.periods.length, (to) => choosePeriod(to, true)),
    } }, el("b", null, period.periodLabel), el("span", null, changes(data, t))));
  group.replaceChildren(...buttons);
  choosePeriod(0, false);
}

// "2 open, 1 closes": what happens on the first day of a period.
function changes(data, t) {
  const bars = data.years.timeline;
  const opens = bars.filter((bar) => bar.first === t).length;
  const closes = bars.filter((bar) => bar.last === t - 1 && bar.ends).length;
  const words = [];
  if (opens) words.push(`${number(opens)} new`);
  if (closes) words.push(`${number(closes)} ${closes === 1 ? "ends" : "end"}`);
  return words.join(", ") || "no change";
}

// Rows of a facility's card: how long it stands, and when that must be decided.
function standing(data, place) {
  if (!data.periods) return [];
  const t = data.shownPeriod;
  const bar = data.years.timeline.find((one) => one.tag === place.tag && one.kind === place.kind && one.first <= t && t <= one.last);
  if (!bar) return [];
  return [["Stands", years(data, bar)], ["Decision", bar.words]];
}

function years(data, bar) {
  const periods = data.years.block.periods;
  const end = periods[bar.last];
  return `${periods[bar.first].first_year}–${end.first_year + end.years - 1}`;
}
