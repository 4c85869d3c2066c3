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
    "maxPool2d": lambda x, kernel, stride=None, padding=0, dilation=1, ceilMode=False:
        F.max_pool2d(x, kernel, stride, padding, dilation, ceilMode),
    "conv1d": lambda x, w, b=None, stride=1, padding=0: F.conv1d(x, w, b, stride, padding),
    "embedding": lambda index, w, paddingIdx=None: F.embedding(index, w, paddingIdx),
    "convMaxPool": lambda x, w: F.max_pool2d(F.conv2d(x, w, padding=1), 2),
})


def activation_cases():
    special = f([0.0, -0.0, 1e-30, -1e-30, 9.0, -9.0, 90.0, -90.0, INF, -INF, NAN])
    for op, args in [("gelu", {}), ("gelu", {"approximate": "tanh"}), ("silu", {})]:
        case("activation", f"{args}", op, [rand(5, 7, low=-4, high=4)], args)
        case("activation", f"{args} one number", op, [rand()], args)
        case("activation", f"{args} empty", op, [rand(0, 3)], args)
        case("activation", f"{args} permuted", op, [In(rand(2, 5, 3, 7), ("permute", [0, 3, 1, 2]))], args, second=True)
        case("activation", f"{args} special", op, [special], args, f32=True, ngrad=True)


def max_pool_cases():
    m = "max pool"
    for shape, args in [
        ((2, 3, 6, 8), {"kernel": 2}),
        ((1, 5, 7, 7), {"kernel": 3, "stride": 2, "padding": 1}),
        ((3, 7, 5, 4), {"kernel": 3, "stride": 1, "padding": 1}),
        ((2, 4, 9, 8), {"kernel": [3, 2], "stride": [1, 3], "padding": [1, 0]}),
        ((2, 3, 9, 11), {"kernel": 3, "stride": 2, "dilation": 2, "padding": 1}),
        ((2, 3, 10, 7), {"kernel": [2, 3], "stride": 1, "dilation": [3, 1]}),
        ((2, 3, 7, 8), {"kernel": 2, "ceilMode": True}),
        ((2, 3, 6, 7), {"kernel": 3, "stride": 2, "padding": 1, "ceilMode": True}),
        ((1, 2, 5, 5), {"kernel": 2, "stride": 4, "ceilMode": True}),
        ((1, 1, 1, 1), {"kernel": 1}),
        ((2, 9, 4, 4), {"kernel": 4}),
    ]:
        case(m, f"{list(shape)} {args}", "maxPool2d", [rand(*shape)], args, exact=True, gn=9)
        n, c, h, w = shape
        case(m, f"{list(shape)} {args} channels last", "maxPool2d", [In(rand(n, h, w, c), ("permute", [0, 3, 1, 2]))], args, exact=True, gn=9)
    case(m, "empty batch", "maxPool2d", [rand(0, 3, 4, 4)], {"kernel": 2})
    case(m, "sliced", "maxPool2d", [In(rand(3, 4, 9, 12), ("slice", 0, 1, 3, 1), ("slice", 3, 1, 12, 2))], {"kernel": 2}, exact=True)
    case(m, "differentiable twice", "maxPool2d", [rand(2, 3, 5, 6)], {"kernel": 3, "stride": 2, "padding": 1}, second=True)
    case(m, "of a convolution", "convMaxPool", [rand(2, 3, 6, 6), rand(8, 3, 3, 3)], n=27, gn=64)
    # Equal elements: the gradient goes to the first
    for shape in [(2, 5, 6, 6), (2, 6, 7, 5)]:
        ties = torch.randint(-1, 2, shape).float()
        case(m, f"ties {list(shape)}", "maxPool2d", [ties], {"kernel": 3, "stride": 2, "padding": 1}, f32=True, exact=True)
        case(m, f"ties {list(shape)} transposed", "maxPool2d", [In(ties, ("permute", [0, 3, 1, 2]))], {"kernel": 2, "stride": 1}, f32=True, exact=True)
        special = ties.clone()
        special[torch.rand(shape) < 0.15] = NAN
        special[torch.rand(shape) < 0.3] = -INF
        special[0, :, :4, :4] = -INF
        case(m, f"special {list(shape)}", "maxPool2d", [special], {"kernel": 2, "padding": 1}, f32=True, exact=True)
        case(m, f"special {list(shape)} transposed", "maxPool2d", [In(special, ("permute", [0, 3, 1, 2]))], {"kernel": 3, "stride": 2}, f32=True, exact=True)


def conv1d_cases():
    for n, c, out, length, k, args in [
        (2, 3, 5, 11, 3, {}),
        (3, 16, 8, 28, 3, {"stride": 2, "padding": 1}),
        (1, 1, 1, 1, 1, {}),
        (4, 2, 7, 9, 4, {"stride": 3}),
        (2, 5, 3, 2, 5, {"padding": 2}),
    ]:
        x, w, b = rand(n, c, length), rand(out, c, k), rand(out)
        case("conv1d", f"{n}x{c}x{length} kernel {k} {args}", "conv1d", [x, w, b], args, linear=True, n=c * k, gn=n * length + out * k)
        case("conv1d", f"{n}x{c}x{length} kernel {k} {args}, no bias", "conv1d", [x, w], args, linear=True, n=c * k, gn=n * length + out * k)
    case("conv1d", "empty batch", "conv1d", [rand(0, 3, 5), rand(2, 3, 3), rand(2)])
    case("conv1d", "permuted", "conv1d", [In(rand(2, 9, 4), ("permute", [0, 2, 1])), rand(3, 4, 2)], linear=True, n=8, gn=24, second=True)


def embedding_cases():
    for shape in [(7,), (1, 1), (3, 4), (2, 3, 5), (), (0,), (2, 0)]:
        for args in ({}, {"paddingIdx": 2}, {"paddingIdx": -1}):
            case("embedding", f"{list(shape)} {args}", "embedding", [torch.randint(0, 5, shape), rand(5, 3)], args, gn=30)
    case("embedding", "one row", "embedding", [torch.zeros(6, dtype=torch.int64), rand(1, 130)], gn=6)
    case("embedding", "permuted table", "embedding", [torch.randint(0, 6, (4, 2)), In(rand(3, 6), ("permute", [1, 0]))], {"paddingIdx": 3}, gn=8)


if __name__ == "__main__":
    activation_cases()
    max_pool_cases()
    conv1d_cases()
    embedding_cases()
    save("layers.json")
