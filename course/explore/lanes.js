// The lanes of a run, in a page: hover, zoom, pan, a cursor that scrubs, and a live server whose clients you are.
//
// One module without a build step. anywidget calls `render`; a saved page calls `show` with the same data, which
// course/explore/view.py makes: it says there what the colours, hatches, marks and words are. Times are seconds
// since the first client began to connect; the end of a span is null while it goes on.

const WAITING = ["queued", "waiting", "connected"];
const LABELLED = 16; // lanes; up to here each has its name beside it
const LEFT = 84; // pixels for the names
const STEPS = 34; // pixels for the line above the lanes
const AXIS = 22; // pixels for the times below the last lane
const SECOND = 1000; // milliseconds between two announcements to screen readers
const SILENCE = 4 * SECOND; // a kernel that has not reported for so long is said to be gone
const FOLLOWED = 60; // seconds of a live server that are seen at once

// What can be tested without a page

export function duration(seconds) {
  if (seconds >= 0.1) return `${seconds.toFixed(2)} s`;
  return `${(seconds * 1000).toFixed(seconds >= 0.001 || !seconds ? 1 : 2)} ms`;
}

export const nameOf = (lane) => lane.name ?? `client ${lane.number}`;
const by = (worker) => (worker === "loop" ? "the loop" : worker);

/** Numbers with neighbours grouped: "clients 1, 3 to 8". */
export function clients(numbers) {
  if (!numbers.length) return "nobody";
  const groups = [];
  for (const number of [...numbers].sort((a, b) => a - b)) {
    if (groups.length && number === groups.at(-1)[1] + 1) groups.at(-1)[1] = number;
    else groups.push([number, number]);
  }
  const texts = groups.map(([a, b]) => (a === b ? `${a}` : `${a} ${b === a + 1 ? "and" : "to"} ${b}`));
  return `${numbers.length === 1 ? "client" : "clients"} ${texts.join(", ")}`;
}

/** How long a lane was in one of the phases, in seconds. */
export function spent(lane, phases, now) {
  return lane.spans.reduce((sum, [phase, a, b]) => sum + (phases.includes(phase) ? (b ?? now) - a : 0), 0);
}

/** The lanes by arrival, or by how long they waited, the longest first. */
export function sorted(lanes, byWaiting, now) {
  const waited = new Map(byWaiting ? lanes.map((lane) => [lane, spent(lane, WAITING, now)]) : []);
  return [...lanes].sort((a, b) => (waited.get(b) ?? 0) - (waited.get(a) ?? 0) || a.number - b.number);
}

/** The phase of a lane at a moment: "not connected yet" before its first, "gone" after its last. */
export function phaseAt(lane, at, now) {
  if (!lane.spans.length || at < lane.spans[0][1]) return "not connected yet";
  const span = lane.spans.find(([, a, b]) => a <= at && (b === null ? at <= now : at < b));
  return !span || span[0] === "over" ? "gone" : span[0];
}

/** Who is in service by whom, and who is queued, at a moment, as a sentence. */
export function moment(run, at, now) {
  const found = {};
  for (const lane of run.lanes) (found[phaseAt(lane, at, now)] ??= []).push(lane);
  const served = found["in service"] ?? [];
  const few = served.map((lane) => `${nameOf(lane)} by ${by(lane.worker)}`).join(", ");
  const parts = [`in service: ${served.length > 8 ? served.length : few || "nobody"}`];
  for (const phase of ["queued", "waiting", "connected", "accepted", "connecting", "gone", "not connected yet"])
    if (found[phase] || phase === "queued")
      parts.push(`${phase}: ${clients((found[phase] ?? []).map((lane) => lane.number))}`);
  return parts.join("; ");
}

/** All that is known of a lane, as a sentence. */
export function described(lane, now) {
  const times = lane.spans.map(
    ([phase, a, b]) => `${phase} ${duration((b ?? now) - a)}${phase === "in service" ? ` by ${by(lane.worker)}` : ""}`,
  );
  const end = lane.open ? "still connected" : lane.error ? `${lane.ending}: ${lane.error}` : lane.ending;
  return `${nameOf(lane)}${lane.from ? ` from ${lane.from}` : ""}: ${times.join(", ")}; ${end}${lane.reply ? `, received ${lane.reply}` : ""}`;
}

/** The line above the lanes: [moment, how many are in service from then on]. */
export function steps(lanes, now) {
  const changes = [];
  for (const lane of lanes)
    for (const [phase, a, b] of lane.spans) if (phase === "in service") changes.push([a, 1], [b ?? now, -1]);
  changes.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  let count = 0;
  return [[0, 0], ...changes.map(([at, by]) => [at, (count += by)])];
}

/** Round moments between two, at most so many. */
export function ticks([from, to], most) {
  const least = (to - from) / most;
  const power = 10 ** Math.floor(Math.log10(least));
  const step = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= least * 0.999999);
  const first = Math.ceil(from / step - 1e-9);
  const found = [];
  for (let n = first; n * step <= to + step * 1e-9; n++) found.push(Number((n * step).toPrecision(12)));
  return found;
}

/** A stretch moved to lie within [0, end]. */
export function within([from, to], end) {
  const length = Math.min(to - from, end);
  const start = Math.min(Math.max(from, 0), end - length);
  return [start, start + length];
}

/** A stretch made `factor` times as long; `at` stays where it is. */
export function zoomed([from, to], factor, at, end, least = 1e-5) {
  const wanted = Math.max(least, (to - from) * factor) / (to - from);
  return within([at - (at - from) * wanted, at + (to - at) * wanted], end);
}

/** How a worker's bars look: colours first, then the hatches. */
export function look(run, worker, palette) {
  const place = Math.max(0, run.workers.indexOf(worker));
  const colours = palette.colours.length;
  const told = run.workers.length <= colours * palette.hatches.length;
  return {
    colour: palette.colours[place % colours],
    on: palette.on[place % colours],
    hatch: told ? palette.hatches[Math.floor(place / colours)] : "",
  };
}

/** A function that hands texts on, at most one a second, the latest one last. */
export function slowly(show, after = setTimeout) {
  let shown, next, waits = false;
  const turn = () => {
    waits = next !== shown;
    if (!waits) return;
    show((shown = next));
    after(turn, SECOND);
  };
  return (text) => {
    next = text;
    if (!waits) turn();
  };
}

// The page

function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes))
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value);
  node.append(...children);
  return node;
}

/** Tell a page's theme: JupyterLab's own, or what the reader's system asks for. */
function isDark() {
  const lab = document.body.dataset.jpThemeLight;
  return lab ? lab === "false" : matchMedia("(prefers-color-scheme: dark)").matches;
}

const tiles = new Map();

/** A fill with lines or dots in it, as matplotlib's hatches. */
function hatched(context, hatch, ink, paper) {
  const key = [hatch, ink, paper].join();
  if (!tiles.has(key)) {
    const size = hatch.length > 4 ? 5 : 7;
    const tile = make("canvas", { width: 2 * size, height: 2 * size }), draw = tile.getContext("2d");
    draw.scale(2, 2);
    draw.fillStyle = paper;
    draw.fillRect(0, 0, size, size);
    draw.strokeStyle = draw.fillStyle = ink;
    draw.lineWidth = 0.9;
    if (hatch[0] === ".") draw.arc(size / 2, size / 2, 0.9, 0, 7), draw.fill();
    else for (const x of [-size, 0, size]) draw.moveTo(x - 1, size + 1), draw.lineTo(x + size + 1, -1), draw.stroke();
    tiles.set(key, tile);
  }
  const pattern = context.createPattern(tiles.get(key), "repeat");
  pattern.setTransform(new DOMMatrix().scale(0.5));
  return pattern;
}

const SHAPES = {
  "<": [-1, 0, 0.8, -0.9, 0.8, 0.9],
  v: [0, 1, -0.9, -0.8, 0.9, -0.8],
  D: [0, -1, 1, 0, 0, 1, -1, 0],
  s: [-0.8, -0.8, 0.8, -0.8, 0.8, 0.8, -0.8, 0.8],
  "|": [-0.25, -1.2, 0.25, -1.2, 0.25, 1.2, -0.25, 1.2],
  X: [-1, -0.5, -0.5, -1, 0, -0.5, 0.5, -1, 1, -0.5, 0.5, 0, 1, 0.5, 0.5, 1, 0, 0.5, -0.5, 1, -1, 0.5, -0.5, 0],
  P: [-0.4, -1, 0.4, -1, 0.4, -0.4, 1, -0.4, 1, 0.4, 0.4, 0.4, 0.4, 1, -0.4, 1, -0.4, 0.4, -1, 0.4, -1, -0.4, -0.4, -0.4],
  "*": Array.from({ length: 20 }, (_, n) => {
    const turn = (Math.PI * Math.floor(n / 2)) / 5;
    return (n % 4 < 2 ? 1.4 : 0.55) * (n % 2 ? -Math.cos(turn) : Math.sin(turn));
  }),
};

/** The mark of an ending, by matplotlib's name for it. */
function mark(draw, name, x, y, size, ink, paper) {
  Object.assign(draw, { fillStyle: ink, strokeStyle: ink, lineWidth: 1.2, textAlign: "center", textBaseline: "middle" });
  draw.beginPath();
  if (name === "$?$") {
    draw.font = `bold ${Math.max(9, size * 3)}px sans-serif`;
    return draw.fillText("?", x, y);
  }
  const shape = SHAPES[name];
  if (!shape) {
    draw.arc(x, y, size, 0, 7);
    return name === "o" ? draw.fill() : draw.stroke();
  }
  for (let n = 0; n < shape.length; n += 2) draw.lineTo(x + size * shape[n], y + size * shape[n + 1]);
  draw.closePath();
  draw.fill();
  Object.assign(draw, { lineWidth: 0.5, strokeStyle: paper });
  return draw.stroke();
}

const KEYS = "On the lanes: left and right move the cursor, up and down choose a lane, + and − zoom, Shift with an arrow pans, " +
  "[ and ] make lanes flatter and taller, 0 shows all. With the mouse: drag, or turn the wheel with Ctrl.";

/** Draw data into an element. send: what hands a message to the kernel of a live server. Returns {receive, stop}. */
export function show(el, data, send = null) {
  const live = data.live, quiet = matchMedia("(prefers-reduced-motion: reduce)");
  let colours, dark, view, cursor, waitingFirst = false, follow = true, paused = false, asked = 0, timer = 0;
  let began = performance.now(), heard = began, told = 0, lost = false, stopped = false, panels = [];
  const end = () => (live ? Math.max(5, clock() * 1.03) : Math.max(...data.runs.map((run) => run.end), 1e-6) * 1.02);
  // The server's clock: it goes on here between two reports, but not if the kernel has fallen silent.
  const clock = () => (live ? live.now + (paused || lost || live.over ? 0 : (performance.now() - began) / 1000) : end());
  const all = () => (live ? [Math.max(0, end() - FOLLOWED), end()] : [0, end()]);
  [view, cursor] = [all(), live ? clock() : 0];

  const button = (text, act, more = {}) => make("button", { type: "button", onclick: act, ...more }, text);
  const bar = make("div", { role: "group", "aria-label": "what is shown" }), rows = make("div", { class: "runs" });
  const slider = make("input", { type: "range", min: 0, max: 1000, value: 0 });
  const said = make("div", { class: "said" });
  const spoken = make("div", { class: "heard", role: "status", "aria-live": "polite" });
  const wrong = make("div", { class: "wrong", role: "alert", hidden: "" });
  const tip = make("div", { class: "tip", hidden: "" });
  const legend = make("ul", { "aria-label": "legend" });
  const root = make("div", { class: "course-lanes", "data-lm-suppress-shortcuts": "true" });
  const announce = slowly((text) => (spoken.textContent = text));

  const see = (stretch, following = false) => ([view, follow] = [stretch, following]) && redraw();
  const zoom = (factor, at = cursor) =>
    see(zoomed(view, factor, at >= view[0] && at <= view[1] ? at : (view[0] + view[1]) / 2, end()));
  const pan = (by) => see(within([view[0] + by, view[1] + by], end()));
  const enlarge = (factor) => (panels.forEach((panel) => panel.taller(factor)), redraw());
  const showAll = () => (enlarge(0), see(all(), true));
  const toggle = (text, act) =>
    button(text, (event) => (event.target.setAttribute("aria-pressed", act()), redraw()), { "aria-pressed": "false" });
  const sort = () => ((waitingFirst = !waitingFirst), panels.forEach((panel) => panel.arrange()), waitingFirst);
  const pause = () => {
    live.now = clock();
    paused = !paused;
    if (!paused) (began = performance.now()), send({ do: "hello" });
    return paused;
  };
  const lanesButtons = [button("Taller lanes", () => enlarge(2)), button("Flatter lanes", () => enlarge(0.5))];
  bar.append(button("Zoom in", () => zoom(0.5)), button("Zoom out", () => zoom(2)), button("Show all", showAll),
    ...lanesButtons, toggle("Longest wait first", sort), ...(live ? [toggle("Pause", pause)] : []));

  /** One run: its title, and a canvas with the line and the lanes. */
  function panelOf(run, last) {
    const title = make("div", { class: "title" });
    const canvas = make("canvas", { tabindex: 0, role: "img" }), draw = canvas.getContext("2d");
    let lanes = [], worst = [], line = [], height = 0, width = 0, top = 0, rowHeight = 0, stretch = 1, chosen = -1, drag = null;
    const room = () => height - STEPS - (last ? AXIS : 6);
    const x = (at) => LEFT + ((at - view[0]) / (view[1] - view[0])) * (width - LEFT - 12);
    const atX = (place) => view[0] + ((place - LEFT) / (width - LEFT - 12)) * (view[1] - view[0]);
    const y = (row) => STEPS + (row - top) * rowHeight;

    function arrange() {
      lanes = sorted(run.lanes, waitingFirst, clock());
      worst = lanes.map((lane, row) => [lane, row]).filter(([lane]) => !lane.open && !data.endings[lane.ending].good);
      line = steps(lanes, clock());
      title.textContent = run.title;
      canvas.setAttribute("aria-label", `${run.title}. ${KEYS}`);
    }

    function taller(factor) {
      stretch = Math.max(1, Math.min(stretch * factor, lanes.length / 8));
      top = Math.min(top, lanes.length * (1 - 1 / stretch));
    }

    function fit() {
      const few = Math.max(lanes.length, live ? 4 : 1);
      const inner = few <= LABELLED ? 22 * few : Math.min(440, 22 * LABELLED + 2 * (few - LABELLED));
      const sharp = window.devicePixelRatio || 1;
      width = canvas.clientWidth || el.clientWidth || 600;
      height = STEPS + inner + (last ? AXIS : 6);
      canvas.style.height = `${height}px`;
      for (const [side, dots] of [["width", Math.round(width * sharp)], ["height", Math.round(height * sharp)]])
        if (canvas[side] !== dots) canvas[side] = dots;
      draw.setTransform(sharp, 0, 0, sharp, 0, 0);
      rowHeight = (inner / Math.max(few, 1)) * stretch;
    }

    function bar(lane, row, thin, now) {
      for (const [phase, from, to] of lane.spans) {
        const a = x(Math.max(from, view[0])), b = x(Math.min(to ?? now, view[1]));
        if (b < a || (to ?? now) < view[0] || from > view[1]) continue;
        const half = thin ? 0.5 : data.phases[phase].half;
        const how = data.phases[phase][dark ? "dark" : "light"];
        const served = phase === "in service" && look(run, lane.worker, data.palette);
        const fill = served && lanes.length <= data.bars ? served.colour : thin ? how.field : how.fill;
        const hatch = thin ? "" : served ? served.hatch : how.hatch;
        const box = [a, y(row) + (0.5 - half) * rowHeight, Math.max(b - a, 0.6), Math.max(2 * half * rowHeight, 1)];
        draw.fillStyle = hatch ? hatched(draw, hatch, served ? colours.ink : how.edge, fill) : fill;
        draw.fillRect(...box);
        if (how.edge && !thin && phase !== "over") (draw.strokeStyle = how.edge), draw.strokeRect(...box);
        if (served && lanes.length / stretch <= LABELLED && b - a > 62) {
          draw.textAlign = "center";
          draw.fillStyle = fill; // without the hatch
          if (hatch) draw.fillRect((a + b) / 2 - 29, y(row) + 0.24 * rowHeight, 58, 0.52 * rowHeight);
          draw.fillStyle = served.on;
          draw.fillText(lane.worker, (a + b) / 2, y(row) + rowHeight / 2);
        }
      }
    }

    function paint() {
      fit();
      const now = clock(), thin = rowHeight < 5, foot = STEPS + room();
      draw.clearRect(0, 0, width, height);
      Object.assign(draw, { font: "11px sans-serif", textBaseline: "middle", lineWidth: 0.6 });
      const first = Math.max(0, Math.floor(top)), shown = room() / rowHeight;
      draw.save();
      draw.beginPath();
      draw.rect(LEFT - 1, 0, width - LEFT, foot);
      draw.clip();
      const step = Math.max(1, 1 / rowHeight); // where lanes are thinner than a pixel, one for each pixel
      for (let row = step > 1 ? top : first; row < Math.min(lanes.length, top + shown); row += step)
        bar(lanes[Math.floor(row)], row, thin, now);
      paintSteps(now);
      draw.restore();
      const size = Math.max(1.8, Math.min(4.2, rowHeight * 0.3));
      const marked = rowHeight < 3 ? worst : lanes.slice(first, Math.ceil(top + shown)).map((lane, n) => [lane, first + n]);
      for (const [lane, row] of marked) {
        const at = lane.ended;
        if (!lane.open && at >= view[0] && at <= view[1] && row >= top - 1 && row <= top + shown)
          mark(draw, data.endings[lane.ending].marker, x(at), y(row + 0.5), size, colours.ink, colours.paper);
      }
      Object.assign(draw, { font: "11px sans-serif", textBaseline: "middle", fillStyle: colours.ink, textAlign: "right" });
      const every = rowHeight >= 12 ? 1 : Math.ceil(lanes.length / stretch / 8);
      for (let row = first; row < Math.min(lanes.length, top + shown); row++)
        if (every === 1 || row % every === 0) draw.fillText(nameOf(lanes[row]), LEFT - 6, y(row + 0.5));
      paintAxis(foot);
      if (chosen >= 0 && chosen < lanes.length) {
        Object.assign(draw, { strokeStyle: colours.mark, lineWidth: 1.5 });
        draw.strokeRect(LEFT - 1, y(chosen), width - LEFT - 8, Math.max(rowHeight, 3));
      }
      draw.fillStyle = colours.mark;
      if (cursor >= view[0] && cursor <= view[1]) draw.fillRect(x(cursor) - 1, 0, 2, foot);
    }

    function paintSteps(now) {
      if (live) line = steps(run.lanes, now);
      const most = line.reduce((found, [, count]) => Math.max(found, count), 1);
      const up = (count) => STEPS - 4 - (count / most) * (STEPS - 18);
      draw.beginPath();
      draw.moveTo(x(0), up(0));
      let before = 0, drawn = -1e9;
      for (const [at, count] of line) {
        const place = Math.max(-9, Math.min(x(at), width + 9));
        if (place > drawn + 0.3 || count > before) draw.lineTo(place, up(before)), draw.lineTo((drawn = place), up((before = count)));
      }
      draw.lineTo(x(now), up(line.at(-1)[1]));
      draw.strokeStyle = colours.ink;
      draw.stroke();
      draw.lineTo(x(now), up(0));
      Object.assign(draw, { fillStyle: colours.fill, globalAlpha: 0.6 });
      draw.fill();
      Object.assign(draw, { fillStyle: colours.ink, globalAlpha: 1, textAlign: "left" });
      draw.fillText(`${most.toLocaleString("en")} in service at most`, LEFT + 4, 7);
    }

    function paintAxis(foot) {
      draw.fillRect(LEFT - 1, foot, width - LEFT - 11, 1);
      if (!last) return;
      const small = view[1] - view[0] < 0.1;
      draw.textAlign = "center";
      for (const at of ticks(view, Math.max(2, Math.floor((width - LEFT) / 90)))) {
        draw.fillRect(x(at), foot, 1, 4);
        draw.fillText(small ? `${Number((at * 1000).toPrecision(8))} ms` : `${at} s`, x(at), foot + 13);
      }
    }

    function choose(row, left) {
      chosen = Math.max(-1, Math.min(row, lanes.length - 1));
      const lane = lanes[chosen];
      tip.hidden = !lane;
      if (lane) {
        top = Math.max(Math.min(top, chosen), chosen + 1 - room() / rowHeight);
        tip.textContent = described(lane, clock());
        tip.style.left = `${Math.max(0, Math.min((left ?? LEFT) + 12, width - 330))}px`;
        tip.style.top = `${canvas.offsetTop + y(chosen) + Math.max(rowHeight, 12) + 6}px`;
      }
      redraw();
      return lane;
    }

    canvas.addEventListener("pointermove", (event) => {
      const { offsetX: left, offsetY: down } = event;
      if (drag) {
        drag.moved ||= Math.abs(left - drag.left) > 3 || Math.abs(down - drag.down) > 3;
        if (drag.moved && view[1] - view[0] < end() * 0.999) pan(atX(drag.left) - atX(left));
        else if (drag.moved) scrub(atX(left));
        if (drag.moved) top = Math.max(0, Math.min(top + (drag.down - down) / rowHeight, lanes.length - room() / rowHeight));
        Object.assign(drag, { left, down });
      }
      const row = Math.floor(top + (down - STEPS) / rowHeight);
      choose(down >= STEPS && left >= LEFT && row < lanes.length ? row : -1, left);
    });
    canvas.addEventListener("pointerdown", (event) => {
      drag = { left: event.offsetX, down: event.offsetY, moved: false };
      canvas.setPointerCapture(event.pointerId);
    });
    canvas.addEventListener("pointerup", (event) => ((drag && !drag.moved && scrub(atX(event.offsetX))), (drag = null)));
    for (const name of ["pointerleave", "blur"]) canvas.addEventListener(name, () => choose(-1));
    canvas.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && !event.shiftKey) return; // the page's own
      event.preventDefault();
      if (event.ctrlKey) zoom(event.deltaY < 0 ? 0.8 : 1.25, atX(event.offsetX));
      else pan(((event.deltaX || event.deltaY) / width) * (view[1] - view[0]));
    }, { passive: false });
    canvas.addEventListener("keydown", (event) => {
      const sideways = (by) => (event.shiftKey ? pan((by * (view[1] - view[0])) / 10) : scrub(cursor + (by * (view[1] - view[0])) / 50));
      const neighbour = (by) => choose(Math.max(0, chosen + by)) && announce(tip.textContent);
      const acts = {
        ArrowLeft: () => sideways(-1), ArrowRight: () => sideways(1), ArrowUp: () => neighbour(-1), ArrowDown: () => neighbour(1),
        Home: () => scrub(0), End: () => scrub(end()), "+": () => zoom(0.5), "=": () => zoom(0.5), "-": () => zoom(2),
        "[": () => enlarge(0.5), "]": () => enlarge(2), 0: showAll, Escape: () => choose(-1),
      };
      if (event.ctrlKey || event.metaKey || event.altKey || !acts[event.key]) return;
      event.preventDefault();
      acts[event.key]();
    });
    rows.append(title, canvas);
    return { run, arrange, paint, taller };
  }

  function scrub(at) {
    cursor = Math.max(0, Math.min(at, live ? clock() : end()));
    if (live) follow = cursor > clock() - 0.05;
    tell(true);
    redraw();
  }

  /** What happens at the cursor, in words. */
  function tell(aloud) {
    const now = clock();
    const sentences = panels.map(({ run }) => `${data.runs.length > 1 ? `${run.name}: ` : ""}${moment(run, cursor, now)}.`);
    said.textContent = `At ${cursor.toFixed(3)} s: ${sentences.join(" ")}`;
    if (aloud) announce(live && follow ? sentences.join(" ") : said.textContent);
    slider.value = Math.round((1000 * cursor) / end());
    slider.setAttribute("aria-valuetext", `${cursor.toFixed(3)} seconds`);
    told = performance.now();
  }

  function theme() {
    dark = isDark();
    colours = { ...data.palette[dark ? "dark" : "light"], mark: dark ? "#ff8c3a" : "#b04a00" };
    for (const [name, colour] of Object.entries(colours)) root.style.setProperty(`--${name}`, colour);
    explain();
    redraw();
  }

  function explain() {
    legend.replaceChildren(...Object.entries(data.legend).map(([sign, text]) => {
      const sample = make("canvas", { width: 52, height: 28, "aria-hidden": "true" });
      const draw = sample.getContext("2d"), phase = data.phases[sign];
      draw.scale(2, 2);
      if (phase) {
        const how = phase[dark ? "dark" : "light"], tall = Math.max(2.5, 20 * phase.half);
        draw.fillStyle = how.hatch ? hatched(draw, how.hatch, how.edge, how.fill) : how.fill;
        draw.fillRect(0, 7 - tall / 2, 26, tall);
        if (how.edge) (draw.strokeStyle = how.edge), draw.strokeRect(0.5, 7 - tall / 2, 25, tall);
      } else mark(draw, data.endings[sign].marker, 13, 7, 4, colours.ink, colours.paper);
      return make("li", { title: phase ? text : data.endings[sign].meaning }, sample, text);
    }));
  }

  function redraw() {
    asked ||= requestAnimationFrame(() => {
      asked = 0;
      if (stopped) return;
      if (live && follow) {
        view = all();
        cursor = clock();
        if (performance.now() - told > SECOND / 10) tell(false);
      }
      for (const panel of panels) panel.paint();
      if (!live || paused || lost || live.over) return;
      if (quiet.matches) timer ||= setTimeout(() => ((timer = 0), redraw()), SECOND);
      else redraw();
    });
  }

  slider.addEventListener("input", () => scrub((slider.value / 1000) * end()));
  slider.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
    if (by) event.preventDefault(), scrub(cursor + (by * end()) / 100); // JupyterLab keeps these keys from the browser
  });
  const arrivals = [["New client", 1], ["Five at once", 5]].map(([text, count]) => button(text, () => send({ do: "new", count })));
  const table = make("tbody"), command = make("code");
  el.append(root);
  root.append(wrong, ...(live ? control() : []), bar, rows, make("label", {}, "moment", slider), said, legend);
  root.append(make("div", { class: "keys" }, KEYS), tip, spoken);

  // A live server: be its clients

  function control() {
    const heads = ["client", "now", "received", "do"].map((text) => make("th", { scope: "col" }, text));
    return [make("div", { role: "group", "aria-label": "clients" }, ...arrivals),
      make("div", {}, "Or connect from a terminal: ", command),
      make("div", { class: "clients" }, make("table", {}, make("thead", {}, make("tr", {}, ...heads)), table))];
  }

  /** The rows of one's own clients: those that are open, and the last of those that are over. */
  function tabulate() {
    const own = data.runs[0].lanes.filter((lane) => lane.own);
    const over = own.filter((lane) => !lane.open).slice(-4);
    const wanted = new Map(own.filter((lane) => lane.open || over.includes(lane)).map((lane) => [`${lane.number}`, lane]));
    for (const row of [...table.rows]) if (!wanted.has(row.dataset.number)) row.remove();
    for (const [number, lane] of wanted) {
      let row = [...table.rows].find((each) => each.dataset.number === number);
      if (!row) {
        const deeds = Object.entries(live.deeds).map(([deed, what]) =>
          button(what, () => send({ do: deed, client: lane.number }), { "aria-label": `client ${number}: ${what}` }));
        const cells = [[`client ${number}`], [], [], deeds].map((content) => make("td", {}, ...content));
        table.append((row = make("tr", { "data-number": number }, ...cells)));
      }
      const texts = [lane.open ? lane.spans.at(-1)[0] : lane.ending, lane.reply || "nothing yet"];
      texts.forEach((text, n) => row.cells[n + 1].textContent !== text && (row.cells[n + 1].textContent = text));
      for (const each of row.querySelectorAll("button")) each.disabled = !lane.open || Boolean(live.over);
    }
  }

  const complain = (text) => wrong.textContent === text || Object.assign(wrong, { textContent: text, hidden: !text });

  /** Take in what the kernel reports: the lanes that are new or have changed. */
  function receive(report) {
    heard = performance.now();
    if (lost) (lost = false), send({ do: "hello" });
    if (paused && !report.over) return;
    began = heard;
    const run = data.runs[0], known = [...(report.all ? [] : run.lanes), ...report.lanes].map((lane) => [lane.number, lane]);
    run.lanes = [...new Map(known).values()];
    Object.assign(run, { title: report.title, workers: report.workers });
    Object.assign(live, { now: report.now, over: report.over });
    if (command.textContent !== report.command) command.textContent = report.command;
    complain(report.over);
    if (JSON.stringify(data.legend) !== JSON.stringify(report.legend)) (data.legend = report.legend), explain();
    for (const each of arrivals) each.disabled = Boolean(report.over);
    if (follow) cursor = clock();
    if (report.all || report.lanes.length || report.over) panels[0].arrange(), tabulate(), tell(true);
    redraw();
  }

  const watch = setInterval(() => {
    if (!live || lost || live.over || performance.now() - heard < SILENCE) return;
    [live.now, lost] = [clock(), true];
    complain(data.words.lost);
  }, SECOND);
  const sized = new ResizeObserver(redraw), themed = new MutationObserver(theme);
  const system = matchMedia("(prefers-color-scheme: dark)");
  sized.observe(root), themed.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light"] });
  system.addEventListener("change", theme);
  /** Draw the runs, or others in their place: the cursor stays at the same part of the axis. */
  function renew(others) {
    const part = cursor / end();
    Object.assign(data, others);
    if (!live) [view, cursor] = [all(), part * end()];
    tip.hidden = true;
    rows.replaceChildren();
    panels = data.runs.map((run, place) => panelOf(run, place === data.runs.length - 1));
    for (const panel of panels) panel.arrange();
    for (const each of lanesButtons) each.hidden = !live && data.runs.every((run) => run.lanes.length <= LABELLED);
    theme();
    tell(false);
  }
  if (live) tabulate();
  renew({});

  return { receive, renew, stop() {
    stopped = true;
    for (const each of [watch, timer]) clearTimeout(each);
    for (const each of [sized, themed]) each.disconnect();
    system.removeEventListener("change", theme);
    root.remove();
  } };
}

/** What anywidget calls, once for each place that shows the widget. */
function render({ model, el }) {
  const data = () => structuredClone(model.get("data"));
  const view = Math.random().toString(36).slice(2), live = Boolean(model.get("data").live);
  const send = (order) => live && model.send({ ...order, view });
  const shown = show(el, data(), send);
  const [event, act] = live ? ["msg:custom", shown.receive] : ["change:data", () => shown.renew(data())];
  model.on(event, act);
  send({ do: "hello" });
  return () => (model.off(event, act), shown.stop(), send({ do: "bye" }));
}

export default { render };
