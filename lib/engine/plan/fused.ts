/** The step of a group of pointwise nodes. */
import type { Instruction, PointwiseInput } from "../../device/steps/pointwise.ts";
import { broadcastStrides, coalesce, naturalLayout } from "../../graph/layout.ts";
import type { Argument, Emission, Node, Ref } from "../../graph/node.ts";
import { type Shape, sizeOf, viewStrides } from "../../graph/shape.ts";
import type { Group } from "./groups.ts";

/**
 * Emits a group as one step: all loads, then the members' instructions, then what is read from outside as outputs.
 *
 * @param isRoot whether the flush must leave a node's value behind
 */
export function emitGroup(to: Emission, { members, read }: Group, isRoot: (node: Node) => boolean): void {
  const { shape } = members.at(-1)!;
  const loads = new Loads(to, shape), inside = new Map<Node, number>();
  for (const member of members) inside.set(member, -1);
  const written = members.map((member) => {
    const { args, code } = member.op.expand(member);
    return {
      member,
      code,
      args: args.map((argument) => ({ argument, register: loads.register(member, argument, inside) })),
    };
  });
  const { inputs, refs } = loads, code: Instruction[] = [];
  for (const { member, args, code: own } of written) {
    const places = args.map(({ argument, register }) => register ?? inside.get(inputOf(member, argument)!)!);
    const of = member.inputs[own[0]!.op === "where" ? 1 : 0]!.dtype;
    for (const { op, args } of own) {
      places.push(inputs.length + code.length);
      code.push({ op, dtype: member.dtype, of, args: args.map((place) => places[place]!) });
    }
    inside.set(member, places.at(-1)!);
  }
  const layout = naturalLayout(shape, refs);
  const stored = members.filter((member) => read.has(member) || isRoot(member));
  const outs = stored.map((member) => to.define(member.dtype, shape, layout));
  const loops = coalesce(shape, [layout, ...refs.map((ref) => broadcastStrides(ref, shape))], 0);
  let t = 1;
  to.push({
    kernel: "pointwise",
    shape: loops.shape,
    inputs: inputs.map((input) =>
      input.kind === "scalar"
        ? input
        : { ...input, operand: { ...input.operand, shape: loops.shape, strides: loops.strides[t++]! } }
    ),
    code,
    outputs: stored.map((member, i) => ({
      operand: to.operand(outs[i]!, loops.shape, loops.strides[0]!),
      register: inside.get(member)!,
      dtype: member.dtype,
    })),
  });
  stored.forEach((member, i) => to.assign(member, outs[i]!));
}

const inputOf = (node: Node, argument: Argument): Node | undefined =>
  "input" in argument ? node.inputs[argument.input] : undefined;

/** What a group reads from outside, each tensor or number once. */
class Loads {
  readonly inputs: PointwiseInput[] = [];
  /** Where the tensors among the inputs are. */
  readonly refs: Ref[] = [];
  readonly #registers = new Map<string, number>();

  constructor(readonly to: Emission, readonly shape: Shape) {}

  /** The register of an argument of `node`; undefined if a member of the group makes it. */
  register(node: Node, argument: Argument, inside: ReadonlyMap<Node, number>): number | undefined {
    const { to, shape } = this;
    if ("scalar" in argument) {
      const slot = to.scalar(node, argument.scalar);
      return this.#once(`${node.index} scalar ${slot}`, () => ({ kind: "scalar", slot, dtype: node.dtype }));
    }
    const input = node.inputs[argument.input]!, { dtype } = input;
    if (inside.has(input)) return undefined;
    if (input.op.isNumber && !input.value) {
      return this.#once(`${input.index}`, () => ({ kind: "scalar", slot: to.scalar(input, 0), dtype }));
    }
    return this.#once(`${input.index} ${argument.row} ${argument.along}`, () => {
      const ref = partOf(to.stored(input), argument, shape);
      this.refs.push(ref);
      const operand = to.operand({ ...ref, shape, strides: broadcastStrides(ref, shape) });
      return { kind: "tensor", operand, dtype: ref.dtype };
    });
  }

  #once(key: string, make: () => PointwiseInput): number {
    let register = this.#registers.get(key);
    if (register === undefined) this.#registers.set(key, register = this.inputs.push(make()) - 1);
    return register;
  }
}

/** The part of an input that an argument reads, in a form that broadcasts to `shape`. */
function partOf(ref: Ref, { row, along }: { row?: number; along?: number }, shape: Shape): Ref {
  if (row !== undefined) {
    const offset = ref.offset + row * ref.strides[0]!;
    const rest = ref.shape.slice(1), strides = ref.strides.slice(1);
    // A running average has one axis, its statistics those of the images with size 1.
    if (rest.length <= shape.length) return { ...ref, shape: rest, strides, offset };
    return { ...ref, shape: [sizeOf(rest)], strides: viewStrides(rest, strides, [sizeOf(rest)])!, offset };
  }
  if (along === undefined) return ref;
  const place = <T>(value: T, rest: T) => shape.map((_, axis) => axis === along ? value : rest);
  return { ...ref, shape: place(shape[along]!, 1), strides: place(ref.strides[0]!, 0) };
}
