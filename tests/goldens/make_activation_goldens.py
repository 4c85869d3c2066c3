"""Makes activations.json: what activations compute in PyTorch, as make_op_goldens.py does it for operations, for tests/oracle/ops_test.ts.

    /usr/bin/python3 tests/goldens/make_activation_goldens.py

Written with PyTorch 1.13.
"""
import torch
import torch.nn.functional as F

from make_op_goldens import INF, NAN, OPS, In, case, f, rand, save

torch.manual_seed(53)

# Each with the arguments to try, and the places at which pieces meet.
ACTIVATIONS = {
    "elu": (F.elu, [[], [0.5], [-1.5]], [0]),
    "celu": (F.celu, [[], [0.5], [-2.0]], [0]),
    "selu": (F.selu, [[]], [0]),
    "softplus": (F.softplus, [[], [2.5, 10.0], [-1.0]], [0, 4, 20]),
    "logSigmoid": (F.logsigmoid, [[]], [0]),
    "mish": (F.mish, [[]], [0]),
    "softsign": (F.softsign, [[]], [0]),
    "hardtanh": (F.hardtanh, [[], [-2.0, 3.0]], [-1, 1, -2, 3]),
    "relu6": (F.relu6, [[]], [0, 6]),
    "hardsigmoid": (F.hardsigmoid, [[]], [-3, 3, 0]),
    "hardswish": (F.hardswish, [[]], [-3, 3, 0]),
}

OPS.update({name: (lambda function: lambda x, settings=(): function(x, *settings))(function) for name, (function, _, _) in ACTIVATIONS.items()})
OPS["prelu"] = lambda x, w: F.prelu(x, w)


def activation_cases():
    # PyTorch has no second derivatives of these, or has other ones than its first derivative's.
    once = {"hardtanh", "relu6", "hardsigmoid", "hardswish"}
    for op, (_, all_settings, kinks) in ACTIVATIONS.items():
        special = f([*kinks, -0.0, 1e-30, -1e-30, 30.0, -30.0, 100.0, -100.0, INF, -INF, NAN])
        for settings in all_settings:
            args = {"settings": settings} if settings else {}
            case("activation", f"{op} {settings}", op, [rand(5, 7, low=-8, high=8)], args)
            case("activation", f"{op} {settings} one number", op, [rand()], args, gn=16)
            case("activation", f"{op} {settings} empty", op, [rand(0, 3)], args)
            case("activation", f"{op} {settings} permuted", op, [In(rand(2, 5, 3, 7), ("permute", [0, 3, 1, 2]))], args, second=op not in once)
            case("activation", f"{op} {settings} special", op, [special], args, f32=True, ngrad=True)
            case("activation", f"{op} {settings} where pieces meet", op, [f([float(k) for k in kinks])], args)
    for shape, n in [((5, 7), 1), ((5, 7), 7), ((), 1), ((4,), 1), ((2, 3, 4, 5), 3), ((2, 3, 4, 5), 1), ((0, 3), 3)]:
        case("activation", f"prelu {list(shape)} {n}", "prelu", [rand(*shape), rand(n)], gn=120, second=True)
    case("activation", "prelu special", "prelu", [f([0.0, -0.0, 1.0, -1.0, INF, -INF, NAN]), f([0.25])], f32=True, ngrad=True)


if __name__ == "__main__":
    activation_cases()
    save("activations.json")
