// Demand points as dots, coloured by main channel or by main hub; areas behind them.
const CHANNEL_COLOURS = ["hub", "shop", "van", "none"];
// Hues that colour-blind readers can tell apart (Paul Tol, "muted" and "light", SRON/EPS/TN/09-002).
const CATCHMENT_HUES = [
  "#cc6677", "#332288", "#117733", "#88ccee", "#882255",
  "#44aa99", "#999933", "#aa4499", "#ddaa33", "#4477aa",
];

// Neighbouring hubs get different hues: each takes the hue that its nearest coloured hubs use least.
function catchmentHues(facilities) {
  const hues = [];
  const done = [];
  facilities.forEach((place, rank) => {
    if (place.kind !== 0) return;
    const near = [...done].sort((a, b) => apart(facilities[a], place) - apart(facilities[b], place));
    const distance = CATCHMENT_HUES.map((_, hue) => {
      const at = near.findIndex((other) => hues[other] === hue);
      return at < 0 ? Infinity : at;
    });
    hues[rank] = distance.indexOf(Math.max(...distance));
    done.push(rank);
  });
  return hues.map((hue) => CATCHMENT_HUES[hue]);
}

function apart(a, b) {
  return (worldX(a.lon) - worldX(b.lon)) ** 2 + (worldY(a.lat) - worldY(b.lat)) ** 2;
}

function pointLayer(lon, lat) {
  const count = lon.length;
  const start = Uint32Array.from({ length: count + 1 }, (_, j) => j);
  return indexed({ count, code: new Int32Array(count), start, lon, lat });
}

function dotRadius(parcels, zoom) {
  const size = Math.max(1.1, Math.min(5, 0.42 * Math.sqrt(parcels)));
  return size * Math.max(0.6, Math.min(3, 2 ** ((zoom - 14) * 0.55)));
}

function pointTiles(data, layer, shown, hues) {
  return new CanvasTiles(
    (context, on) => {
      if (shown.points === "off") return;
      const { points } = data;
      const numbers = found(layer, on.box);
      const styles = dotStyles(points, shown.points, hues);
      for (const [style, chosen] of styles(numbers)) {
        context.fillStyle = style;
        context.beginPath();
        for (const j of chosen) {
          const [x, y] = [layer.x[j] * on.scale - on.left, layer.y[j] * on.scale - on.top];
          const radius = dotRadius(points.parcels[j], on.zoom);
          context.moveTo(x + radius, y);
          context.arc(x, y, radius, 0, 2 * Math.PI);
        }
        context.fill();
      }
    },
    { zIndex: 5 },
  );
}

function dotStyles(points, mode, hues) {
  const style = (j) => {
    if (!points.main) return colour("none");
    if (mode === "hub") return points.hub[j] < 0 ? colour("street0") : hues[points.hub[j]];
    return colour(CHANNEL_COLOURS[points.main[j]]);
  };
  return (numbers) => {
    const groups = new Map();
    for (const j of numbers) {
      const key = style(j);
      if (!groups.has(key)) groups.set(key, []);
      groups.get(key).push(j);
    }
    return groups;
  };
}

// Catchments and walking reach; those of the facility whose card is open are always shown.
function areaTiles(layers, shown, hues) {
  return new CanvasTiles(
    (context, on) => {
      const { catchments, reach } = layers;
      if (shown.catchments) eachArea(catchments, on, (j, code) => paintArea(context, catchments, j, on, hues[code], 0.26));
      if (shown.reach) paintReach(context, reach, on);
      [[catchments, "hub"], [reach, "shop"]].forEach(([layer, name]) =>
        eachArea(layer, on, (j, code) => {
          if (code === shown.chosen) paintArea(context, layer, j, on, colour(name), 0.2, 2);
        }));
    },
    { zIndex: 2 },
  );
}

function eachArea(layer, on, visit) {
  if (!layer) return;
  found(layer, on.box).filter((j) => layer.code[j] >= 0).forEach((j) => visit(j, layer.code[j]));
}

function paintArea(context, layer, j, on, hue, strength, width = 1) {
  context.beginPath();
  trace(context, layer, j, on);
  context.closePath();
  context.globalAlpha = strength;
  context.fillStyle = context.strokeStyle = hue;
  context.fill();
  context.globalAlpha = 0.8;
  context.lineWidth = width;
  context.stroke();
  context.globalAlpha = 1;
}

// Reaches overlap: they are filled as one, so that many do not add up to a darker green.
function paintReach(context, layer, on) {
  context.beginPath();
  eachArea(layer, on, (j) => {
    trace(context, layer, j, on);
    context.closePath();
  });
  context.globalAlpha = 0.2;
  context.fillStyle = context.strokeStyle = colour("shop");
  context.fill("nonzero");
  context.globalAlpha = 0.35;
  context.lineWidth = 0.8;
  context.stroke();
  context.globalAlpha = 1;
}

// The demand point under the pointer, or -1.
function nearestPoint(layer, map, latlng, pixels = 9) {
  const scale = 2 ** map.getZoom();
  const [x, y, reach] = [worldX(latlng.lng), worldY(latlng.lat), pixels / scale];
  let best = -1;
  let least = reach * reach;
  for (const j of found(layer, [x - reach, y - reach, x + reach, y + reach])) {
    const distance = (layer.x[j] - x) ** 2 + (layer.y[j] - y) ** 2;
    if (distance < least) [best, least] = [j, distance];
  }
  return best;
}
