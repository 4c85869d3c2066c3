"""Makes shaping.json: what operations compute that move elements, put them in order, pick or pad them, as make_op_goldens.py does it for the
others, for tests/oracle/ops_test.ts.

    /usr/bin/python3 tests/goldens/make_shaping_goldens.py

Written with PyTorch 1.13.
"""
import torch
import torch.nn.functional as F

from make_op_goldens import INF, NAN, OPS, In, bools, case, f, ints, rand, save

torch.manual_seed(53)

OPS.update({
    "flip": lambda x, dims: x.flip(dims),
    "roll": lambda x, shifts, dims=None: x.roll(shifts, dims if dims is not None else ()),
    "repeat": lambda x, counts: x.repeat(counts),
    "tile": lambda x, counts: x.tile(counts),
    "repeatInterleave": lambda x, count, dim=None: x.repeat_interleave(count, dim),
    "split": lambda x, size, dim=0: list(x.split(size, dim)),
    "chunk": lambda x, chunks, dim=0: list(x.chunk(chunks, dim)),
    "unbind": lambda x, dim=0: list(x.unbind(dim)),
    "diagonal": lambda x, offset=0, first=0, second=1: x.diagonal(offset, first, second),
    "writeDiagonal": lambda x, y: torch.diagonal_scatter(x, y, 1),
    "tril": lambda x, diagonal=0: x.tril(diagonal),
    "triu": lambda x, diagonal=0: x.triu(diagonal),
    "windows": lambda x, dim, size, step: x.unfold(dim, size, step),
    "cumprod": lambda x, dim: x.cumprod(dim),
    "hstack": lambda *xs: torch.hstack(xs),
    "vstack": lambda *xs: torch.vstack(xs),
    "sort": lambda x, dim, descending=False: list(x.sort(dim=dim, descending=descending, stable=True)),
    "argsort": lambda x, dim, descending=False: torch.sort(x, dim=dim, descending=descending, stable=True).indices,
    "topk": lambda x, k, dim, largest=True: list(x.topk(k, dim, largest)),
    "kthvalue": lambda x, k, dim, keepdim=False: list(x.kthvalue(k, dim, keepdim)),
    "median": lambda x, dim=None, keepdim=False: x.median() if dim is None else list(x.median(dim, keepdim)),
    "quantile": lambda x, q, dim=None, keepdim=False, interpolation="linear": x.quantile(
        torch.tensor(q, dtype=x.dtype) if isinstance(q, list) else q, dim, keepdim, interpolation=interpolation),
    "maxWithIndices": lambda x, dim, keepdim=False: list(x.max(dim, keepdim)),
    "minWithIndices": lambda x, dim, keepdim=False: list(x.min(dim, keepdim)),
    "maskedFill": lambda x, mask, value: x.masked_fill(mask, value),
    "together": lambda x, *index: x[index],
    "togetherApart": lambda x, i, j: x[i, :, j],
    "together2d": lambda x, i: x[:, i],
    "hypot": lambda a, b: a.hypot(b),
    "logaddexp": lambda a, b: torch.logaddexp(a, b),
    "fmod": lambda a, b=None, number=None: a.fmod(b if number is None else number),
    "floorDivide": lambda a, b=None, number=None: a.detach().div(b.detach() if number is None else number, rounding_mode="floor"),
    "outer": lambda a, b: torch.outer(a, b),
    "addcmul": lambda x, a, b, value=1: torch.addcmul(x, a, b, value=value),
    "addcdiv": lambda x, a, b, value=1: torch.addcdiv(x, a, b, value=value),
    "normOf": lambda x, p, dim=None, keepdim=False: x.norm(INF if p == "inf" else -INF if p == "-inf" else p, dim, keepdim),
    "stdMean": lambda x, dim, keepdim=False, correction=1: list(torch.std_mean(x, dim, correction=correction, keepdim=keepdim)),
    "einsum": lambda *xs, equation: torch.einsum(equation, *xs),
    "pad": lambda x, padding, mode="constant", value=0: F.pad(x, padding, mode, value),
    "unfold": lambda x, kernel, **args: F.unfold(x, kernel, **args),
    "fold": lambda x, size, kernel, **args: F.fold(x, size, kernel, **args),
    "interpolate": lambda x, size=None, scaleFactor=None, mode="nearest", alignCorners=None: F.interpolate(
        x, size, scaleFactor, mode, align_corners=alignCorners),
    "oneHot": lambda x, classes: F.one_hot(x, classes),
})


def turned(*shape):
    return In(rand(*shape[::-1]), ("permute", list(range(len(shape)))[::-1]))


def arranging_cases():
    a = "arranging"
    for dims in ([0], [1], [0, 2], [-1]): case(a, f"{dims}", "flip", [rand(3, 4, 2)], {"dims": dims})
    case(a, "turned", "flip", [turned(3, 5)], {"dims": [1]})
    case(a, "integers", "flip", [ints(3, 4)], {"dims": [0]})
    for shifts, dims in [(2, None), (1, 0), (-3, 1), ([1, -1], [0, 1]), (9, 1), (0, 0)]:
        case(a, f"{shifts} along {dims}", "roll", [rand(3, 4)], {"shifts": shifts, **({} if dims is None else {"dims": dims})})
    for counts in ([2, 3], [2, 1, 2], [1, 1], [0, 2]): case(a, f"{counts}", "repeat", [rand(2, 3)], {"counts": counts}, gn=12)
    for counts in ([2], [2, 3], [2, 1, 2]): case(a, f"{counts}", "tile", [rand(2, 3)], {"counts": counts}, gn=12)
    for count, dim in [(2, 0), (3, 1), (2, None)]:
        case(a, f"{count} along {dim}", "repeatInterleave", [rand(2, 3)], {"count": count, **({} if dim is None else {"dim": dim})}, gn=3)
    for size, dim in [(2, 0), (2, 1), ([1, 3], 1), (9, 0)]: case(a, f"{size} along {dim}", "split", [rand(3, 4)], {"size": size, "dim": dim})
    for chunks, dim in [(2, 0), (3, 1), (5, 0)]: case(a, f"{chunks} along {dim}", "chunk", [rand(3, 4)], {"chunks": chunks, "dim": dim})
    for dim in (0, -1): case(a, f"{dim}", "unbind", [rand(3, 2)], {"dim": dim})
    for args in ({}, {"offset": 1}, {"offset": -2}, {"offset": 9}): case(a, f"{args}", "diagonal", [rand(3, 4)], args)
    case(a, "of the outer axes", "diagonal", [rand(3, 2, 4)], {"offset": 1, "first": -1, "second": 0})
    case(a, "turned", "diagonal", [turned(3, 4)], {})
    case(a, "written to", "writeDiagonal", [rand(3, 4), rand(3)])
    for op in ("tril", "triu"):
        for diagonal in (0, 1, -2): case(a, f"{diagonal}", op, [rand(3, 4)], {"diagonal": diagonal})
        case(a, "batches", op, [turned(2, 4, 3)])
        case(a, "bool", op, [bools(3, 3)])
        case(a, "special values", op, [f([[NAN, INF], [INF, NAN]])], f32=True)
    for dim, size, step in [(0, 2, 1), (1, 3, 2), (1, 5, 1)]: case(a, f"{size} by {step} along {dim}", "windows", [rand(4, 5)], {"dim": dim, "size": size, "step": step}, gn=5)
    for shape, dim in [((7,), 0), ((3, 4), 1), ((2, 5, 3), 1), ((), 0), ((0, 3), 0)]: case(a, f"{list(shape)} along {dim}", "cumprod", [rand(*shape)], {"dim": dim}, gn=8)
    case(a, "differentiable twice", "cumprod", [rand(2, 5)], {"dim": 1}, second=True, gn=8)
    case(a, "zeros", "cumprod", [f([[2, 0, 3, 4], [0, 1, 0, 2]])], {"dim": 1}, gn=8)
    case(a, "int32", "cumprod", [ints(3, 6, low=-3, high=4)], {"dim": 1})
    case(a, "no overflow behind a zero", "cumprod", [torch.tensor([3, 0, 2000000, 2000000, 5])], {"dim": 0})
    case(a, "matrices", "hstack", [rand(2, 1), rand(2, 3)])
    case(a, "vectors", "hstack", [rand(2), rand(3)])
    case(a, "vectors", "vstack", [rand(3), rand(3)])


def order_cases():
    o = "order"
    for shape, dim in [((7,), 0), ((3, 5), 0), ((3, 5), 1), ((2, 3, 4), 1), ((40, 3), 0), ((), 0), ((0, 3), 1), ((1000,), -1)]:
        for descending in (False, True):
            case(o, f"{list(shape)} along {dim}, descending {descending}", "sort", [rand(*shape)], {"dim": dim, "descending": descending})
    case(o, "ties and special values", "argsort", [f([3.0, NAN, 1.0, -0.0, INF, 0.0, 1.0, -INF, NAN, 3.0])], {"dim": 0}, f32=True)
    case(o, "ties and special values, descending", "argsort", [f([3.0, NAN, 1.0, -0.0, INF, 0.0, 1.0, -INF, NAN, 3.0])], {"dim": 0, "descending": True}, f32=True)
    case(o, "integers", "sort", [ints(4, 9, low=-9)], {"dim": 1})
    case(o, "bools", "argsort", [bools(3, 7)], {"dim": 1})
    case(o, "turned", "argsort", [turned(6, 4)], {"dim": 0})
    for k, dim, largest in [(2, 1, True), (3, 0, False), (4, -1, True), (0, 0, True)]: case(o, f"{k} along {dim}", "topk", [rand(3, 4)], {"k": k, "dim": dim, "largest": largest})
    for k, dim, keepdim in [(1, 0, False), (3, 1, True)]: case(o, f"{k} along {dim}", "kthvalue", [rand(3, 4)], {"k": k, "dim": dim, "keepdim": keepdim})
    for args in ({}, {"dim": 0}, {"dim": 1}, {"dim": -1, "keepdim": True}): case(o, f"{args}", "median", [rand(3, 4)], args)
    case(o, "ties share", "median", [f([2, 1, 2, 3, 2, 9])], f32=True)
    case(o, "NaN", "median", [f([[2, NAN, 1], [1, 2, 3]])], {"dim": 1}, f32=True, ngrad=True)
    case(o, "integers", "median", [ints(3, 6)], {})
    for interpolation in ("linear", "lower", "higher", "midpoint", "nearest"):
        for q in (0.3, [0, 0.25, 0.6, 1]):
            for args in ({}, {"dim": 0}, {"dim": 1, "keepdim": True}):
                case(o, f"{q} {interpolation} {args}", "quantile", [rand(5, 4)], {"q": q, "interpolation": interpolation, **args}, f32=True, gn=4)
    case(o, "NaN", "quantile", [f([[2, NAN, 1], [1, 2, 4]])], {"q": 0.5, "dim": 1}, f32=True, ngrad=True)
    for op in ("maxWithIndices", "minWithIndices"):
        for dim, keepdim in [(0, False), (1, True), (-1, False)]: case(o, f"{dim} {keepdim}", op, [rand(3, 4, 2)], {"dim": dim, "keepdim": keepdim})
        case(o, "ties and NaN", op, [f([[1, 3, 3], [NAN, 2, NAN], [-1, -1, 0]])], {"dim": 1}, f32=True)
        case(o, "integers", op, [ints(3, 4)], {"dim": 1})


def picking_cases():
    p = "picking"
    case(p, "number", "maskedFill", [rand(3, 4), bools(3, 4)], {"value": -1.5})
    case(p, "broadcast mask", "maskedFill", [rand(3, 4), bools(4)], {"value": 0})
    case(p, "integers", "maskedFill", [ints(3, 4), bools(3, 1)], {"value": 7})
    case(p, "minus infinity", "maskedFill", [rand(3, 4), bools(3, 4)], {"value": -1e38})
    case(p, "pairs", "together", [rand(4, 5), torch.tensor([0, 3, 3, -1]), torch.tensor([1, -2, -2, 4])], gn=4)
    case(p, "broadcast", "together", [rand(4, 5, 2), torch.tensor([[0], [2]]), torch.tensor([1, 3, 3])], gn=4)
    case(p, "three", "together", [rand(3, 4, 5), ints(6, high=3), ints(6, high=4), ints(6, high=5)], gn=4)
    case(p, "apart", "togetherApart", [rand(3, 4, 5), ints(6, high=3), ints(6, high=5)], gn=4)
    case(p, "one of two axes", "together2d", [rand(3, 4, 2), ints(2, 3, high=4)], gn=4)
    case(p, "labels", "oneHot", [ints(3, 2, high=5)], {"classes": 5})
    for padding in ([1, 2], [0, 1, 2, 3], [-1, 2], [1, -2, -1, 1]):
        case(p, f"{padding}", "pad", [rand(3, 5)], {"padding": padding, "value": 0.5})
    case(p, "integers", "pad", [ints(3, 5)], {"padding": [1, 1]})
    for mode in ("reflect", "replicate", "circular"):
        for shape, padding in [((2, 3, 5), [2, 1]), ((1, 2, 4, 5), [1, 2, 2, 0]), ((1, 2, 4, 5), [0, 0, 1, 3]), ((1, 1, 3, 4, 3), [1, 0, 2, 1, 1, 2])]:
            case(p, f"{mode} {padding} of {list(shape)}", "pad", [rand(*shape)], {"padding": padding, "mode": mode}, gn=8)
        case(p, f"{mode} of a turned image", "pad", [In(rand(1, 5, 4, 2), ("permute", [0, 3, 1, 2]))], {"padding": [1, 1, 1, 1], "mode": mode}, gn=8)
    for args in ({"kernel": 2}, {"kernel": 3, "padding": 1}, {"kernel": [2, 3], "stride": [2, 1]}, {"kernel": 2, "dilation": 2, "padding": [1, 0], "stride": 2}):
        case(p, f"{args}", "unfold", [rand(2, 3, 5, 6)], args, gn=9)
    case(p, "overlapping", "fold", [rand(2, 3 * 4, 20)], {"size": [5, 6], "kernel": 2}, n=4)
    case(p, "padded", "fold", [rand(1, 2 * 9, 15)], {"size": [5, 9], "kernel": 3, "padding": 1, "stride": 2}, n=9)
    for size, mode, align in [([4, 6], "nearest", None), ([7, 2], "nearest", None), ([3, 3], "nearest", None), ([5, 7], "bilinear", False),
                              ([2, 9], "bilinear", True), ([1, 1], "bilinear", True), ([6, 8], "bilinear", False)]:
        args = {"size": size, "mode": mode, **({} if align is None else {"alignCorners": align})}
        case(p, f"{args}", "interpolate", [rand(2, 3, 3, 4)], args, f32=True, n=16, gn=64)
    for factor, mode in [(2, "nearest"), ([2, 3], "nearest"), (1.5, "nearest"), (2, "bilinear"), (0.6, "bilinear"), ([1.5, 2.3], "bilinear")]:
        case(p, f"{factor} {mode}", "interpolate", [rand(2, 2, 4, 5)], {"scaleFactor": factor, "mode": mode}, f32=True, n=16, gn=64)
    case(p, "linear", "interpolate", [rand(2, 3, 5)], {"size": [8], "mode": "linear"}, f32=True, n=4, gn=8)


def arithmetic_cases():
    a = "arithmetic"
    for op in ("log10",): case(a, "vector", op, [rand(37, low=0.05, high=9)])
    case(a, "special values", "log10", [f([NAN, INF, -INF, 0.0, 1.0, -1.0, 1000.0, 1e-30])], f32=True, n=4, ngrad=True)
    case(a, "vector", "tan", [rand(37, low=-1.4, high=1.4)], n=16, gn=64)
    for op in ("hypot", "logaddexp"):
        case(a, "same shape", op, [rand(3, 4), rand(3, 4)])
        case(a, "broadcast", op, [rand(3, 1), rand(4)], gn=4)
    case(a, "beyond squares", "hypot", [f([3e30, 3e-30, 0.0, INF, -4.0]), f([4e30, 4e-30, 0.0, 1.0, 3.0])], f32=True, exact=True, ngrad=True)
    case(a, "special values", "logaddexp", [f([INF, -INF, -INF, 1000.0, NAN, 0.0]), f([INF, -INF, 1.0, 1000.0, 1.0, -200.0])], f32=True, exact=True, ngrad=True)
    for op in ("fmod", "floorDivide"):
        case(a, "same shape", op, [rand(3, 4, low=-9, high=9), rand(3, 4, low=0.5, high=3)], exact=op == "floorDivide", f32=True)
        case(a, "negative divisor", op, [rand(3, 4, low=-9, high=9), rand(3, 4, low=-3, high=-0.5)], f32=True)
        case(a, "number", op, [rand(3, 4, low=-9, high=9)], {"number": 2}, f32=True)
        case(a, "integers", op, [ints(40, low=-2000000000, high=2000000000), ints(40, low=1, high=70)])
        case(a, "integers, negative divisor", op, [ints(40, low=-50, high=50), ints(40, low=-7, high=0)])
        case(a, "special values", op, [f([INF, -INF, NAN, 5.0, -5.0, 0.0, -0.0, 5.0]), f([2.0, 2.0, 2.0, 0.0, INF, 3.0, 3.0, NAN])], f32=True, ngrad=True)
    case(a, "vectors", "outer", [rand(3), rand(4)], gn=4)
    for value in (1, -0.5):
        case(a, f"value {value}", "addcmul", [rand(3, 4), rand(4), rand(3, 1)], {"value": value}, gn=8)
        case(a, f"value {value}", "addcdiv", [rand(3, 4), rand(4), rand(3, 1, low=0.5)], {"value": value}, gn=16)
    for p in (0, 0.5, 1, 2, 3, 2.5, -1, "inf", "-inf", "fro"):
        for args in ({}, {"dim": 1}, {"dim": [0, 2], "keepdim": True}):
            case(a, f"{p} {args}", "normOf", [rand(3, 4, 2)], {"p": p, **args}, gn=24)
    for p in (0.5, 1, 2, 3, "inf"): case(a, f"{p} of zeros", "normOf", [f([[0, 0, 0], [0, 3, 4]])], {"p": p, "dim": 1}, gn=8)
    case(a, "beyond squares", "normOf", [f([[3e30, 4e30], [3e-30, 4e-30], [3.0, 4.0]])], {"p": 2, "dim": 1}, n=4)
    for args in ({"dim": 1}, {"dim": [0, 1], "keepdim": True, "correction": 0}): case(a, f"{args}", "stdMean", [rand(5, 6)], args)
    for equation, *shapes in [("ij,jk->ik", (3, 4), (4, 2)), ("bij,bjk->bik", (2, 3, 4), (2, 4, 5)), ("ij->ji", (3, 4)), ("ii", (3, 3)), ("ii->i", (3, 3)), ("ij->", (3, 4)),
                              ("i,j", (3,), (4,)), ("i,i", (4,), (4,)), ("...ij,...jk", (2, 3, 4), (4, 5)), ("bhqd,bhkd->bhqk", (2, 2, 3, 4), (2, 2, 5, 4)),
                              ("ij,jk,kl->il", (2, 3), (3, 4), (4, 2)), ("bn,anm,bm->ba", (2, 3), (4, 3, 5), (2, 5)), ("ij,ij->ij", (2, 3), (2, 3)), ("ba", (2, 3)), ("i...->...", (2, 3, 4))]:
        case(a, equation, "einsum", [rand(*s) for s in shapes], {"equation": equation}, linear=True, n=20, gn=20)


if __name__ == "__main__":
    for make in (arranging_cases, order_cases, picking_cases, arithmetic_cases):
        make()
    save("shaping.json")
