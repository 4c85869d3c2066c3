/**
 * Which runs were also made on WebGPU, beside the same seeds on the CPU.
 *
 * @module
 */
import type { Lesson } from "../../lib/lessons/types.ts";
import { deviation } from "./figures.ts";
import { lossText, table } from "./format.ts";
import type { Training } from "./lines.ts";

interface Pair {
  readonly id: string;
  readonly title: string;
  readonly cpu: Training;
  readonly gpu: Training;
  /** The standard deviation of the difference of two of the CPU's seeds: of trainings that share nothing but the set-up. */
  readonly spread: number;
}

const loss = ({ epochs }: Training) => epochs.at(-1)!.eval.loss;

/** The section on WebGPU; empty where no run was made on it. */
export function webgpu(
  lessons: readonly Lesson[],
  { cpu, webgpu }: { readonly cpu: readonly Training[]; readonly webgpu: readonly Training[] },
): string {
  const pairs = lessons.flatMap(({ runs }) => runs).flatMap(({ id, title }) => {
    const own = cpu.filter(({ run }) => run === id),
      spread = Math.SQRT2 * deviation(own.map(loss).filter(Number.isFinite));
    return webgpu.filter(({ run }) => run === id).flatMap((gpu): Pair[] => {
      const same = own.find(({ seed }) => seed === gpu.seed);
      return same ? [{ id, title, cpu: same, gpu, spread }] : [];
    });
  });
  if (pairs.length === 0) return "";
  const text = (training: Training) => {
    const { accuracy, loss } = training.epochs.at(-1)!.eval;
    return `${accuracy.toFixed(4)} / ${lossText(loss)}`;
  };
  const apart = ({ cpu, gpu }: Pair) => Math.abs(loss(cpu) - loss(gpu));
  const agree = pairs.filter((pair) => apart(pair) < pair.spread).length;
  const rows = pairs.map((pair) => [
    `${pair.id} ${pair.title}`,
    String(pair.gpu.seed),
    text(pair.cpu),
    text(pair.gpu),
    lossText(apart(pair)),
    lossText(pair.spread),
  ]);
  return `
## On WebGPU

The same weights and the same batches as on the CPU; sums are rounded in another order, which training amplifies. The losses of ${agree} of
${pairs.length} trainings lie closer together than two seeds do (the standard deviation of their difference, √2 times that of the CPU's seeds).

${table(["run", "seed", "CPU: accuracy / loss", "WebGPU", "losses apart", "of two seeds"], rows)}
`;
}
