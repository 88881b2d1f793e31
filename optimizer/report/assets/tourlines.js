// How tours are drawn: lines to the right of their street, arrows, stops with their number.
const ARROW_EVERY = 90;
const STOP_ROOM = 17; // pixels between numbered stops; closer ones are dots

// Lorries widest and lowest, bikes thinnest and on top, so that all show on one street.
const WIDTH_OF = { lorry: 2, van: 1.3, hub: 0.8 };

function tourWidth(zoom, hue) {
  return Math.max(1, Math.min(4, 1.1 + 0.55 * (zoom - 12))) * (WIDTH_OF[hue] || 1);
}

function tourTiles(data, layers) {
  return new CanvasTiles((context, on) => paintTours(context, on, data, layers), { zIndex: 6 });
}

function paintTours(context, on, data, layers) {
  const { legs } = layers;
  if (!data.tours || !legs || !dayState.kinds.some(Boolean)) return;
  context.save();
  context.lineCap = context.lineJoin = "round";
  const numbers = found(legs, on.box);
  const { list, vehicles } = data.tours;
  context.globalAlpha = dayState.chosen < 0 ? 0.85 : 0.16;
  vehicles.forEach(([name], kind) => {
    if (!dayState.kinds[kind]) return;
    const hue = VEHICLE_HUES[name] || "none";
    const own = numbers.filter((q) => list.vehicle[legs.code[q]] === kind && legs.code[q] !== dayState.chosen && inHub(data, legs.code[q]));
    strokeShapes(context, legs, own, on, colour(hue), tourWidth(on.zoom, hue));
  });
  context.globalAlpha = 1;
  if (dayState.chosen >= 0) paintChosen(context, on, data, legs);
  else paintMissed(context, on, data);
  context.restore();
}

// Stops that no tour visits.
function paintMissed(context, on, data) {
  context.beginPath();
  data.tours.missed.forEach(([, , , , lon, lat]) => {
    const [x, y] = [worldX(lon) * on.scale - on.left, worldY(lat) * on.scale - on.top];
    [[-4, -4, 4, 4], [-4, 4, 4, -4]].forEach(([a, b, c, d]) => polyline(context, [[x + a, y + b], [x + c, y + d]]));
  });
  context.strokeStyle = colour("ink");
  context.lineWidth = 2;
  context.stroke();
}

// Tours of the hub that is looked at, and those that supply it.
function inHub(data, k) {
  if (dayState.hub === null || data.tours.list.hub[k] === dayState.hub) return true;
  return data.tours.hubs[dayState.hub].came.some(([tour]) => tour === k);
}

function chosenLegs(data) {
  const { list, visits } = data.tours;
  const [from, to] = [list.first[dayState.chosen] + 1, list.first[dayState.chosen + 1]];
  return Array.from({ length: to - from }, (_, k) => from + k)
    .map((q) => ({ q, lit: !dayState.trip || visits.trip[q - 1] === dayState.trip }));
}

function paintChosen(context, on, data, legs) {
  const name = vehicleHue(data, dayState.chosen);
  const hue = colour(name);
  const width = Math.max(2.4, tourWidth(on.zoom, "van") + 0.6);
  const wanted = chosenLegs(data).filter(({ q }) => legs.start[q + 1] > legs.start[q]);
  const lines = wanted.map(({ q, lit }) => ({ q, lit, points: rightOf(pixels(legs, q, on), 0.8 * width) }));
  for (const [style, extra, strength] of [["panel", 3, 0.9], [name, 0, 1]]) {
    context.strokeStyle = colour(style);
    for (const bright of [false, true]) {
      context.globalAlpha = bright ? strength : 0.35 * strength;
      context.lineWidth = width + extra;
      context.beginPath();
      lines.filter(({ lit }) => lit === bright).forEach(({ points }) => polyline(context, points));
      context.stroke();
    }
  }
  context.globalAlpha = 1;
  lines.filter(({ lit }) => lit).forEach(({ points }) => arrows(context, points, 3.2 + width / 2));
  paintStops(context, on, data, hue);
}

function pixels(layer, j, { left, top, scale }) {
  const points = [];
  for (let k = layer.start[j]; k < layer.start[j + 1]; k++) points.push([layer.x[k] * scale - left, layer.y[k] * scale - top]);
  return points;
}

function polyline(context, points) {
  points.forEach(([x, y], k) => (k ? context.lineTo(x, y) : context.moveTo(x, y)));
}

// The line moved to its right, so that a street driven both ways shows two lines.
function rightOf(points, distance) {
  const normals = points.slice(1).map(([x, y], k) => {
    const [dx, dy] = [x - points[k][0], y - points[k][1]];
    const length = Math.hypot(dx, dy) || 1;
    return [-dy / length, dx / length];
  });
  return points.map(([x, y], k) => {
    const [a, b] = [normals[Math.max(0, k - 1)], normals[Math.min(k, normals.length - 1)]];
    if (!a) return [x, y];
    const sum = [a[0] + b[0], a[1] + b[1]];
    const square = sum[0] ** 2 + sum[1] ** 2;
    const reach = square > 0.5 ? (2 * distance) / square : distance / Math.sqrt(square || 1);
    return [x + reach * sum[0], y + reach * sum[1]];
  });
}

function arrows(context, points, size) {
  const lengths = points.slice(1).map(([x, y], k) => Math.hypot(x - points[k][0], y - points[k][1]));
  const total = lengths.reduce((sum, value) => sum + value, 0);
  if (total < 26) return;
  const count = Math.max(1, Math.floor(total / ARROW_EVERY));
  context.fillStyle = colour("ink");
  let [at, k] = [0, 0];
  for (let arrow = 0; arrow < count; arrow++) {
    const goal = ((arrow + 0.5) * total) / count;
    while (k < lengths.length - 1 && at + lengths[k] < goal) at += lengths[k++];
    const share = (goal - at) / (lengths[k] || 1);
    const [[x0, y0], [x1, y1]] = [points[k], points[k + 1]];
    arrowHead(context, x0 + share * (x1 - x0), y0 + share * (y1 - y0), Math.atan2(y1 - y0, x1 - x0), size);
  }
}

function arrowHead(context, x, y, angle, size) {
  const turn = (dx, dy) => [x + dx * Math.cos(angle) - dy * Math.sin(angle), y + dx * Math.sin(angle) + dy * Math.cos(angle)];
  context.beginPath();
  polyline(context, [turn(size, 0), turn(-size, 0.8 * size), turn(-0.4 * size, 0), turn(-size, -0.8 * size)]);
  context.closePath();
  context.fill();
}

// Which stops of the chosen tour have room for their number at this zoom; the same on every tile.
function roomyStops(data, scale) {
  const { visits, list } = data.tours;
  const placed = [];
  const stops = [];
  for (let q = list.first[dayState.chosen]; q < list.first[dayState.chosen + 1]; q++) {
    if (visits.kind[q] !== STOP || (dayState.trip && visits.trip[q] !== dayState.trip)) continue;
    const [x, y] = [worldX(visits.lon[q]) * scale, worldY(visits.lat[q]) * scale];
    const roomy = q === dayState.visit || placed.every(([a, b]) => Math.hypot(a - x, b - y) >= STOP_ROOM);
    if (roomy) placed.push([x, y]);
    stops.push({ q, x, y, roomy });
  }
  return stops;
}

function paintStops(context, on, data, hue) {
  const stops = roomyStops(data, on.scale);
  context.textAlign = "center";
  context.textBaseline = "middle";
  stops.sort((a, b) => Number(a.roomy) - Number(b.roomy) || Number(a.q === dayState.visit) - Number(b.q === dayState.visit));
  for (const { q, x, y, roomy } of stops) {
    const [px, py] = [x - on.left, y - on.top];
    const here = q === dayState.visit;
    const words = String(data.tours.visits.number[q]);
    context.beginPath();
    context.arc(px, py, roomy ? (here ? 11 : 8.5) : 3, 0, 2 * Math.PI);
    context.fillStyle = colour(here ? "ink" : "panel");
    context.fill();
    context.lineWidth = roomy ? 2 : 1.5;
    context.strokeStyle = hue;
    context.stroke();
    if (!roomy) continue;
    context.fillStyle = colour(here ? "panel" : "ink");
    context.font = `600 ${words.length > 2 ? 8 : 10}px system-ui, "DejaVu Sans", sans-serif`;
    context.fillText(words, px, py + 0.5);
  }
}
