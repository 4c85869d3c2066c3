/** Progress in a terminal, in a log and in a notebook. Time and terminal are the tests' own. */
import assert from "node:assert/strict";
import {
  ActivationStats,
  Callback,
  CancelBatchException,
  Learner,
  type Learner as AnyLearner,
  ProgressCB,
  Recorder,
} from "../../../lib/learner/mod.ts";
import { LiveLines } from "../../../lib/learner/live_lines.ts";
import { ProgressNotebook } from "../../../lib/learner/callbacks/progress_notebook.ts";
import {
  barText,
  ProgressLog,
  ProgressView,
  standardError,
  type Surroundings,
} from "../../../lib/learner/callbacks/progress_terminal.ts";
import type { ProgressDisplay } from "../../../lib/learner/callbacks/progress_display.ts";
import { verdictSoFar } from "../../../lib/learner/verdict.ts";
import type * as nn from "../../../lib/nn/mod.ts";
import { formatFigure } from "../../../lib/plot/format.ts";
import { LiveDisplay, type MimeBundle } from "../../../lib/plot/notebook.ts";
import { planStatistics } from "../../../lib/tensor/mod.ts";
import { reference } from "../../nn/helpers.ts";
import { crossEntropy, loaders, model, net } from "../helpers.ts";
import { Screen } from "../screen.ts";

Deno.test("the view changes in place: one write a frame, none for the same; what is printed stands above", () => {
  const screen = new Screen(), lines = new LiveLines(screen), written = () => screen.writes.length;
  screen.write("$ train\n");
  lines.draw([{ text: "one" }, { text: "two", tone: "bad" }]);
  assert.equal(screen.text, "$ train\none\ntwo\n");
  const before = written();
  lines.draw([{ text: "one" }, { text: "two", tone: "bad" }]);
  assert.equal(written(), before);
  lines.draw([{ text: "1" }]);
  assert.equal(written(), before + 1);
  assert.equal(screen.text, "$ train\n1\n");
  lines.aside(() => screen.write("a row\n"));
  assert.equal(screen.text, "$ train\na row\n1\n");
  lines.end();
  assert.equal(screen.text, "$ train\na row\n");
});

Deno.test("the view while the terminal becomes narrower, wider, and as narrow as can be", () => {
  const screen = new Screen(40), lines = new LiveLines(screen);
  screen.write("before\n");
  const text = "abcdefghijklmnopqrstuvwxyz0123456789";
  lines.draw([{ text }, { text: "short" }]);
  screen.resize(10);
  lines.draw([{ text }, { text: "next" }]);
  assert.equal(screen.text, "before\nabcdefgh…\nnext\n");
  screen.resize(30);
  lines.draw([{ text }, { text: "last" }]);
  assert.equal(screen.text, `before\n${text.slice(0, 28)}…\nlast\n`);
  screen.resize(1);
  lines.draw([{ text }]);
  screen.resize(30);
  lines.end();
  assert.equal(screen.text, "before\n");
});

Deno.test("colours go by the terminal, and the console is as it was once the view has ended", () => {
  const { log } = console, screen = Object.assign(new Screen(), { color: true }), lines = new LiveLines(screen);
  lines.draw([{ text: "bad", tone: "bad" }]);
  assert.ok(screen.writes.at(-1)!.includes("\x1b[31mbad\x1b[0m"));
  assert.notEqual(console.log, log);
  lines.end();
  assert.equal(console.log, log);
  const plain = new Screen(), without = new LiveLines(plain);
  without.draw([{ text: "bad", tone: "bad" }]);
  without.end();
  assert.ok(!plain.writes.join("").includes("m"));
  assert.deepEqual([barText(0, 4), barText(0.5, 4), barText(0.53, 4), barText(1, 4)], ["░░░░", "██░░", "██▏░", "████"]);
});

/** A clock that goes on by some milliseconds a batch. */
class Clock extends Callback {
  static override order = -1000;
  time = 0;
  constructor(readonly each: number, readonly seen: (learn: AnyLearner) => void = () => {}) {
    super();
  }
  override afterBatch(learn: AnyLearner): void {
    this.time += this.each;
    this.seen(learn);
  }
}

/** What drives a display as ProgressCB does. */
class Drive extends Callback {
  constructor(readonly open: (learn: AnyLearner) => ProgressDisplay, readonly recorder?: Recorder) {
    super();
  }
  #display!: ProgressDisplay;
  readonly #state = {
    losses: [2, 1.5, 1],
    rates: [0.1, 0.2, 0.4],
    read: { loss: 0.75, batch: 0 },
    verdict: { sound: false, text: "1 ReLU: dead units" },
  };
  override beforeFit(learn: AnyLearner): void {
    this.#display = this.open(learn);
  }
  override beforeEpoch(learn: AnyLearner): void {
    this.#display.beforePhase(learn, this.#state);
  }
  override async afterBatch(learn: AnyLearner): Promise<void> {
    this.#display.afterBatch(learn, this.#state);
    this.#display.look?.();
    await new Promise((go) => setTimeout(go, 0));
  }
  override afterEpoch(learn: AnyLearner): void {
    const take = this.#display.afterPhase(learn, this.#state);
    if (learn.training) take?.(0.5);
  }
  override async cleanupFit(): Promise<void> {
    await this.#display.end?.();
  }
}

const surrounded = (screen: Screen, clock: Clock): Surroundings => Object.assign(screen, { now: () => clock.time });

Deno.test("speed and time left are of the batches that ran: a fit that goes on within an epoch was not faster before", () => {
  const screen = new Screen(100), clock = new Clock(1000), view = new ProgressView(surrounded(screen, clock));
  const learn = { dl: { length: 100 }, training: true, epoch: 0, epochs: 1, iter: 0 },
    state = { losses: [], rates: [] };
  view.beforePhase(learn as unknown as AnyLearner, state as never);
  for (learn.iter = 89; learn.iter < 91; learn.iter++) {
    clock.time += 2000;
    view.afterBatch(learn as unknown as AnyLearner, state as never);
  }
  assert.match(screen.text, /91\/100 {2}0\.5\/s {2}0:18 left/);
  view.end();
});

Deno.test("a fit in a terminal: four frames a second at most, and nothing is left; also after an error", async () => {
  const screen = new Screen(70), shown: string[] = [], clock = new Clock(50, () => shown.push(screen.text));
  const view = new Drive(() => new ProgressView(surrounded(screen, clock)));
  const fit = Learner.of(model(), loaders()).loss(crossEntropy).callbacks([view, clock]);
  await fit.fit(5); // 20 batches of 50 ms: a second
  assert.ok(screen.writes.length <= 6, `${screen.writes.length} writes`); // 0, 250, … 1000, and the end
  assert.match(
    shown.at(-1)!,
    /^epoch \d of 5 (train|eval) {2}[█▏▎▍▌▋▊▉░]+ {2}\d\/[13] {2}20\/s {2}0:00 left\n(train )?loss 1\.000 █▅▁ {2}lr 0\.4 ▁▃█\n1 ReLU: dead units\n$/,
  );
  assert.equal(screen.text, "");
  const { log } = console;
  clock.time = 0;
  const failing = new Clock(0, () => {
    throw new Error("stop");
  });
  await assert.rejects(fit.fit(1, { cbs: [failing] }));
  assert.deepEqual([screen.text, console.log], ["", log]);
});

Deno.test("a fit where there is no terminal: lines that only append", async () => {
  const screen = new Screen(200), clock = new Clock(6000);
  const drive = new Drive((learn) => new ProgressLog(learn, surrounded(screen, clock)));
  await Learner.of(model(), loaders()).loss(crossEntropy).callbacks([drive, clock]).fit(1);
  assert.ok(
    screen.writes.every((line) =>
      !line.includes("\x1b") && !line.includes("\r") && line.indexOf("\n") === line.length - 1
    ),
  );
  assert.deepEqual(screen.text.trimEnd().split("\n"), [
    "epoch 0 of 1 train  2/3  0.2/s  loss 0.750 at batch 0  lr 0.1  1 ReLU: dead units",
    "epoch 0 of 1 train  3/3  0.2/s  last loss 0.500  lr 0.1  1 ReLU: dead units",
    "epoch 0 of 1 eval  1/1  0.2/s  loss 0.750 at batch 0  1 ReLU: dead units", // the last loss was never told
  ]);
});

/** What ProgressCB writes in a fit where there is no terminal. */
async function logOf(epochs: number, ...callbacks: Callback[]): Promise<string[]> {
  const { write } = standardError, { isTerminal } = Deno.stderr, written: string[] = [];
  standardError.write = (text) => void written.push(text);
  Deno.stderr.isTerminal = () => false;
  try {
    await Learner.of(model(), loaders()).loss(crossEntropy).callbacks([new ProgressCB(), ...callbacks]).fit(epochs);
  } finally {
    standardError.write = write;
    Deno.stderr.isTerminal = isTerminal;
  }
  return written;
}

Deno.test("each phase's last line in a log has the loss of its own last batch, however short it is", async () => {
  const recorder = new Recorder(), written = await logOf(2, recorder);
  const { losses, validLosses } = recorder, [first, second] = validLosses;
  const last = [losses[2], first, losses[5], second].map((loss) => formatFigure(loss!));
  assert.equal(new Set(last).size, 4);
  assert.deepEqual(written.map((line) => / loss (\S+)( {2}lr 0\.1)?\n$/.exec(line)?.slice(1)), [
    [last[0], "  lr 0.1"],
    [last[1], undefined],
    [last[2], "  lr 0.1"],
    [last[3], undefined],
  ]);
});

Deno.test("a phase whose batches were cancelled before their losses has a line without one", async () => {
  class Cancel extends Callback {
    override beforeBatch(learn: AnyLearner): void {
      if (learn.training) throw new CancelBatchException();
    }
  }
  const lines = (await logOf(1, new Cancel())).map((line) =>
    line.replace(/[\d.]+\/s/, "…/s").replace(/loss \d\.\d+/, "loss …")
  );
  assert.deepEqual(lines, ["epoch 0 of 1 train  3/3  …/s  lr 0.1\n", "epoch 0 of 1 eval  1/1  …/s  last loss …\n"]);
});

Deno.test("in a notebook the first display has a chart of the first batches, drawn without Vega, and its height stays", async () => {
  const shown: MimeBundle[] = [];
  class Shown extends LiveDisplay {
    override show(data: MimeBundle): Promise<void> {
      shown.push(data);
      return Promise.resolve();
    }
  }
  const recorder = new Recorder(), began = performance.now();
  const drive = new Drive((learn) => new ProgressNotebook(learn, recorder, new Shown()));
  await Learner.of(model(), loaders()).loss(crossEntropy).metrics({}).callbacks([drive, recorder]).fit(3);
  assert.ok(shown.length >= 3 && performance.now() > began);
  const [first, last] = [shown[0]!, shown.at(-1)!].map((data) => String(data["text/html"]));
  const chart = decodeURIComponent(/src="data:image\/svg\+xml,([^"]*)"/.exec(first!)![1]!);
  assert.match(chart, /<circle [^>]+>.*>batch<.*>loss</s);
  // What decides the height is the same from the first to the last.
  for (const part of [/min-height:240px/, /height:196px/]) {
    assert.ok([first, last].every((text) => part.test(text!)), String(part));
  }
  assert.equal(last!.match(/<tr>/g)!.length, 7);
  assert.match(last!, /^<div><div>&nbsp;<\/div>/);
});

Deno.test("a picture that cannot be drawn in a notebook ends the fit with its error", async () => {
  class Broken extends LiveDisplay {
    #shown = 0;
    override show(): Promise<void> {
      return this.#shown++ === 0 ? Promise.reject(new TypeError("this picture has no height")) : Promise.resolve();
    }
  }
  const learn = Learner.of(model(), loaders()).loss(crossEntropy).metrics({});
  const recorder = new Recorder(), drive = new Drive((on) => new ProgressNotebook(on, recorder, new Broken()));
  await assert.rejects(learn.callbacks([drive, recorder]).fit(9), /this picture has no height/);
});

Deno.test("the verdict is diagnose()'s first finding on the layers so far", async () => {
  const dead = net(), texts: (string | undefined)[] = [];
  const bias = [...(dead.at(0) as nn.Linear).parameters()][1]!;
  class Ask extends Callback {
    override async beforeBatch(learn: AnyLearner): Promise<void> {
      if (learn.training && learn.iter === 2 && learn.epoch === learn.epochs - 1) {
        texts.push((await verdictSoFar(learn.fitCallbacks!, undefined))?.text);
      }
    }
  }
  const stats = new ActivationStats();
  await Learner.of(dead, loaders()).loss(crossEntropy).lr(0.01).callbacks([stats, new Ask()]).fit(8);
  await Learner.of(dead, loaders()).loss(crossEntropy).callbacks([new Ask()]).fit(1);
  bias.detach().fill_(-1000);
  await Learner.of(dead, loaders()).loss(crossEntropy).lr(0.01).callbacks([stats, new Ask()]).fit(8);
  assert.match(texts[0]!, /layers watched: nothing found/);
  assert.equal(texts[1], undefined);
  assert.match(texts[2]!, /^1 ReLU: dead units since batch 0 – 8 of 8 units were 0/);
});

Deno.test("ProgressCB keeps curves, shows nothing where it is told so, changes no figure, and splits no step", async () => {
  const losses: number[][] = [], { readsMidStep } = planStatistics(reference);
  for (const bar of [false, true]) {
    const progress = new ProgressCB({ plot: true, bar });
    await Learner.of(model(), loaders()).loss(crossEntropy).callbacks([progress, new ActivationStats()]).metrics({})
      .fit(2);
    losses.push(progress.losses);
    assert.equal(progress.validLosses.length, 2);
  }
  assert.equal(losses[0]!.length, 6);
  assert.deepEqual(losses[0], losses[1]);
  assert.equal(planStatistics(reference).readsMidStep, readsMidStep);
});
