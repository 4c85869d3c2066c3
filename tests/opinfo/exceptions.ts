/** What is not as in PyTorch, by class; each class is a row of docs/pytorch.md, which says why. */
import type { Outcome } from "./replay.ts";
import { hasWholeFloat, type Sample } from "./sample.ts";

export interface Exception {
  /** The first cell of its row. */
  readonly row: string;
  readonly outcome: Outcome;
  /** PyTorch's names of the operations; all, if it is left out. */
  readonly op?: RegExp;
  /** Sonde's error or the first difference; PyTorch's error where Sonde gives a result. */
  readonly says?: RegExp;
  readonly when?: (sample: Sample) => boolean;
  readonly devices?: readonly ("reference" | "cpu" | "webgpu")[];
}

const isSpecial = ({ src }: Sample) => src === "special";

/** An error in Sonde's words where PyTorch computes. */
const REFUSED: readonly Omit<Exception, "outcome">[] = [
  { row: "bytes (uint8)", says: /uint8|bytes are for storage/ },
  {
    row: "options that Sonde lacks",
    says: /Cannot use option "(maximize|dtype|indices|sparse|maxNorm)"/,
  },
  { row: "inputs without a batch axis", op: /norm/i, says: /\[batch, / },
  { row: "an output size of None or 0", op: /adaptive/i, says: /Cannot use output size/ },
  { row: "`mseLoss` of bool tensors", op: /mse_loss/, says: /Cannot sub bool/ },
  { row: "`mseLoss` of two shapes", op: /mse_loss/, says: /the shapes must be equal/ },
  { row: "`addcmul` of whole numbers by a fraction", op: /addcmul/, says: /Cannot addcmul_ a tensor of type int32/ },
  { row: "the number of classes of `oneHot`", op: /one_hot/, says: /the number of classes/ },
  { row: "`repeat` by counts below 0", op: /^(repeat|tile)$/, says: /sizes are whole numbers from 0/ },
  { row: "`histc` over the range of the data", op: /histc/, says: /min must be/ },
  {
    row: "tensors in the place of numbers",
    op: /narrow|repeat_interleave/,
    says: /must be a number, found .*\bRead it first|by a tensor/,
  },
  { row: "bool tensors as indices", op: /__getitem__/, says: /with a bool index/ },
  { row: "whole numbers that int32 cannot hold", op: /^int$/, says: /Cannot convert to int32/ },
  { row: "whole numbers that int32 cannot hold", op: /^pow$/, says: /a result does not fit/ },
  { row: "`cat` of empty tensors along an axis that they have not", op: /^cat$/, says: /Cannot cat along axis/ },
  { row: "weights and biases of one element", op: /norm|linear/, says: /(weight|bias) is |bias of shape/ },
  { row: "`arange` of int32 from fractions", op: /arange/, says: /in int32: it holds whole numbers/ },
  { row: "an index of several elements into a tensor without axes", op: /index_select/, says: /Cannot indexSelect/ },
  {
    row: "products, windows and scatterAdd of whole numbers",
    op: /mat|mm|mv|dot|linear|conv|pool|scatter|logsumexp/,
    says: /an? (int32|bool) tensor|with an? (int32|bool)/,
  },
];

/** A result where PyTorch has an error. */
const SILENT: readonly Omit<Exception, "outcome">[] = [
  {
    row: "number types that PyTorch's kernels lack",
    says:
      /not implemented for|to type uint8_t|should be either floating point|Expected self.dtype to be equal|INTERNAL ASSERT FAILED/,
  },
  {
    row: "one product for all shapes",
    op: /^(mm|bmm|mv|dot)$/,
    says: /must be a (matrix|3D)|tensors? expected|vector expected/,
  },
  {
    row: "numbers in the place of tensors",
    says: /must be Tensor, not int|Dimension out of range/,
    op: /max|min|logical|hypot|logaddexp|outer/,
  },
  { row: "int32 as index", says: /Expected dtype int64|only applicable to index tensor/ },
  { row: "padding of any number of axes", op: /pad/, says: /Only 2D, 3D, 4D, 5D|Invalid padding size/ },
  { row: "`arange` away from its end", op: /arange/, says: /step sign/ },
  { row: "convolutions to no channels", op: /conv/, says: /at least 1 at dimension 0/ },
  { row: "a `correction` with a fraction", op: /std|var/, says: /correction=float/ },
  {
    row: "whole numbers written as floats",
    says: /must be int, not float/,
    when: ({ in: args, kw }) => hasWholeFloat(args) || hasWholeFloat(kw),
  },
];

/** Another number, type or shape. */
const DIFFERS: readonly Omit<Exception, "outcome">[] = [
  { row: "bytes (uint8)", says: /expected uint8/, when: ({ d }) => d === "uint8" },
  { row: "`arange` without a type", op: /arange/, says: /dtype: expected int32, found float32/ },
  { row: "`linspace` of int32", op: /linspace/, says: /^output 0: expected/, when: isSpecial },
  { row: "`addcmul` of whole numbers by a fraction", op: /addcmul/, says: /expected int32, found float32/ },
  { row: "gradients of `hypot` at 0 and infinity", op: /^hypot$/, says: /^gradient/ },
  {
    row: "which of equal numbers `median`, `kthvalue` and `topk` name",
    op: /^(median|kthvalue|topk)$/,
    says: /^output 1/,
  },
  {
    row: "a mean of infinities",
    op: /^var_mean$/,
    says: /output 1: .*expected NaN, found -?Infinity/,
    when: isSpecial,
  },
  { row: "`logsumexp` of equal values near the end of float32", op: /logsumexp/, says: /gradient 0/, when: isSpecial },
  { row: "second gradients at 0 and infinity", op: /^(norm|prod)$/, says: /^second gradient/, when: isSpecial },
  {
    row: "second gradients at 0 and infinity",
    op: /^std$/,
    says: /^second gradient/,
    when: isSpecial,
    devices: ["cpu", "webgpu"],
  },
];

const all = (outcome: Outcome, list: readonly Omit<Exception, "outcome">[]) => list.map((one) => ({ outcome, ...one }));

export const exceptions: readonly Exception[] = [
  ...all("refused", REFUSED),
  ...all("silent", SILENT),
  ...all("differs", DIFFERS),
];
