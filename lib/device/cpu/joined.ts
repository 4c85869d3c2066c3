/**
 * Instructions that do the work of two or three: the result of the first goes on in the processor's registers, rather than through a block of
 * scratch memory. Each step rounds by itself, so that results are those of the instructions one by one.
 */
/**
 * By name: the instruction that comes first, the one that reads its result, and the place of that among the second's arguments. What it reads is
 * what the first reads, then the second's other arguments.
 */
export const JOINED = {
  addAdd: ["add", "add", 0],
  addSub: ["add", "sub", 0],
  addSubFrom: ["add", "sub", 1],
  addMul: ["add", "mul", 0],
  subAdd: ["sub", "add", 0],
  subSub: ["sub", "sub", 0],
  subSubFrom: ["sub", "sub", 1],
  subMul: ["sub", "mul", 0],
  mulAdd: ["mul", "add", 0],
  mulSub: ["mul", "sub", 0],
  mulSubFrom: ["mul", "sub", 1],
  mulMul: ["mul", "mul", 0],
  addRelu: ["add", "relu", 0],
  mulAddRelu: ["mulAdd", "relu", 0],
  subMulAdd: ["subMul", "add", 0],
  subMulAddRelu: ["subMulAdd", "relu", 0],
  leWhere: ["le", "where", 0],
} as const;

/** The name of one of them. */
export type JoinedInstruction = keyof typeof JOINED;

/** How many arguments each has. */
export const JOINED_ARITY: { readonly [K in JoinedInstruction]: 2 | 3 | 4 } = {
  ...{ addAdd: 3, addSub: 3, addSubFrom: 3, addMul: 3 },
  ...{ subAdd: 3, subSub: 3, subSubFrom: 3, subMul: 3 },
  ...{ mulAdd: 3, mulSub: 3, mulSubFrom: 3, mulMul: 3 },
  ...{ addRelu: 2, mulAddRelu: 3, subMulAdd: 4, subMulAddRelu: 4, leWhere: 4 },
};

/** Names by what they join. */
const NAMES: ReadonlyMap<string, JoinedInstruction> = new Map(
  Object.entries(JOINED).map(([name, of]) => [of.join(), name as JoinedInstruction]),
);

/** What computes the second instruction of the first's result in this place; a sum or product has it in either. */
export function joinedName(first: string, second: string, place: number): JoinedInstruction | undefined {
  return NAMES.get([first, second, second === "add" || second === "mul" ? 0 : place].join());
}
