import assert from "node:assert/strict";
import { Pace } from "../../../pages/live/pace.ts";

Deno.test("Pace: what is new is drawn at once, then not before the interval has passed", () => {
  let time = 5000;
  const pace = new Pace(2000, 100, Infinity, () => time);
  assert.equal(pace.due, Infinity, "nothing is new");
  pace.age();
  assert.ok(pace.due <= time);
  pace.draw(() => time += 3);
  assert.equal(pace.due, Infinity, "what is new is drawn");
  time += 10;
  pace.age();
  assert.equal(pace.due, 5003 + 2000);
});

Deno.test("Pace: what takes long to draw is drawn so rarely that it takes a small part of the time", () => {
  let time = 0;
  const pace = new Pace(2000, 100, Infinity, () => time);
  let drawing = 0;
  for (let i = 0; i < 50; i++) {
    pace.age();
    time = Math.max(time, pace.due);
    pace.draw(() => {
      time += 40;
      drawing += 40;
    });
  }
  assert.ok(drawing <= time / 90, `${drawing} of ${time} ms`);
  assert.ok(drawing >= time / 110, `${drawing} of ${time} ms`);
});

Deno.test("Pace: nobody waits longer than the most for what is new", () => {
  let time = 0;
  const pace = new Pace(2000, 1000, 10_000, () => time);
  pace.age();
  pace.draw(() => time += 40);
  pace.age();
  assert.equal(pace.due, 40 + 10_000);
});
