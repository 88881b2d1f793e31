// The answer in figures, and every facility that opens.
const CHANNELS = [["bike", "hub"], ["pickup", "shop"], ["van", "van"], ["unserved", "none"]];
const LISTED = 10;

function tile(value, words) {
  return el("div", { class: "tile" }, el("b", null, value), el("span", null, words));
}

function change(now, before) {
  if (!before) return "";
  const share = now / before - 1;
  if (Math.abs(share) < 0.0005) return "as today";
  return `${percent(Math.abs(share))} ${share < 0 ? "less" : "more"} than today`;
}

function planPart(data, show) {
  if (data.status !== "plan") return noPlan(data);
  const { criteria: now, currency } = data;
  const before = data.periods ? { ...data.baseline, objective: 0, co2eKg: 0, km: {} } : data.baseline; // of all years
  const parcels = data.points.lon.length > 0; // else the scenario is about hotels alone
  const off = (now.channels.bike || 0) + (now.channels.pickup || 0);
  const vanKm = (km) => (km.van || 0) + (km.lorry || 0);
  return [
    data.periods ? el("p", { class: "soft" }, `The years ${data.periodLabel}. Buttons above the map choose other years.`) : null,
    el("div", { class: "tiles" },
      tile(`${money(now.objective)} ${currency}`, ["a year, all counted", change(now.objective, before.objective)].filter(Boolean).join("; ")),
      parcels ? tile(percent(off), "of parcels off vans") : tile(`${number(now.letM2)} m²`, "let to businesses"),
      parcels ? tile(`${number(vanKm(now.km))} km`, ["a day by van and lorry", change(vanKm(now.km), vanKm(before.km))].filter(Boolean).join("; "))
        : tile(number(now.jobs), "jobs in hotels"),
      tile(`${tonnes(now.co2eKg)} t`, ["CO2e a year", change(now.co2eKg, before.co2eKg)].filter(Boolean).join("; "))),
    parcels ? el("h2", null, "How parcels reach people") : null,
    parcels ? channelBar(data, now.channels) : null,
    ...KINDS.map((_, kind) => facilityList(data, kind, show)),
    data.violations.length ? el("div", { class: "alert" }, data.violations.map((row) => el("p", null, row.join(": ")))) : null,
  ];
}

function noPlan(data) {
  const helps = data.conflicts.some((row) => row[3]);
  const rules = data.conflicts.map((row) => row.slice(0, helps ? 4 : 3));
  const columns = [["Family", false], ["Rule", false], ["What it asks", false], ["What would be enough", false]].slice(0, helps ? 4 : 3);
  return [
    el("div", { class: "alert" }, data.proof.words.map((words) => el("p", null, words))),
    rules.length ? el("h2", null, "Rules that cannot all be kept") : null,
    rules.length ? table(columns, rules) : null,
    rules.length ? el("p", { class: "soft" }, "Loosen at least one of them; the others can then be kept together or name the next conflict.") : null,
  ];
}

function channelBar(data, shares) {
  const used = CHANNELS.filter(([name]) => shares[name] > 0);
  const bar = used.map(([name, hue]) =>
    el("div", { style: { width: `${100 * shares[name]}%`, background: `var(--${hue})` } }));
  const keys = used.map(([name, hue]) =>
    el("li", null, el("i", { style: { background: `var(--${hue})` } }),
      `${name === "van" ? "By van to the door" : data.figureWords[name]} ${percent(shares[name])}`));
  return el("div", null, el("div", { class: "stack", "aria-hidden": "true" }, bar), el("ul", { class: "keys" }, keys));
}

function facilityList(data, kind, show) {
  const places = data.open.filter((place) => place.kind === kind);
  if (!places.length) return null;
  const hotel = kind === 1;
  const columns = [["", false, "mark"], ["Where", false], ["Design", false], [hotel ? "Let m²" : "Parcels/day", true], ["Use", true]];
  const row = (place) => [
    sign(kind, 22, kind === 2 ? "" : place.tag),
    el("button", { type: "button", class: "go", on: { click: () => show(place) } }, place.name),
    place.design,
    number(hotel ? place.letM2 : place.parcels),
    percent(place.use),
  ];
  const first = table(columns, places.slice(0, LISTED).map(row));
  const rest = places.slice(LISTED);
  const title = data.nouns[KINDS[kind]][places.length === 1 ? 0 : 1];
  return el("div", null,
    el("h2", null, `${number(places.length)} ${title}`),
    first,
    rest.length ? el("details", null, el("summary", null, `${number(rest.length)} more`), table(columns, rest.map(row))) : null);
}
