/** Calls of what makes tensors of tensors: a part of options_calls.ts. */
import * as sonde from "../mod.ts";

const { F, ones, tensor } = sonde;

const x = () => ones([2, 2]), images = () => ones([1, 1, 4, 4]);

/** Options of any name, as unchecked code gives them. Nobody's type has them all. */
type Given = Record<string, never>;

export const TENSOR_CALLS: Readonly<Record<string, (options: Given) => unknown>> = {
  "nn/interpolate interpolate options": (o) => F.interpolate(images(), { size: 2, ...o }),
  "tensor/pad pad options": (o) => F.pad(x(), [1, 1], o),
  "tensor/patches fold options": (o) => F.fold(ones([1, 4, 9]), 4, 2, o),
  "tensor/patches unfold options": (o) => F.unfold(images(), 2, o),
  "tensor/tensor_arithmetic TensorArithmetic#addcdiv options": (o) => x().addcdiv(x(), x(), o),
  "tensor/tensor_arithmetic TensorArithmetic#addcmul options": (o) => x().addcmul(x(), x(), o),
  "tensor/tensor_arithmetic TensorArithmetic#norm options": (o) => x().norm(2, 0, o),
  "tensor/tensor_arithmetic TensorArithmetic#stdMean options": (o) => x().stdMean(0, o),
  "tensor/tensor_draws TensorDraws#bernoulli options": (o) => x().bernoulli(o),
  "tensor/tensor_draws TensorDraws#bernoulli_ options": (o) => x().bernoulli_(0.5, o),
  "tensor/tensor_draws TensorDraws#multinomial options": (o) => x().multinomial(1, o),
  "tensor/tensor_order TensorOrder#argsort options": (o) => x().argsort(0, o),
  "tensor/tensor_order TensorOrder#kthvalue options": (o) => x().kthvalue(1, 0, o),
  "tensor/tensor_order TensorOrder#median options": (o) => x().median(0, o),
  "tensor/tensor_order TensorOrder#quantile options": (o) => x().quantile(0.5, 0, o),
  "tensor/tensor_order TensorOrder#sort options": (o) => x().sort(0, o),
  "tensor/tensor_order TensorOrder#topk options": (o) => tensor([1, 2]).topk(1, 0, o),
};
