/** Compiled kernels, by their text: sizes are parameters, so that a text serves many shapes. */
import { OperationError } from "../errors.ts";
import { acrossBuffers } from "./across.ts";
import type { Health } from "./health.ts";
import type { DeviceMemory } from "./memory.ts";
import { withSubgroups } from "./teams.ts";

/** The pipelines of one device. */
export class Pipelines {
  readonly #byText = new Map<string, GPUComputePipeline>();
  /** By how many buffers of the heap kernels see. */
  readonly #layouts: GPUPipelineLayout[] = [];
  readonly #memory: DeviceMemory;
  readonly #health: Health;
  readonly #subgroup: number;
  /** Users' kernels by their text: a promise while the driver looks at one, and why it was refused. */
  readonly #verdicts = new Map<string, Promise<void> | OperationError>();

  /**
   * @param subgroup how many invocations in a row exchange registers (see {@linkcode withSubgroups})
   * @param inWords whether kernels are chosen that move single words alone
   */
  constructor(health: Health, memory: DeviceMemory, subgroup = 1, readonly inWords = false) {
    this.#subgroup = subgroup;
    this.#health = health;
    this.#memory = memory;
  }

  #layoutOf(buffers: number): GPUPipelineLayout {
    const bindGroupLayouts = [this.#memory.layoutOf(buffers)];
    return this.#layouts[buffers] ??= this.#health.device.createPipelineLayout({ label: "sonde", bindGroupLayouts });
  }

  /** The pipeline of a module over several neighbouring buffers of the heap. */
  across(buffers: number, label: string, code: string, custom?: string): GPUComputePipeline {
    const text = acrossBuffers(code, buffers, this.#memory.bufferBytes);
    return this.get(label, text, custom, buffers);
  }

  /** How many kernels have been compiled. */
  get count(): number {
    return this.#byText.size;
  }

  /**
   * The pipeline of a module; a text that does not compile fails the device, with the driver's message, line and caret.
   * @param custom the operation whose user brought the text: then {@linkcode Pipelines.verdict} has the message, and the device goes on
   */
  get(label: string, code: string, custom?: string, buffers = 1): GPUComputePipeline {
    let pipeline = this.#byText.get(code);
    if (!pipeline) {
      const { device } = this.#health;
      const create = () => {
        const module = device.createShaderModule({ label, code: withSubgroups(code, this.#subgroup) });
        return device.createComputePipeline({
          label,
          layout: this.#layoutOf(buffers),
          compute: { module, entryPoint: "main" },
        });
      };
      if (custom === undefined) pipeline = this.#health.scoped(`compile the kernel ${label}`, create);
      else {
        const { result, error } = this.#health.watched(create);
        pipeline = result;
        const verdict = error.then((error) => {
          if (!error) return void this.#verdicts.delete(code);
          this.#verdicts.set(code, new OperationError(custom, `its WGSL does not compile:\n${error.message.trim()}`));
        });
        this.#verdicts.set(code, verdict);
      }
      this.#byText.set(code, pipeline);
    }
    return pipeline;
  }

  /** What the driver says of a text: a promise while it looks, an error if it was refused, undefined if it is good. */
  verdict(code: string): Promise<void> | OperationError | undefined {
    return this.#verdicts.get(code);
  }
}
