"""Makes layers.json: what layers compute in PyTorch, as make_op_goldens.py does it for operations, for tests/oracle/ops_test.ts.

    /usr/bin/python3 tests/goldens/make_layer_goldens.py

Written with PyTorch 1.13.
"""
import torch
import torch.nn.functional as F

from make_op_goldens import INF, NAN, OPS, In, case, f, rand, save

torch.manual_seed(31)

OPS.update({
    "gelu": lambda x, approximate="none": F.gelu(x, approximate=approximate),
    "silu": lambda x: F.silu(x),
})


def activation_cases():
    special = f([0.0, -0.0, 1e-30, -1e-30, 9.0, -9.0, 90.0, -90.0, INF, -INF, NAN])
    for op, args in [("gelu", {}), ("gelu", {"approximate": "tanh"}), ("silu", {})]:
        case("activation", f"{args}", op, [rand(5, 7, low=-4, high=4)], args)
        case("activation", f"{args} one number", op, [rand()], args)
        case("activation", f"{args} empty", op, [rand(0, 3)], args)
        case("activation", f"{args} permuted", op, [In(rand(2, 5, 3, 7), ("permute", [0, 3, 1, 2]))], args, second=True)
        case("activation", f"{args} special", op, [special], args, f32=True, ngrad=True)


if __name__ == "__main__":
    activation_cases()
    save("layers.json")
