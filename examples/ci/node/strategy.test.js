import assert from "node:assert/strict";
import test from "node:test";

import { makeDetector, run } from "./strategy.js";

const BARS = 1440;

test("a day of history", async () => {
  const moves = await run(process.env.HINDCAST_BOOTSTRAP, 0.0005, BARS);
  assert.ok(moves.length > 0, "a day without a move");
  const times = moves.map((move) => move.time);
  assert.deepEqual(times, [...times].sort((a, b) => a - b));
});

test("a move is judged by the bar before", () => {
  const detect = makeDetector(0.01);
  assert.equal(detect(100), null);
  assert.equal(detect(100.5), null);
  assert.ok(detect(102) > 0.01);
});
