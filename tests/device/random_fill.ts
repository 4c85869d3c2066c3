/** Random steps without inputs: random numbers, arange. */
import { float, type Generator } from "./generator.ts";
import { randomOperand } from "./programs.ts";

export const random: Generator = (builder, choices) => {
  const shape = [choices.size(choices.chance(0.1) ? 200_000 : 5000)];
  const word = () => builder.scalar(choices.int(0, 2 ** 32 - 1));
  const distribution = choices.pick(["uniform", "normal"] as const);
  const state = [word(), word(), word(), word()] as const;
  builder.step({ kernel: "random", distribution, output: float(builder, choices, shape, { dense: true }), state });
  return `${distribution} [${shape}]`;
};

export const arange: Generator = (builder, choices) => {
  const shape = [choices.size(20_000)], dtype = choices.pick(["float32", "int32"] as const);
  const draw = () => builder.scalar(dtype === "int32" ? choices.int(-20, 20) : choices.normal());
  const output = randomOperand(builder, choices, { dtype, shape, dense: true });
  builder.step({ kernel: "arange", dtype, output, start: draw(), step: draw() });
  return `${dtype} [${shape}]`;
};
