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
  'float x = (low + range * v) / every, w = fwidth(x);' +
  'if (lit > 0.5 && k > 0.999 && w < 0.5 && abs(fract(x + 0.5) - 0.5) < 0.7 * w) c *= 0.25;' +
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
  camera.up.set(0, 0, 1);
  camera.position.set(surface.middle[0] + 3, surface.middle[1] - 5, surface.middle[2] + 1.5);
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

const drawStrip = (section, strip) => {
  const LEFT = 60, WIDTH = section.clientWidth || 1000, ROW = 46, rows = strip.traces.length, t = strip.time_ms;
  const all = strip.traces.flatMap(x => x.values).filter(x => x !== null);
  if (!all.length || t.length < 2) return;
  const svg = element('svg', {class: 'strip', viewBox: `0 0 ${WIDTH} ${rows * ROW + 20}`}, section);
  const first = t[0], span = t[t.length - 1] - first || 1, x = ms => LEFT + (ms - first) / span * (WIDTH - LEFT - 5);
  // One scale for all rows, as on paper.
  const size = Math.max(...strip.traces.map(r => {
    const known = r.values.filter(v => v !== null);
    return known.length ? Math.max(...known) - Math.min(...known) : 0;
  })) || 1;
  svg.before(element('p', {text: `${strip.name}; rows of ${+size.toPrecision(3)} ${strip.unit}`}));
  const every = stepOf(span);
  for (let ms = Math.ceil(first / every) * every; ms <= first + span; ms += every) {
    element('line', {x1: x(ms), x2: x(ms), y1: 0, y2: rows * ROW, stroke: '#eee'}, svg);
    element('text', {x: x(ms), y: rows * ROW + 14, 'text-anchor': 'middle', text: +ms.toPrecision(6)}, svg);
  }
  element('text', {x: 4, y: rows * ROW + 14, text: 'ms'}, svg);
  strip.traces.forEach((trace, k) => {
    const known = trace.values.filter(v => v !== null), high = Math.max(...known), low = Math.min(...known);
    const y = v => k * ROW + ROW / 2 - (v - (high + low) / 2) / size * (ROW - 6);
    let path = '', on = false;
    trace.values.forEach((v, i) => {
      if (v !== null) path += `${on ? 'L' : 'M'}${x(t[i]).toFixed(1)} ${y(v).toFixed(1)}`;
      on = v !== null;
    });
    element('text', {x: 4, y: k * ROW + ROW / 2 + 4, text: trace.name}, svg);
    element('path', {d: path, fill: 'none', stroke: '#124', 'stroke-width': 1}, svg);
  });
};

// ---- all of them ----

const read = script => JSON.parse(script.textContent);
const views = [...document.querySelectorAll('section.view')].map(section =>
  ({section, script: section.querySelector('script.data')})).map(v => ({...v, data: read(v.script)}));
views.forEach(v => v.data.maps.forEach(takeRange));
const surfaces = [...document.querySelectorAll('script.surface')].map(read);
views.forEach(({section, script, data}) => {
  const surface = surfaces[script.dataset.surface];
  if (surface && data.maps.length) tryMaps(section, surface, data.maps);
  data.strips.forEach(strip => drawStrip(section, strip));
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
