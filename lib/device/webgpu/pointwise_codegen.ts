/**
 * Generates the WGSL of a pointwise chain: for every index of the shape, load the inputs, run the code, store the named registers.
 *
 * The text depends on the code, the rank and each operand's kind of strides; sizes, strides, starts and scalars are parameters. Where all
 * operands allow, an invocation computes four neighbours of the last axis at once as `vec4`s.
 */
import { mayRaise } from "../faults.ts";
import { computed, type DType } from "../dtype.ts";
import type { Operand } from "../operand.ts";
import type { Program } from "../program.ts";
import type { PointwiseStep } from "../steps/pointwise.ts";
import { sizeOf } from "../shape.ts";
import { type Dispatch, Fields, type MergeInfo, type ModuleParts, moduleText, WORKGROUP } from "./module.ts";
import { convert, expression, type Lanes, typeName } from "./pointwise_ops.ts";
import { halfAt, isAligned } from "./reading.ts";
import { segmented } from "./segments.ts";

/** How an operand is reached: at the flat index, always at its start, or by the index of each axis. */
type Access = "dense" | "single" | "strided";

function accessOf({ strides }: Operand, shape: readonly number[]): Access {
  if (strides.every((stride, axis) => stride === 0 || shape[axis] === 1)) return "single";
  let dense = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== dense) return "strided";
    dense *= shape[axis]!;
  }
  return "dense";
}

/** Whether four neighbours of the last axis may be moved at once. */
function allowsFour(operand: Operand, shape: readonly number[]): boolean {
  const last = operand.strides.at(-1);
  if (last === 0) return true;
  return last === 1 && isAligned(operand) &&
    operand.strides.every((stride, axis) => axis === shape.length - 1 || stride % 4 === 0);
}

/** Operands of tensors, inputs first. */
const operandsOf = ({ inputs, outputs }: PointwiseStep): Operand[] => [
  ...inputs.flatMap((input) => input.kind === "tensor" ? [input.operand] : []),
  ...outputs.map((output) => output.operand),
];

/**
 * How many neighbours an invocation computes. Four also where the count is no multiple of four, if all outputs are whole values: values
 * begin at multiples of 256 bytes, so that the last vec4 reaches no further than padding. What lies there must raise no fault.
 */
function chooseLanes(step: PointwiseStep, program: Program, flat: boolean): Lanes {
  const { shape, outputs } = step;
  if (shape.length === 0) return 1;
  const count = sizeOf(shape);
  const padded = flat && count > 1 && !step.code.some(mayRaise) &&
    outputs.every(({ operand }) =>
      operand.offset === 0 && operand.dynamic < 0 && program.values[operand.value]!.elements === count
    );
  if (shape.at(-1)! % 4 !== 0 && !padded) return 1;
  const operands = operandsOf(step);
  if (!flat) return operands.every((operand) => allowsFour(operand, shape)) ? 4 : 1;
  return operands.every((operand) => accessOf(operand, shape) === "single" || isAligned(operand)) ? 4 : 1;
}

/** The dispatch of a pointwise step. */
export function lowerPointwise(step: PointwiseStep, program: Program): Dispatch[] {
  const flat = isFlat(step);
  return [pointwise(step, chooseLanes(step, program, flat), flat)];
}

/** Elements up to which a chain may as well run one by one. */
const FEW = 1 << 14;

const isFlat = (step: PointwiseStep) =>
  operandsOf(step).every((operand) => accessOf(operand, step.shape) !== "strided");

function pointwise(step: PointwiseStep, lanes: Lanes, flat: boolean): Dispatch {
  const { shape } = step;
  const count = Math.ceil(sizeOf(shape) / lanes);
  const integers = step.code.some(mayRaise), fields = new Fields().constant("count", count);
  if (integers) fields.site(step);
  const body = chainText(step, lanes, fields);
  const heap = lanes === 4 ? "vec4<u32>" : "u32";
  const module = { heap, math: integers || /\b[a-z0-9]+Of\(/.test(body), integers } as const;
  const text = `// ${describe(step)}
@compute @workgroup_size(${WORKGROUP})
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let i = workgroupIndex(workgroup, workgroups) * ${WORKGROUP}u + local;
  if (i >= p.count) {
    return;
  }
${body}}
`;
  const few = lanes === 4 && sizeOf(shape) <= FEW;
  return {
    label: `pointwise ${step.code.map(({ op }) => op).slice(0, 6).join(" ") || "copy"}${lanes === 4 ? " ×4" : ""}`,
    code: moduleText({ text, fields: fields.list, ...module }),
    fields: fields.list,
    workgroups: Math.ceil(count / WORKGROUP),
    scratch: 0,
    beside: {
      threads: WORKGROUP,
      grows: false,
      memory: {},
      heap,
      inWords: few ? () => pointwise(step, 1, flat) : undefined,
    },
    ...(flat ? { merge: overTensors(step, lanes, count, module) } : {}),
  };
}

/** The same chain over many segments, each with its own parameters: a workgroup looks up the segment it belongs to. */
function overTensors(
  step: PointwiseStep,
  lanes: Lanes,
  count: number,
  module: Pick<ModuleParts, "heap" | "math" | "integers">,
): MergeInfo {
  const fields = new Fields().constants({ first: 0, count });
  if (module.integers) fields.site(step);
  const body = chainText(step, lanes, fields);
  const text = `// ${describe(step)} Over several tensors, one after the other.
@compute @workgroup_size(${WORKGROUP})
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let group = workgroupIndex(workgroup, workgroups);
  let p = parameters.list[segmentOf(group)];
${module.integers ? "  siteNow = p.site;\n" : ""}  let i = (group - p.first) * ${WORKGROUP}u + local;
  if (i >= p.count) {
    return;
  }
${body}}
`;
  return segmented({ text, ...module }, fields);
}

const describe = ({ code }: PointwiseStep) => `Pointwise chain: ${code.map(({ op }) => op).join(", ") || "copy"}.`;

/** What a register of a chain is called. */
export interface Register {
  readonly text: string;
  readonly dtype: DType;
}

/** Statements of a chain's instructions: appended to `lines`, and their results to `registers`. */
export function computeText(code: PointwiseStep["code"], lanes: Lanes, registers: Register[], lines: string[]): void {
  for (const instruction of code) {
    const args = instruction.args.map((arg, position) => {
      const register = registers[arg]!;
      const wanted = instruction.op === "where" && position === 0 ? "bool" : instruction.of;
      return convert(register.text, register.dtype, wanted, lanes);
    });
    if (instruction.op === "copy" && instruction.dtype === instruction.of) {
      registers.push({ text: args[0]!, dtype: instruction.dtype });
      continue;
    }
    const [text, natural] = expression(instruction, args, lanes);
    lines.push(`  let r${registers.length} = ${convert(text, natural, instruction.dtype, lanes)};`);
    registers.push({ text: `r${registers.length}`, dtype: instruction.dtype });
  }
}

/** Statements that load, compute and store element `i` (of one lane or four); adds what they need to the parameters. */
function chainText(step: PointwiseStep, lanes: Lanes, fields: Fields): string {
  const lines: string[] = [], registers: Register[] = [];
  const words = lanes === 1 ? "u32" : "vec4<u32>";
  const site: Site = { shape: step.shape, lanes, axes: axisNames(step, lanes, fields, lines), fields };
  step.inputs.forEach((input, n) => {
    const { dtype } = input;
    let text: string;
    if (input.kind === "scalar") {
      fields.scalar(`s${n}`, input.slot, dtype === "float32" ? "f32" : dtype === "bool" ? "bool" : "i32");
      text = dtype === "bool" ? `(p.s${n} != 0u)` : `p.s${n}`;
      if (lanes === 4) text = `${typeName(dtype, 4)}(${text})`;
    } else {
      text = dtype === "float16"
        ? halfText(`a${n}`, input.operand, site)
        : asType(dtype, loadText(`a${n}`, input.operand, site), lanes);
    }
    lines.push(`  let r${registers.length} = ${text};`);
    registers.push({ text: `r${registers.length}`, dtype: computed(dtype) });
  });
  computeText(step.code, lanes, registers, lines);
  step.outputs.forEach(({ operand, register, dtype }, n) => {
    const value = convert(registers[register]!.text, registers[register]!.dtype, dtype, lanes);
    const word = dtype === "bool" ? `select(${words}(0u), ${words}(1u), ${value})` : `bitcast<${words}>(${value})`;
    const place = placeText(`o${n}`, operand, site);
    lines.push(`  heap[${place}] = ${word};`);
  });
  return lines.join("\n") + "\n";
}

/** Unravels `i` into one index an axis, if some operand needs them; the last axis counts in units of `lanes`. */
function axisNames(step: PointwiseStep, lanes: Lanes, fields: Fields, lines: string[]): string[] {
  const { shape } = step;
  const strided = [...step.inputs, ...step.outputs].some((end) =>
    "operand" in end && accessOf(end.operand, shape) === "strided"
  );
  if (!strided) return [];
  const names = shape.map((_, axis) => axis === 0 && shape.length === 1 ? "i" : `x${axis}`);
  let rest = "i";
  for (let axis = shape.length - 1; axis > 0; axis--) {
    fields.constant(`n${axis}`, axis === shape.length - 1 ? shape[axis]! / lanes : shape[axis]!);
    const next = axis === 1 ? "x0" : `rest${axis}`;
    lines.push(`  let x${axis} = ${rest} % p.n${axis};`, `  let ${next} = ${rest} / p.n${axis};`);
    rest = next;
  }
  return names;
}

/** Whether an operand is the same along the last axis. */
const isSpread = (operand: Operand, shape: readonly number[]) =>
  operand.strides.at(-1) === 0 || accessOf(operand, shape) === "single";

/** Where in the text an operand is reached: at element `i` of the shape, which has these names along the axes. */
interface Site {
  readonly shape: readonly number[];
  readonly lanes: Lanes;
  readonly axes: readonly string[];
  readonly fields: Fields;
}

/** Index of the operand's element in the heap (in units of `lanes` words, unless its last stride is 0). */
function placeText(name: string, operand: Operand, { shape, lanes, axes, fields }: Site, halves = false): string {
  const whole = lanes === 4 && !isSpread(operand, shape); // moved as a vec4
  fields.address(name, operand, { shift: whole ? 2 : 0, halves });
  const access = accessOf(operand, shape);
  if (access === "single") return `p.${name}`;
  if (access === "dense") return `p.${name} + i`;
  const terms = [`p.${name}`];
  operand.strides.forEach((stride, axis) => {
    if (stride === 0 || shape[axis] === 1) return;
    const inner = axis === shape.length - 1;
    if (stride === 1 && (lanes === 1 || inner)) {
      terms.push(axes[axis]!);
      return;
    }
    fields.constant(`${name}t${axis}`, whole ? stride / 4 : stride);
    terms.push(`${axes[axis]} * p.${name}t${axis}`);
  });
  return terms.join(" + ");
}

/** A word, or four, as a value of a type. */
const asType = (dtype: DType, word: string, lanes: Lanes): string =>
  dtype === "bool"
    ? `(${word} != ${lanes === 1 ? "u32" : "vec4<u32>"}(0u))`
    : `bitcast<${typeName(dtype, lanes)}>(${word})`;

/** The value or values of an input of float16, as float32. Its place counts halves, or fours of them, of which a vec4 has two. */
function halfText(name: string, operand: Operand, site: Site): string {
  const place = placeText(name, operand, site, true);
  if (site.lanes === 1) return halfAt(place, "u32");
  if (!isSpread(operand, site.shape)) return `fourHalves(heap[(${place}) >> 1u], ${place})`;
  return `vec4<f32>(halfOf(heap[(${place}) >> 3u][((${place}) >> 1u) & 3u], ${place}))`;
}

/** The word or words of an input. An input that is the same along the last axis is read once and spread over the lanes. */
function loadText(name: string, operand: Operand, site: Site): string {
  const place = placeText(name, operand, site);
  if (site.lanes === 1 || !isSpread(operand, site.shape)) return `heap[${place}]`;
  return `vec4<u32>(heap[(${place}) >> 2u][(${place}) & 3u])`;
}
