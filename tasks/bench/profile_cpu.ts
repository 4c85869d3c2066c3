/**
 * The kernels of a step on the cpu: each command is run by itself, with all threads.
 *
 * @module
 */
import type { Backend } from "../../lib/device/backend.ts";
import { CpuBackend, type ObservedCommand } from "../../lib/device/cpu/backend.ts";
import type { CpuLaunch, Profiler } from "./profile_launch.ts";
import { stepOutputs } from "../../lib/device/steps/mod.ts";
import { bytesOf, productOf, stepBytes, stepFlops, stepName } from "./profile_work.ts";

/**
 * The launches of one run of a program: the commands of a step together, wherever in the run they are, and with them those of a step whose work one
 * of them does along with its own.
 */
function launchesOf(commands: readonly ObservedCommand[]): CpuLaunch[] {
  const leaders = new Map(
    commands.flatMap(({ step, shared }) => shared === undefined ? [] : [[shared, step] as const]),
  );
  const groups = Map.groupBy(commands, ({ step }) => leaders.get(step) ?? step);
  return [...groups].sort(([a], [b]) => a - b).map(([at, own]) => {
    const { program } = own[0]!,
      steps = [at, ...own.flatMap(({ shared }) => shared ?? [])].map((i) => program.steps[i]!);
    const product = productOf(steps[0]!);
    const sum = (of: (command: ObservedCommand) => number) => own.reduce((total, command) => total + of(command), 0);
    return {
      name: steps.map(stepName).join(", "),
      groups: sum(({ chunks }) => chunks),
      // What the others read, it has read, or made, itself.
      bytes: stepBytes(steps[0]!, program) + bytesOf(program, steps.slice(1).flatMap(stepOutputs)),
      flops: steps.reduce((total, step) => total + stepFlops(step), 0),
      microseconds: 1000 * sum(({ milliseconds }) => milliseconds),
      commands: own.map(({ chunks }) => chunks),
      ...(product ? { product } : {}),
    };
  });
}

/** Takes the commands of the cpu device, those of one step of a program together. */
export class CpuProfiler implements Profiler {
  readonly #backend: CpuBackend;

  constructor(backend: Backend) {
    if (!(backend instanceof CpuBackend)) throw new TypeError(`Cannot take steps of ${backend.kind} apart`);
    this.#backend = backend;
  }

  async launches(step: () => Promise<void>): Promise<CpuLaunch[]> {
    return (await this.apart(step)).launches;
  }

  /** The kernels of a step, and the microseconds that it took besides: recording, planning and binding. */
  async apart(step: () => Promise<void>): Promise<{ launches: CpuLaunch[]; aroundMicroseconds: number }> {
    const commands: ObservedCommand[] = [];
    this.#backend.observer = (command) => commands.push(command);
    const began = performance.now();
    await step();
    const took = performance.now() - began;
    this.#backend.observer = undefined;
    const launches = [...Map.groupBy(commands, ({ run }) => run).values()].flatMap(launchesOf);
    const kernels = commands.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
    return { launches, aroundMicroseconds: 1000 * (took - kernels) };
  }

  stop(): void {
    this.#backend.observer = undefined;
  }
}
