import assert from "node:assert/strict";
import { join } from "node:path";
import { Board } from "../../../lib/sweep/live/board.ts";
import type { CurveEvent, SweepLiveEvent, TrialEvent } from "../../../lib/sweep/live/events.ts";
import { SweepFeed } from "../../../lib/sweep/live/feed.ts";
import { CURVES, POINTS } from "../../../lib/sweep/live/limits.ts";
import { describePlan } from "../../../lib/sweep/expand.ts";
import { defineSweep } from "../../../lib/sweep/plan.ts";
import { failure } from "../../../lib/sweep/record.ts";
import { STORE } from "../../../lib/sweep/schema.ts";
import { Store } from "../../../lib/sweep/store.ts";
import { withFolder } from "../helpers.ts";
import { code, done, plan } from "./helpers.ts";

const trialsOf = (events: readonly SweepLiveEvent[]) =>
  events.filter((event): event is TrialEvent => event.kind === "trial");
const curvesOf = (events: readonly SweepLiveEvent[]) =>
  events.filter((event): event is CurveEvent => event.kind === "curve");
const open = (folder: string, board: Board) => new SweepFeed(folder, join(folder, STORE), board);

Deno.test("SweepFeed: tells the plan and all trials, then what becomes of each, from the store alone", () =>
  withFolder(async (folder) => {
    using store = await Store.open(folder, plan, code);
    const board = new Board(), [first, second, third] = plan.trials.map(({ id }) => id) as [string, string, string];
    using feed = open(folder, board);
    feed.read();
    const all = board.since(0), begun = all.find((event) => event.kind === "sweep")!;
    assert.deepEqual([begun.plan.name, begun.plan.about, begun.folder], ["by-hand", "Which rate learns?", folder]);
    assert.deepEqual(
      trialsOf(all).map(({ id, status, position }) => [id, status, position]),
      plan.trials.map(({ id }, i) => [id, "pending", i]),
    );
    const heard = () => {
      const before = board.last;
      feed.read();
      return board.since(before);
    };
    assert.deepEqual(heard(), []);
    store.start(first);
    store.start(second);
    assert.deepEqual(trialsOf(heard()).map(({ id, status }) => [id, status]), [[first, "running"], [
      second,
      "running",
    ]]);
    store.settle(first, done(1, 0.8, null));
    store.release(second); // its worker was lost
    store.settle(third, failure("it broke"));
    const news = heard(), byId = new Map(trialsOf(news).map((event) => [event.id, event]));
    assert.deepEqual(byId.get(first)!.metrics, { accuracy: 0.8, loss: "NaN" });
    assert.deepEqual([byId.get(second)!.status, byId.get(second)!.attempts], ["pending", 1]);
    assert.deepEqual([byId.get(third)!.status, byId.get(third)!.error], ["failed", "it broke"]);
    assert.deepEqual(curvesOf(news), [{
      kind: "curve",
      trial: first,
      name: "accuracy",
      points: [[0, 0.4], [1, 0.6], [2, 0.7]],
    }]);
    assert.deepEqual(heard(), []);
  }));

Deno.test("SweepFeed: what another process writes is told too", () =>
  withFolder(async (folder) => {
    const board = new Board(), [first] = plan.trials.map(({ id }) => id) as [string];
    {
      using _store = await Store.open(folder, plan, code);
    }
    using feed = open(folder, board);
    feed.read();
    const before = board.last;
    {
      using store = await Store.open(folder, plan, code);
      store.start(first);
      store.settle(first, done(1, 0.5));
    }
    feed.read();
    assert.deepEqual(trialsOf(board.since(before)).map(({ id, status }) => [id, status]), [[first, "done"]]);
  }));

Deno.test("SweepFeed: what a running trial reports is told, as long as it runs; then what the store has", () =>
  withFolder(async (folder) => {
    using store = await Store.open(folder, plan, code);
    const board = new Board(), [first, second] = plan.trials.map(({ id }) => id) as [string, string];
    using feed = open(folder, board);
    feed.report(first, [[0, "loss", 2]]);
    assert.deepEqual(curvesOf(board.since(0)), [], "it does not run");
    store.start(first);
    feed.report(first, [[0, "loss", 2], [1, "loss", null]]);
    const [told, curve] = board.since(0).slice(-2);
    assert.ok(
      told!.kind === "trial" && told!.status === "running",
      "a page knows that it runs before it has its curve",
    );
    assert.deepEqual(curve, { kind: "curve", trial: first, name: "loss", points: [[0, 2], [1, "NaN"]] });
    feed.report(first, [[2, "loss", 1], [1, "loss", 1.5]]);
    assert.deepEqual(curvesOf(board.since(0)).map(({ points }) => points), [[[0, 2], [1, 1.5], [2, 1]]]);
    store.settle(first, done(1, 0.8));
    feed.read();
    assert.deepEqual(curvesOf(board.since(0)).map(({ name }) => name), ["accuracy"]);
    feed.report(first, [[9, "loss", 9]]);
    assert.deepEqual(curvesOf(board.since(0)).map(({ name }) => name), ["accuracy"]);
    // Of a lost attempt nothing stays.
    store.start(second);
    feed.report(second, Array.from({ length: 2000 }, (_, step) => [step, "loss", step] as const));
    const long = curvesOf(board.since(0)).find(({ trial }) => trial === second)!.points;
    assert.deepEqual([long[0], long.at(-1)], [[0, 0], [1999, 1999]]);
    store.release(second);
    feed.read();
    assert.ok(curvesOf(board.since(0)).every(({ trial }) => trial !== second));
  }));

Deno.test("SweepFeed: of a long curve as many points as a screen shows, the first and the last among them; of many trials the last to end", () =>
  withFolder(async (folder) => {
    const count = CURVES + 5, axis = Array.from({ length: count }, (_, i) => i);
    const many = describePlan(defineSweep({ name: "many", grid: { i: axis }, trial: () => ({ accuracy: 1 }) }));
    using store = await Store.open(folder, many, code);
    const board = new Board();
    using feed = open(folder, board);
    const steps = Array.from({ length: 5000 }, (_, step) => [step, "loss", step / 10] as const);
    store.settle(many.trials[0]!.id, { ...done(count + 1, 0.5), steps });
    feed.read();
    const [curve] = curvesOf(board.since(0));
    assert.ok(curve!.points.length <= POINTS && curve!.points.length > POINTS / 2, String(curve!.points.length));
    assert.deepEqual([curve!.points[0], curve!.points.at(-1)], [[0, 0], [4999, 499.9]]);
    for (const [i, { id }] of many.trials.entries()) if (i) store.settle(id, done(i, 0.5));
    feed.read();
    // The first ended last.
    const shown = new Set(curvesOf(board.since(0)).map(({ trial }) => trial));
    assert.deepEqual(shown, new Set([many.trials[0]!, ...many.trials.slice(-CURVES + 1)].map(({ id }) => id)));
  }));
