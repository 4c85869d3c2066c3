/** A lesson's run on the cpu device, as `deno task lesson` trains it, on a few of the built-in pictures. */
import { type Device, device } from "../../../lib/device/device.ts";
import { findRun } from "../../../lib/lessons/catalogue.ts";
import { LessonRunner } from "../../../lib/lessons/run.ts";

/** What a training gave, to the bit. */
export interface Trained {
  readonly losses: number[];
  /** Loss and accuracy of training and of validation. */
  readonly figures: number[];
  readonly device: string;
}

/** Run A4 from its own seed, for two epochs of two batches. */
export async function trainA4(threads?: number): Promise<Trained> {
  const cpu: Device = device("cpu", threads === undefined ? {} : { threads });
  const runner = new LessonRunner({ device: cpu, limit: 1500 });
  const { losses, phases } = await runner.train(findRun("A4")!, { dataset: "garments", seed: 42, epochs: 2 });
  return {
    losses: Array.from(losses),
    figures: phases.flatMap(({ loss, accuracy }) => [loss, accuracy]),
    device: cpu.description,
  };
}

/** The same in a worker of the page: waits for its answer. */
export function trainInWorker(address: string, threads?: number): Promise<Trained> {
  const code = `import { trainA4 } from ${JSON.stringify(address)};
    trainA4(${threads}).then((trained) => postMessage({ trained }), (error) => postMessage({ failed: String(error.stack) }));`;
  const worker = new Worker(URL.createObjectURL(new Blob([code], { type: "text/javascript" })), { type: "module" });
  return new Promise((resolve, reject) => {
    worker.onerror = ({ message }) => reject(new Error(message || "the worker's module did not load"));
    worker.onmessage = ({ data }: MessageEvent<{ trained?: Trained; failed?: string }>) => {
      worker.terminate();
      if (data.trained) resolve(data.trained);
      else reject(new Error(data.failed));
    };
  });
}
