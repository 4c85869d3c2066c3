/** A fit of synchronous callbacks that only SIGINT ends; run by event_loop_test.ts. Prints what it saw as JSON. */
import { Callback, type Handled } from "../../lib/learner/callback.ts";
import { Learner } from "../../lib/learner/learner.ts";
import { crossEntropy } from "../../lib/nn/losses.ts";
import { cpu, setUp } from "./model_a.ts";

let ticks = 0, finalised = 0, cleaned = false, batches = 0;
const registry = new FinalizationRegistry(() => finalised++);
const timer = setInterval(() => ticks++, 5);

class Synchronous extends Callback {
  override afterBatch(): Handled {
    batches++;
    for (let i = 0; i < 200; i++) registry.register({ garbage: new Array(200).fill(i) }, 0);
    if (batches === 400) console.log("ready");
  }
  override cleanupFit(): Handled {
    cleaned = true;
  }
}

const { model, dls } = setUp(cpu(1), { batchSize: 8 });
const learn = new Learner(model, dls, crossEntropy, { lr: 0.01, cbs: [new Synchronous()] });
await learn.fit(1_000_000);
clearInterval(timer);
const weights = await [...model.parameters()][0]!.norm().item();
await learn.fit(1);
console.log(JSON.stringify({ ticks, finalised, cleaned, usable: Number.isFinite(weights) && !learn.running }));
