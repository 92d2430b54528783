'use strict';
// Tables: a click on a head sorts by its column, a second one the other way round; what is missing comes last.
document.querySelectorAll('table.sorted').forEach(table => {
  const heads = [...table.querySelectorAll('th')], body = table.querySelector('tbody');
  heads.forEach((head, column) => head.onclick = () => {
    const up = head.dataset.up !== '1';
    heads.forEach(h => delete h.dataset.up);
    head.dataset.up = up ? '1' : '0';
    const key = row => row.cells[column].dataset.value ?? row.cells[column].textContent;
    [...body.rows].sort((a, b) => {
      const x = key(a), y = key(b);
      if (x === '' || y === '') return (x === '') - (y === '');
      const d = isNaN(x) || isNaN(y) ? x.localeCompare(y) : x - y;
      return up ? d : -d;
    }).forEach(row => body.append(row));
  });
});

const element = (name, attributes = {}, parent = null) => {
  const e = name === 'svg' || parent instanceof SVGElement ?
    document.createElementNS('http://www.w3.org/2000/svg', name) : document.createElement(name);
  for (const key in attributes)
    key === 'text' ? e.textContent = attributes[key] : e.setAttribute(key, attributes[key]);
  if (parent) parent.append(e);
  return e;
};

// Whole numbers of 16 bits, the lowest byte first.
const numbers = text => {
  const bytes = atob(text), out = new Uint16Array(bytes.length / 2);
  for (let i = 0; i < out.length; i++) out[i] = bytes.charCodeAt(2 * i) | bytes.charCodeAt(2 * i + 1) << 8;
  return out;
};
const NEVER = 65535;

// ---- maps ----

// Early is red, late is violet, as electrophysiologists draw it. The same in the picture and in its bar.
const hue = 'vec3 colour(float t) {' +
  'vec3 h = abs(fract(vec3(0.0, 0.6667, 0.3333) + 0.8 * t) * 6.0 - 3.0) - 1.0;' +
  'return mix(vec3(1.0), clamp(h, 0.0, 1.0), 0.85) * 0.95; }';
const css = t => {
  const part = k => {
    const h = Math.abs((k + 0.8 * t) % 1 * 6 - 3) - 1;
    return Math.round(255 * 0.95 * (0.15 + 0.85 * Math.min(Math.max(h, 0), 1)));
  };
  return `rgb(${part(0)},${part(0.6667)},${part(0.3333)})`;
};

// A step of 1, 2 or 5 that cuts a range into 5 to 15 parts.
const stepOf = range => {
  if (!(range > 0)) return 1;
  const p = Math.pow(10, Math.floor(Math.log10(range / 5)));
  return range / p >= 30 ? 5 * p : range / p >= 15 ? 2 * p : p;
};

const vertexShader = 'attribute float value; attribute float known; varying float v; varying float k; varying vec3 at;' +
  'void main() { v = value; k = known; vec4 p = modelViewMatrix * vec4(position, 1.0); at = p.xyz;' +
  'gl_Position = projectionMatrix * p; }';
const fragmentShader = 'varying float v; varying float k; varying vec3 at; uniform float low; uniform float range;' +
  'uniform float every; uniform float lit;' + hue +
  'void main() { vec3 c = k < 0.999 ? vec3(0.7) : colour(v);' +
  'float x = (low + range * v) / every, w = length(vec2(dFdx(x), dFdy(x)));' + // of a pixel, in steps from line to line
  'if (lit > 0.5 && k > 0.999 && w < 0.4) c *= mix(0.2, 1.0, smoothstep(0.5 * w, 1.5 * w, abs(fract(x + 0.5) - 0.5)));' +
  'vec3 n = normalize(cross(dFdx(at), dFdy(at)));' +
  'gl_FragColor = vec4(c * (lit > 0.5 ? 0.45 + 0.55 * abs(n.z) : 1.0), 1.0); }';

const geometryOf = (surface, index) => {
  const geometry = new THREE.BufferGeometry();
  geometry.setAttribute('position', new THREE.BufferAttribute(surface.xyz, 3));
  geometry.setIndex(new THREE.BufferAttribute(index, 1));
  return geometry;
};

const unpack = surface => {
  if (surface.xyz) return;
  const places = numbers(surface.places);
  surface.xyz = Float32Array.from(places, x => (x / NEVER - 0.5) * 2);
  // The box is as long as its longest side: the others are not in the middle of it.
  const most = [0, 0, 0];
  places.forEach((x, i) => most[i % 3] = Math.max(most[i % 3], x));
  surface.middle = most.map(x => x / NEVER - 1);
  surface.index = numbers(surface.triangles);
  surface.edges = numbers(surface.lines);
};

const cameras = []; // of all maps, which turn together
const follow = (from, draws) => cameras.forEach(c => {
  if (c.camera !== from) {
    c.camera.position.copy(from.position);
    c.camera.up.copy(from.up);
    c.camera.zoom = from.zoom;
    c.controls.target.copy(draws.controls.target);
    c.camera.lookAt(c.controls.target);
    c.camera.updateProjectionMatrix();
  }
  c.draw();
});

const colourBar = (parent) => {
  const row = element('div', {class: 'bar'}, parent), low = element('span', {}, row);
  const bar = element('canvas', {width: 200, height: 1}, row), high = element('span', {}, row);
  const pen = bar.getContext('2d'), note = element('span', {}, row);
  for (let i = 0; i < 200; i++) { pen.fillStyle = css(i / 199); pen.fillRect(i, 0, 1, 1); }
  return (from, to, unit) => {
    const digits = x => isFinite(x) ? String(+x.toPrecision(4)) : '';
    low.textContent = digits(from);
    high.textContent = digits(to) + (unit && unit !== '1' ? ' ' + unit : '');
    note.textContent = from < to ? `a line every ${+stepOf(to - from).toPrecision(2)}; grey: never` : '';
  };
};

// A map of the same name has the same colours all over the page.
const ranges = {};
const takeRange = map => {
  const r = ranges[map.name] = ranges[map.name] || {low: Infinity, high: -Infinity};
  if (map.low === null) return;
  r.low = Math.min(r.low, map.low);
  r.high = Math.max(r.high, map.high);
};

const drawMaps = (section, surface, maps) => {
  const box = element('div', {class: 'map'}, section), canvas = element('canvas', {}, box);
  const select = element('select', {'aria-label': 'map'}, box);
  maps.forEach((m, k) => element('option', {value: k, text: m.name.replace(/_/g, ' '), title: m.meaning}, select));
  const width = box.clientWidth || 600, height = Math.round(Math.min(width * 0.75, 560));
  const renderer = new THREE.WebGLRenderer({canvas, antialias: true, preserveDrawingBuffer: true});
  renderer.setPixelRatio(window.devicePixelRatio || 1);
  renderer.setSize(width, height, false);
  canvas.style.height = height + 'px';
  renderer.setClearColor(0xffffff);
  const uniforms = {low: {value: 0}, range: {value: 1}, every: {value: 1}, lit: {value: 1}};
  const material = lit => new THREE.ShaderMaterial({uniforms: {...uniforms, lit: {value: lit}}, vertexShader,
    fragmentShader, side: THREE.DoubleSide, extensions: {derivatives: true}});
  const scene = new THREE.Scene();
  unpack(surface);
  const skin = geometryOf(surface, surface.index), wires = geometryOf(surface, surface.edges);
  scene.add(new THREE.Mesh(skin, material(1)));
  scene.add(new THREE.LineSegments(wires, material(0)));
  const half = 0.9 * Math.hypot(...surface.middle.map(x => x + 1)), wide = half * width / height;
  const camera = new THREE.OrthographicCamera(-wide, wide, half, -half, 0.1, 20);
  // Sheets are seen from above.
  const from = surface.middle.map(x => x > -1).every(Boolean) ? [3, -5, 1.5] : surface.middle.map(x => x > -1 ? 0 : 5);
  camera.up.set(0, from[2] === 5 ? 1 : 0, from[2] === 5 ? 0 : 1);
  camera.position.set(...surface.middle.map((x, k) => x + from[k]));
  const controls = new THREE.TrackballControls(camera, canvas);
  controls.target.set(...surface.middle);
  controls.staticMoving = true;
  controls.rotateSpeed = 3;
  const self = {camera, controls, draw: () => renderer.render(scene, camera)};
  const bar = colourBar(box);
  const show = map => {
    const q = numbers(map.values), {low, high} = ranges[map.name], range = high > low ? high - low : 1;
    const value = Float32Array.from(q, x => x === NEVER ? 0 :
      (map.low + (map.high - map.low) * x / (NEVER - 1) - low) / range);
    const known = Float32Array.from(q, x => x === NEVER ? 0 : 1);
    [skin, wires].forEach(g => {
      g.setAttribute('value', new THREE.BufferAttribute(value, 1));
      g.setAttribute('known', new THREE.BufferAttribute(known, 1));
    });
    uniforms.low.value = low <= high ? low : 0;
    uniforms.range.value = range;
    uniforms.every.value = stepOf(range);
    bar(low, high, map.unit);
    self.draw();
  };
  select.onchange = () => show(maps[select.value]);
  camera.lookAt(controls.target);
  controls.handleResize();
  controls.addEventListener('change', () => follow(camera, self));
  const turn = () => { controls.update(); requestAnimationFrame(turn); };
  cameras.push(self);
  show(maps[0]);
  requestAnimationFrame(turn);
};

const tryMaps = (section, surface, maps) => {
  if (typeof THREE === 'undefined')
    return element('p', {class: 'missing', text: 'No maps: the program that made this page was built without three.js ' +
      '(scripts/install-dependencies.sh build).'}, section);
  try {
    drawMaps(section, surface, maps);
  } catch (e) {
    element('p', {class: 'missing', text: 'No maps: this browser has no WebGL (' + e.message + ').'}, section);
  }
};

// ---- strips ----

const words = name => name.replace(/_/g, ' ');

// How high the rows of strips of a name are, all over the page.
const stripSizes = {};
const takeSize = strip => strip.traces.forEach(trace => {
  const known = trace.values.filter(v => v !== null);
  const size = known.length ? Math.max(...known) - Math.min(...known) : 0;
  stripSizes[strip.name] = Math.max(stripSizes[strip.name] || 0, size) || 1;
});

// What a device writes down, below the signals that it writes it down about: a tick and its letters.
const MARKS = 34;
const markerOf = (strip, tables) => {
  const device = (strip.variable || '').replace(/_[^_]*$/, '');
  const column = (name, c) => c.name === `${device}_${name}`;
  const table = tables.find(t => t.columns.some(c => column('marker', c)));
  if (!device || !table) return null;
  return {time: table.columns.find(c => column('marker_time', c)).values,
    text: table.columns.find(c => column('marker', c)).values};
};
const drawMarks = (svg, marks, x, top) => {
  const group = element('g', {class: 'marks'}, svg);
  element('text', {x: 4, y: top + 14, text: 'markers'}, group);
  let rows = [-Infinity, -Infinity];
  marks.time.forEach((ms, k) => {
    const at = x(ms), row = at - rows[0] > 22 ? 0 : 1;
    rows[row] = at;
    element('line', {x1: at, x2: at, y1: top, y2: top + 6, stroke: '#8a1c1c'}, group);
    element('text', {x: at, y: top + 16 + 11 * row, 'text-anchor': 'middle', text: marks.text[k]}, group);
  });
};

const drawStrip = (section, strip, tables) => {
  const LEFT = 60, WIDTH = section.clientWidth || 1000, ROW = 46, rows = strip.traces.length, t = strip.time_ms;
  const all = strip.traces.flatMap(x => x.values).filter(x => x !== null);
  if (!all.length || t.length < 2) return;
  const marks = markerOf(strip, tables), bottom = rows * ROW + (marks ? MARKS : 0);
  const svg = element('svg', {class: 'strip', viewBox: `0 0 ${WIDTH} ${bottom + 20}`}, section);
  const first = t[0], span = t[t.length - 1] - first || 1, x = ms => LEFT + (ms - first) / span * (WIDTH - LEFT - 22);
  // One scale for all rows, as on paper, and for all members; but leads of a device may be of anything.
  const apart = /_electrogram$/.test(strip.variable || '');
  const size = stripSizes[strip.name];
  const device = apart ? words(strip.variable.replace(/_electrogram$/, '')) + ': ' : '';
  svg.before(element('p', {text: device + strip.name + (apart ? '' : ` (each row is ${+size.toPrecision(3)} ${strip.unit} high)`)}));
  if (marks) drawMarks(svg, marks, x, rows * ROW);
  const every = stepOf(span);
  for (let ms = Math.ceil(first / every) * every; ms <= first + span; ms += every) {
    element('line', {x1: x(ms), x2: x(ms), y1: 0, y2: bottom, stroke: '#eee'}, svg);
    element('text', {x: x(ms), y: bottom + 14, 'text-anchor': 'middle', text: +ms.toPrecision(6)}, svg);
  }
  element('text', {x: 4, y: bottom + 14, text: 'ms'}, svg);
  strip.traces.forEach((trace, k) => {
    const known = trace.values.filter(v => v !== null), high = Math.max(...known), low = Math.min(...known);
    const own = apart ? high - low || 1 : size;
    const y = v => k * ROW + ROW / 2 - (v - (high + low) / 2) / own * (ROW - 6);
    if (apart) element('text', {x: 4, y: k * ROW + ROW / 2 + 17, text: `${+own.toPrecision(2)} ${strip.unit}`}, svg);
    let path = '', on = false;
    trace.values.forEach((v, i) => {
      if (v !== null) path += `${on ? 'L' : 'M'}${x(t[i]).toFixed(1)} ${y(v).toFixed(1)}`;
      on = v !== null;
    });
    element('text', {x: 4, y: k * ROW + ROW / 2 + 4, text: trace.name}, svg);
    element('path', {d: path, fill: 'none', stroke: '#124', 'stroke-width': 1}, svg);
  });
};

// ---- tables and plots ----

const axisName = c => words(c.name) + (c.unit && c.unit !== '1' ? ` (${c.unit})` : '');

// y against x: dots that are joined, or steps.
const drawPlot = (parent, xs, ys, caption, steps) => {
  const points = xs.values.map((x, k) => [x, ys.values[k]]).filter(p => p[0] !== null && p[1] !== null);
  if (points.length < 2) return;
  const W = 400, H = 250, L = 52, B = 36, T = 10, R = 10;
  const figure = element('figure', {}, parent);
  element('figcaption', {text: caption}, figure);
  const svg = element('svg', {class: 'plot', viewBox: `0 0 ${W} ${H}`}, figure);
  const range = k => {
    const low = Math.min(...points.map(p => p[k])), high = Math.max(...points.map(p => p[k]));
    const every = stepOf(high - low || 1), from = Math.floor(low / every) * every;
    return {from, to: Math.max(Math.ceil(high / every) * every, from + every), every};
  };
  const rx = range(0), ry = range(1);
  const x = v => L + (v - rx.from) / (rx.to - rx.from) * (W - L - R);
  const y = v => H - B - (v - ry.from) / (ry.to - ry.from) * (H - B - T);
  for (let v = rx.from; v <= rx.to * (1 + 1e-9); v += rx.every * 2) {
    element('line', {x1: x(v), x2: x(v), y1: T, y2: H - B, stroke: '#eee'}, svg);
    element('text', {x: x(v), y: H - B + 14, 'text-anchor': 'middle', text: +v.toPrecision(6)}, svg);
  }
  for (let v = ry.from; v <= ry.to * (1 + 1e-9); v += ry.every * 2) {
    element('line', {x1: L, x2: W - R, y1: y(v), y2: y(v), stroke: '#eee'}, svg);
    element('text', {x: L - 5, y: y(v) + 4, 'text-anchor': 'end', text: +v.toPrecision(6)}, svg);
  }
  element('text', {x: (L + W - R) / 2, y: H - 5, 'text-anchor': 'middle', text: axisName(xs)}, svg);
  element('text', {x: 0, y: 0, transform: `translate(12 ${(T + H - B) / 2}) rotate(-90)`, 'text-anchor': 'middle',
    text: axisName(ys)}, svg);
  const path = points.map((p, k) => k === 0 ? `M${x(p[0]).toFixed(1)} ${y(p[1]).toFixed(1)}` :
    (steps ? `H${x(p[0]).toFixed(1)}V` : `L${x(p[0]).toFixed(1)} `) + y(p[1]).toFixed(1)).join('');
  element('path', {d: path, fill: 'none', stroke: '#1f4e79', 'stroke-width': 1.2}, svg);
  if (!steps) points.forEach(p => element('circle', {cx: x(p[0]), cy: y(p[1]), r: 2.5, fill: '#1f4e79'}, svg));
};

// What is drawn of tables, by the names of their columns.
const PLOTS = [
  ['restitution_rest', 'restitution_apd', 'Restitution: how long the action potential is after so much rest'],
  ['restitution_rest', 'restitution_velocity', 'Restitution: how fast the wave is after so much rest'],
  ['wavefront_time', 'wavefronts', 'How many wavefronts there are', true]];
const drawTables = (section, tables) => {
  const plots = element('div', {class: 'plots'}, section);
  tables.forEach(table => {
    const column = name => table.columns.find(c => c.name === name);
    const drawn = PLOTS.filter(p => column(p[0]) && column(p[1]));
    drawn.forEach(([a, b, caption, steps]) => drawPlot(plots, column(a), column(b), caption, steps));
    if (table.columns.some(c => /_marker$/.test(c.name)) || table.columns[0].values.length > 100) return;
    const details = element('details', {}, section);
    element('summary', {text: 'Table: ' + words(table.name.replace(/^num_/, ''))}, details);
    const grid = element('table', {}, element('div', {class: 'wide'}, details)), head = element('tr', {}, grid);
    table.columns.forEach(c => element('th', {text: axisName(c), title: c.meaning}, head));
    table.columns[0].values.forEach((_, k) => {
      const row = element('tr', {}, grid);
      table.columns.forEach(c => element('td', {text: c.values[k] ?? ''}, row));
    });
  });
};

// ---- all of them ----

const read = script => JSON.parse(script.textContent);
const views = [...document.querySelectorAll('section.view')].map(section =>
  ({section, script: section.querySelector('script.data')})).map(v => ({...v, data: read(v.script)}));
views.forEach(v => v.data.maps.forEach(takeRange));
views.forEach(v => v.data.strips.forEach(takeSize));
const surfaces = [...document.querySelectorAll('script.surface')].map(read);
views.forEach(({section, script, data}) => {
  const surface = surfaces[script.dataset.surface];
  if (surface && data.maps.length) tryMaps(section, surface, data.maps);
  data.strips.forEach(strip => drawStrip(section, strip, data.tables || []));
  drawTables(section, data.tables || []);
  if (!data.made.length) return;
  const made = element('details', {}, section);
  element('summary', {text: 'how it was made'}, made);
  const table = element('table', {}, made);
  const shown = surface && surface.points ? [...data.made, ['shown', surface.points + ' points of the surface' +
    (surface.cell_mm ? ', one in each cube of ' + surface.cell_mm.toPrecision(3) + ' mm' : ', every node')]] : data.made;
  shown.forEach(([name, text]) => {
    const row = element('tr', {}, table);
    element('td', {text: name.replace(/_/g, ' ')}, row);
    element('td', {text}, row);
  });
});
