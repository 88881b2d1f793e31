// Hotels as sections: the ground floor at the bottom, tenants as wide as the floor they take.
function hotelPart(data, show) {
  if (data.stock && data.inside) return housesPart(data, show);
  if (!data.hotels.length) {
    return [el("p", null, "No productive hotel opens in this plan."), homeless(data)];
  }
  const keys = [["productive", "Productive tenant"], ["other", "Other tenant"], ["hub", "Micro-hub"], ["empty", "Vacant"]];
  return [
    el("p", { class: "soft" }, "Each bar is a floor, as wide as its lettable area. ♪ noisy, ♡ sensitive to noise, ▣ needs a loading dock."),
    el("ul", { class: "keys legend" }, keys.map(([name, words]) => el("li", null, el("i", { class: `room ${name}` }), words))),
    ...data.hotels.map((hotel) => hotelSection(data, hotel, show)),
    homeless(data),
  ];
}

function hotelSection(data, hotel, show) {
  const place = data.open[hotel.open];
  const levels = [...hotel.levels].sort((a, b) => b.number - a.number);
  const most = Math.max(...levels.map((level) => level.areaM2));
  const tenants = levels.flatMap((level) => level.tenants.map((tenant) => [level.number, tenant]));
  const jobs = tenants.reduce((sum, [, tenant]) => sum + tenant.jobs, 0);
  return el("section", { class: "hotel" },
    el("h3", null, sign(1, 22, place.tag),
      el("button", { type: "button", class: "name", on: { click: () => show(place) } }, place.name)),
    el("p", { class: "soft small" },
      `${place.design}; ${number(tenants.length)} tenants, ${number(place.letM2)} m² let (${percent(place.use)}), ${number(jobs)} jobs, ${hotel.docks} docks`),
    el("div", { class: "floors" }, levels.map((level) => floorBar(level, most))),
    el("details", null, el("summary", null, "Floors and tenants as a table"), tenantTable(levels)));
}

function floorBar(level, most) {
  const rooms = level.tenants.map((tenant) => room(tenant.areaM2, level, tenant.productive ? "productive" : "other",
    marked(tenant), `${tenant.name}, ${tenant.sector}, ${number(tenant.areaM2)} m², ${number(tenant.load)} kg/m²`));
  if (level.hubM2) rooms.unshift(room(level.hubM2, level, "hub", "Hub", `Micro-hub, ${number(level.hubM2)} m²`));
  const left = level.areaM2 - level.hubM2 - level.tenants.reduce((sum, tenant) => sum + tenant.areaM2, 0);
  if (left > 0) rooms.push(room(left, level, "empty", left > 0.12 * level.areaM2 ? `${number(left)} m²` : "", `Vacant, ${number(left)} m²`));
  const words = level.number === 0 ? "Ground floor" : `Level ${level.number}`;
  return el("div", { class: "floor", title: `${words}: ${number(level.areaM2)} m², ${number(level.load)} kg/m², ${number(level.height, 1)} m high`,
    style: { width: `${(100 * level.areaM2) / most}%` } },
    el("div", { class: "number" }, level.number === 0 ? "G" : String(level.number)),
    el("div", { class: "rooms" }, rooms));
}

function room(area, level, name, words, title) {
  return el("div", { class: `room ${name}`, title, style: { width: `${(100 * area) / level.areaM2}%` } }, el("span", null, words));
}

function marked(tenant) {
  const signs = `${tenant.noise === "noisy" ? "♪" : ""}${tenant.noise === "sensitive" ? "♡" : ""}${tenant.dock ? "▣" : ""}`;
  return signs ? `${signs} ${tenant.name}` : tenant.name;
}

function tenantTable(levels) {
  const rows = levels.flatMap((level) => {
    const bears = `bears ${number(level.load)} kg/m²`;
    if (!level.tenants.length) return [[String(level.number), "vacant", bears, number(level.areaM2 - level.hubM2), ""]];
    return level.tenants.map((tenant) => [
      String(level.number), marked(tenant), tenant.sector, number(tenant.areaM2), number(tenant.load),
    ]);
  });
  return table([["Level", true], ["Tenant", false], ["Sector", false], ["m²", true], ["kg/m²", true]], rows);
}

function homeless(data) {
  if (!data.homeless.length) return null;
  const rows = data.homeless.map(([name, sector, area]) => [name, sector, number(area)]);
  return el("details", { class: "screen" },
    el("summary", null, `${number(rows.length)} businesses find no place in this plan (tables/tenants.csv)`),
    table([["Business", false], ["Sector", false], ["m²", true]], rows));
}
