/**
 * The language of the random programs: instructions over a list of tensor variables, numbered. Programs are plain JSON, so that
 * tests/goldens/run_programs.py can run them with PyTorch.
 */

/** Methods without arguments that are tame on any input. */
export const UNARY_METHODS = ["neg", "tanh", "sigmoid", "sin", "cos", "square", "exp", "erf"] as const;

/** Pointwise functions of one tensor, tame on any input. */
export const UNARY_FUNCTIONS = [
  ...UNARY_METHODS,
  "safeSqrt", // √(x² + ½)
  "safeLog", // log(x² + ½)
  "shiftedRelu", // relu(x + 0.137), so that structural zeros are no kinks
  "shiftedAbs", // |x + 0.137|
] as const;

/** Methods of one tensor that take another. */
export const BINARY_METHODS = ["add", "sub", "mul"] as const;

/** Pointwise functions of two tensors. */
export const BINARY_FUNCTIONS = [...BINARY_METHODS, "safeDiv", "minimum", "maximum"] as const;

/** Methods of a tensor that take a number. */
export const NUMBER_METHODS = ["add", "sub", "mul", "div", "leakyRelu", "clampMin", "clampMax"] as const;

/** Pointwise functions of a tensor and a number. */
export const NUMBER_FUNCTIONS = ["add", "sub", "mul", "div", "rsub", "leakyRelu", "clampMin", "clampMax"] as const;

/** Reductions. */
export const REDUCE_FUNCTIONS = ["sum", "mean", "max", "min", "var", "logsumexp"] as const;

/** Views. */
export const VIEW_FUNCTIONS = [
  "permute",
  "slice",
  "select",
  "narrow",
  "unsqueeze",
  "squeeze",
  "expand",
  "view",
  "flatten",
  "reshape",
] as const;

/** Changes in place; `y` is a tensor, `value` a number. */
export const IN_PLACE_FUNCTIONS = [
  "add_",
  "sub_",
  "mul_",
  "lerp_",
  "copy_",
  "addcmul_",
  "fill_",
  "zero_",
  "neg_",
  "clampMax_",
] as const;

/** One instruction. `out` numbers the variable it defines. */
export type Instruction =
  | { op: "new"; out: number; shape: number[]; data: number[]; requiresGrad: boolean }
  | { op: "full"; out: number; shape: number[]; value: number }
  | { op: "random"; out: number; f: "randn" | "rand"; shape: number[] }
  | { op: "unary"; out: number; f: typeof UNARY_FUNCTIONS[number]; x: number }
  | { op: "binary"; out: number; f: typeof BINARY_FUNCTIONS[number]; x: number; y: number }
  | { op: "number"; out: number; f: typeof NUMBER_FUNCTIONS[number]; x: number; value: number }
  | { op: "lerp"; out: number; x: number; y: number; value: number }
  | { op: "where"; out: number; x: number; y: number; z: number; value: number }
  | { op: "reduce"; out: number; f: typeof REDUCE_FUNCTIONS[number]; x: number; dims: number[]; keepdim: boolean }
  | { op: "matmul"; out: number; x: number; y: number }
  | { op: "softmax"; out: number; f: "softmax" | "logSoftmax"; x: number; dim: number }
  | { op: "join"; out: number; f: "cat" | "stack"; x: number; y: number; dim: number }
  | { op: "view"; out: number; f: typeof VIEW_FUNCTIONS[number]; x: number; args: number[] }
  | { op: "copy"; out: number; f: "clone" | "contiguous" | "detach"; x: number }
  | { op: "inPlace"; f: typeof IN_PLACE_FUNCTIONS[number]; x: number; y?: number; z?: number; value?: number }
  | { op: "noGrad"; body: Instruction[] }
  | { op: "backward"; x: number; loss: "sum" | "mean" | "square"; retain: boolean }
  | { op: "grad"; out: number; x: number } // x.grad between −1 and 1; zeros where there is none
  | { op: "scaleGrad"; x: number; value: number }
  | { op: "zeroGrad"; x: number }
  | { op: "keep"; x: number }
  | { op: "read"; xs: number[]; bounds: number[] }
  | { op: "readLost"; x: number } // planned execution must throw OverwrittenError here
  | { op: "flush" };

/** A program: `random` ones draw random numbers and cannot be compared with PyTorch. */
export interface Program {
  readonly seed: number;
  readonly instructions: Instruction[];
}

/** Variables an instruction reads or changes. */
export function operands(instruction: Instruction): number[] {
  switch (instruction.op) {
    case "new":
    case "full":
    case "random":
    case "flush":
      return [];
    case "noGrad":
      return instruction.body.flatMap(operands);
    case "read":
      return instruction.xs;
    case "inPlace":
      return [instruction.x, instruction.y, instruction.z].filter((v) => v !== undefined);
    case "where":
      return [instruction.x, instruction.y, instruction.z];
    case "binary":
    case "lerp":
    case "matmul":
    case "join":
      return [instruction.x, instruction.y];
    default:
      return [instruction.x];
  }
}

/** Variables an instruction defines. */
export function results(instruction: Instruction): number[] {
  if (instruction.op === "noGrad") return instruction.body.flatMap(results);
  return "out" in instruction ? [instruction.out] : [];
}

/** A program as TypeScript that a person can paste and run. */
export function showProgram(program: Program): string {
  const numbers = (list: readonly number[]) => `[${list.join(", ")}]`;
  const show = (i: Instruction, indent: string): string => {
    const out = "out" in i ? `const v${i.out} = ` : "";
    const x = "x" in i ? `v${i.x}` : "";
    switch (i.op) {
      case "new":
        return `${out}tensor(${numbers(i.data)}, { shape: ${numbers(i.shape)}${
          i.requiresGrad ? ", requiresGrad: true" : ""
        }, device })`;
      case "full":
        return `${out}full(${numbers(i.shape)}, ${i.value}, { device })`;
      case "random":
        return `${out}${i.f}(${numbers(i.shape)}, { device })`;
      case "unary": {
        const composite: Record<string, string> = {
          safeSqrt: "square().add(0.5).sqrt()",
          safeLog: "square().add(0.5).log()",
          shiftedRelu: "add(0.137).relu()",
          shiftedAbs: "add(0.137).abs()",
        };
        return `${out}${x}.${composite[i.f] ?? `${i.f}()`}`;
      }
      case "binary":
        return i.f === "safeDiv" ? `${out}${x}.div(v${i.y}.square().add(0.5))` : `${out}${x}.${i.f}(v${i.y})`;
      case "number":
        return i.f === "rsub" ? `${out}${x}.neg().add(${i.value})` : `${out}${x}.${i.f}(${i.value})`;
      case "lerp":
        return `${out}${x}.lerp(v${i.y}, ${i.value})`;
      case "where":
        return `${out}where(${x}.gt(${i.value}), v${i.y}, v${i.z})`;
      case "reduce":
        return `${out}${x}.${i.f}(${numbers(i.dims)}, { keepdim: ${i.keepdim} })`;
      case "matmul":
        return `${out}${x}.matmul(v${i.y})`;
      case "softmax":
        return `${out}${x}.${i.f}(${i.dim})`;
      case "join":
        return `${out}${i.f}([${x}, v${i.y}], ${i.dim})`;
      case "view":
        return `${out}${x}.${i.f}(${i.args.join(", ")})`;
      case "copy":
        return `${out}${x}.${i.f}()`;
      case "inPlace":
        return `${x}.${i.f}(${
          [i.y, i.z].filter((v) => v !== undefined).map((v) => `v${v}`).concat(
            i.value === undefined ? [] : [`${i.value}`],
          )
        })`;
      case "noGrad":
        return `noGrad(() => {\n${i.body.map((b) => `${indent}  ${show(b, indent + "  ")}`).join("\n")}\n${indent}})`;
      case "backward": {
        const loss = i.loss === "square" ? "square().sum()" : `${i.loss}()`;
        return `${x}.${loss}.backward(${i.retain ? "undefined, { retainGraph: true }" : ""})`;
      }
      case "grad":
        return `${out}${x}.grad?.clamp(-1, 1) ?? zeros(${x}.shape)`;
      case "scaleGrad":
        return `${x}.grad?.mul_(${i.value})`;
      case "zeroGrad":
        return `${x}.grad = null`;
      case "keep":
        return `${x}.keep()`;
      case "read":
        return `await Promise.all([${i.xs.map((v) => `v${v}.array()`).join(", ")}]) // compared`;
      case "readLost":
        return `await ${x}.array() // must throw OverwrittenError`;
      case "flush":
        return "flush(device)";
    }
  };
  return [`// program ${program.seed}`, ...program.instructions.map((i) => show(i, ""))].join("\n");
}
