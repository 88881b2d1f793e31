// Geometry arrives as gzip in base64: LEB128 integers, microdegrees, differences.
const DEGREE = 1e6;
const GRID = 64;

async function unpack(text) {
  const packed = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return readShapes(new Uint8Array(await new Response(stream).arrayBuffer()));
}

function readShapes(bytes) {
  let at = 0;
  function whole() {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = bytes[at++];
      value += (byte & 127) * scale;
      if (byte < 128) return value;
      scale *= 128;
    }
  }
  const count = whole();
  const code = new Int32Array(count);
  const start = new Uint32Array(count + 1);
  for (let j = 0; j < count; j++) {
    code[j] = whole();
    start[j + 1] = start[j] + whole();
  }
  const columns = [0, 1].map(() => {
    const values = new Float64Array(start[count]);
    let sum = 0;
    for (let k = 0; k < values.length; k++) {
      const raw = whole();
      sum += raw % 2 ? -(raw + 1) / 2 : raw / 2;
      values[k] = sum / DEGREE;
    }
    return values;
  });
  return indexed({ count, code, start, lon: columns[0], lat: columns[1] });
}

// World position at zoom 0: the whole earth is a square of 256 units (Web Mercator, EPSG:3857).
function worldX(lon) {
  return ((lon + 180) / 360) * 256;
}

function worldY(lat) {
  const sine = Math.sin((Math.max(-85, Math.min(85, lat)) * Math.PI) / 180);
  return (0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)) * 256;
}

// Adds world positions, boxes, and a grid of cells so that a tile finds its shapes quickly.
function indexed(shapes) {
  const { count, start } = shapes;
  const x = Float64Array.from(shapes.lon, worldX);
  const y = Float64Array.from(shapes.lat, worldY);
  const box = new Float64Array(4 * count);
  const all = [Infinity, Infinity, -Infinity, -Infinity];
  for (let j = 0; j < count; j++) {
    const b = [Infinity, Infinity, -Infinity, -Infinity];
    for (let k = start[j]; k < start[j + 1]; k++) {
      b[0] = Math.min(b[0], x[k]);
      b[1] = Math.min(b[1], y[k]);
      b[2] = Math.max(b[2], x[k]);
      b[3] = Math.max(b[3], y[k]);
    }
    box.set(b, 4 * j);
    for (const side of [0, 1]) {
      all[side] = Math.min(all[side], b[side]);
      all[side + 2] = Math.max(all[side + 2], b[side + 2]);
    }
  }
  const cells = Array.from({ length: GRID * GRID }, () => []);
  const layer = { ...shapes, x, y, box, all, cells, seen: new Uint32Array(count), round: 0 };
  for (let j = 0; j < count; j++) {
    if (start[j + 1] > start[j]) eachCell(layer, box.subarray(4 * j, 4 * j + 4), (c) => c.push(j));
  }
  return layer;
}

function eachCell(layer, box, visit) {
  const { all, cells } = layer;
  const cell = (value, side) => {
    const span = all[side + 2] - all[side] || 1;
    return Math.max(0, Math.min(GRID - 1, Math.floor(((value - all[side]) / span) * GRID)));
  };
  for (let row = cell(box[1], 1); row <= cell(box[3], 1); row++) {
    for (let column = cell(box[0], 0); column <= cell(box[2], 0); column++) {
      visit(cells[row * GRID + column]);
    }
  }
}

// Numbers of the shapes that may touch a box, each once, in order.
function found(layer, box) {
  const { all, seen } = layer;
  if (box[0] > all[2] || box[2] < all[0] || box[1] > all[3] || box[3] < all[1]) return [];
  const round = ++layer.round;
  const numbers = [];
  eachCell(layer, box, (cell) => {
    for (const j of cell) {
      if (seen[j] !== round) {
        seen[j] = round;
        numbers.push(j);
      }
    }
  });
  return numbers.sort((a, b) => a - b);
}
