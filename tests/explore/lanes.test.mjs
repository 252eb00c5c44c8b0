// The parts of lanes.js that need no page: `node --test tests/explore/lanes.test.mjs`. tests/explore/test_view.py runs it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const source = readFileSync(new URL("../../course/explore/lanes.js", import.meta.url), "utf8");
const lanes = await import(`data:text/javascript;base64,${Buffer.from(source).toString("base64")}`);

const lane = (number, ...spans) => ({ number, ending: "replied", error: "", worker: "loop", reply: "", open: false, spans });
const FIRST = lane(1, ["in service", 0, 1]);
const SECOND = lane(2, ["queued", 0, 1], ["in service", 1, 2], ["over", 2, 2.5]);
const GOES_ON = { ...lane(3, ["queued", 0.5, null]), open: true };
const RUN = { name: "Server", workers: ["loop"], lanes: [FIRST, SECOND, GOES_ON] };

test("durations are written as in the course's text", () => {
  assert.deepEqual([2.5, 0.1, 0.031, 0.00085, 0].map(lanes.duration), ["2.50 s", "0.10 s", "31.0 ms", "0.85 ms", "0.0 ms"]);
});

test("neighbouring clients are named as a group", () => {
  assert.deepEqual([[], [4], [2, 1], [1, 3, 5, 4, 6]].map(lanes.clients), ["nobody", "client 4", "clients 1 and 2", "clients 1, 3 to 6"]);
});

test("a lane is in the phase of its span, and gone once its service is over", () => {
  assert.deepEqual([-1, 0, 1, 2.2, 9].map((at) => lanes.phaseAt(SECOND, at, 9)), ["not connected yet", "queued", "in service", "gone", "gone"]);
  assert.deepEqual([0.4, 5, 6].map((at) => lanes.phaseAt(GOES_ON, at, 5)), ["not connected yet", "queued", "gone"]);
});

test("a moment names who is served by whom and who is queued", () => {
  assert.equal(lanes.moment(RUN, 0.6, 3), "in service: client 1 by the loop; queued: clients 2 and 3");
  assert.equal(lanes.moment(RUN, 2.1, 3), "in service: nobody; queued: client 3; gone: clients 1 and 2");
  const many = { lanes: Array.from({ length: 9 }, (_, n) => lane(n + 1, ["in service", 0, 1])) };
  assert.equal(lanes.moment(many, 0.5, 1), "in service: 9; queued: nobody");
});

test("a lane is described with its times, its worker and its end", () => {
  assert.equal(lanes.described(FIRST, 9), "client 1: in service 1.00 s by the loop; replied");
  assert.equal(lanes.described({ ...GOES_ON, name: "stranger 3", reply: "b'A'" }, 2), "stranger 3: queued 1.50 s; still connected, received b'A'");
  assert.match(lanes.described({ ...FIRST, ending: "handler raised", error: "ValueError: no" }, 9), /; handler raised: ValueError: no$/);
});

test("lanes are sorted by arrival or by the longest wait", () => {
  const numbers = (byWaiting, now) => lanes.sorted([GOES_ON, SECOND, FIRST], byWaiting, now).map(({ number }) => number);
  assert.deepEqual(numbers(false, 9), [1, 2, 3]);
  assert.deepEqual(numbers(true, 9), [3, 2, 1]);
  assert.deepEqual(numbers(true, 1), [2, 3, 1]);
});

test("the line counts who is in service; one that begins as another ends is not at once", () => {
  assert.deepEqual(lanes.steps(RUN.lanes, 3), [[0, 0], [0, 1], [1, 0], [1, 1], [2, 0]]);
  assert.deepEqual(lanes.steps([lane(1, ["in service", 1, null])], 4), [[0, 0], [1, 1], [4, 0]]);
});

test("ticks are round, and no more than fit", () => {
  assert.deepEqual(lanes.ticks([0, 1], 5), [0, 0.2, 0.4, 0.6, 0.8, 1]);
  assert.deepEqual(lanes.ticks([0.101, 0.1035], 4), [0.101, 0.102, 0.103]);
  for (const to of [1e-5, 0.03, 7, 3600]) assert.ok(lanes.ticks([0, to], 6).length <= 7);
});

test("zoom keeps its place, and nothing leaves the run", () => {
  assert.deepEqual(lanes.zoomed([0, 8], 0.5, 2, 8), [1, 5]);
  assert.deepEqual(lanes.zoomed([1, 5], 4, 2, 8), [0, 8]);
  const [from, to] = lanes.zoomed([0, 1], 1e-9, 0.5, 1);
  assert.ok(to - from >= 0.9e-5);
  assert.deepEqual(lanes.within([7, 9], 8), [6, 8]);
  assert.deepEqual(lanes.within([-1, 20], 8), [0, 8]);
});

test("workers differ in colour, then in hatch, and no longer when there are too many", () => {
  const palette = { colours: ["a", "b"], on: ["w", "k"], hatches: ["", "/"] };
  const looks = (count) => Array.from({ length: count }, (_, n) => n).map((n, _, all) => lanes.look({ workers: all }, n, palette));
  assert.deepEqual(looks(4).map(({ colour, hatch }) => colour + hatch), ["a", "b", "a/", "b/"]);
  assert.deepEqual(looks(5).map(({ colour, hatch }) => colour + hatch), ["a", "b", "a", "b", "a"]);
});

test("a screen reader gets at most one text a second, and the last one in the end", () => {
  const heard = [], waiting = [];
  const say = lanes.slowly((text) => heard.push(text), (turn, delay) => waiting.push([turn, delay]));
  for (const text of ["one", "two", "three"]) say(text);
  assert.deepEqual(heard, ["one"]);
  while (waiting.length) {
    const [[turn, delay]] = waiting.splice(0, 1);
    assert.equal(delay, 1000);
    turn();
  }
  assert.deepEqual(heard, ["one", "three"]);
  say("four");
  assert.deepEqual(heard, ["one", "three", "four"]);
});
