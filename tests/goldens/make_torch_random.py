"""What PyTorch's generator on the CPU draws, call by call, for tests/oracle/torch_random_test.ts.

    /usr/bin/python3 -W ignore tests/goldens/make_torch_random.py > tests/goldens/torch_random.json

Made with PyTorch 1.13 of Debian 12, built without MKL, on a CPU with AVX2. Each case seeds the generator and makes one call after another;
after the last one it draws a whole number, which tells where the generator stands. Results are little-endian bytes in base64.
"""
import base64
import json

import torch
import torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset

LAST = 1_000_000
SIZES = [0, 1, 15, 16, 17, 31, 33, 1000]


def view(shape, kind):
    """A view of zeros with that shape."""
    r, c = shape[0], shape[-1]
    return {
        None: lambda: torch.zeros(shape),
        "transposed": lambda: torch.zeros(c, r).t(),
        "every second column": lambda: torch.zeros(r, 2 * c)[:, ::2],
        "first columns": lambda: torch.zeros(r, c + 3)[:, :c],
        "inner rows": lambda: torch.zeros(r + 2, c)[1:-1],
        "permuted": lambda: torch.zeros(shape[1], shape[2], shape[0]).permute(2, 0, 1),
    }[kind]()


def layer(kind, args):
    module = {"Linear": nn.Linear, "Conv1d": nn.Conv1d, "Conv2d": nn.Conv2d, "Embedding": nn.Embedding}[kind](*args)
    return list(module.parameters())


def epochs(n, batch, plan, drop_last, seed):
    """Epochs of a training loader, shuffled, and of a validation loader, in turn; then what a dropout would draw."""
    data = TensorDataset(torch.arange(n, dtype=torch.int32))
    generator = None if seed is None else torch.Generator().manual_seed(seed)
    train = DataLoader(data, batch, shuffle=True, drop_last=drop_last, generator=generator)
    valid = DataLoader(data, 2 * batch)
    out = []
    for part in plan:
        if part == "first":
            out.append(next(iter(train))[0])
        else:
            out += [x for (x,) in (train if part == "train" else valid)]
    return [torch.cat(out)] + ([] if generator is None else [torch.randint(LAST, (1,), generator=generator)])


def dropout(shape, kind, p):
    """What becomes of ones, and their gradient."""
    x = view(shape, kind).fill_(1).requires_grad_()
    y = nn.functional.dropout(x, p)
    y.sum().backward()
    return [y, x.grad]


KAIMING = {"fan_in": "fanIn", "fan_out": "fanOut"}

CALLS = {
    "rand": lambda shape: torch.rand(shape),
    "randn": lambda shape: torch.randn(shape),
    "randint": lambda low, high, shape: torch.randint(low, high, shape).int(),
    "randperm": lambda n: torch.randperm(n).int(),
    "uniform_": lambda shape, kind, low, high: view(shape, kind).uniform_(low, high),
    "normal_": lambda shape, kind, mean, std: view(shape, kind).normal_(mean, std),
    "randLike": lambda shape, kind: torch.rand_like(view(shape, kind)),
    "randnLike": lambda shape, kind: torch.randn_like(view(shape, kind)),
    "kaimingNormal_": lambda shape, a, mode: nn.init.kaiming_normal_(torch.zeros(shape), a, mode),
    "kaimingUniform_": lambda shape, a, mode: nn.init.kaiming_uniform_(torch.zeros(shape), a, mode),
    "xavierNormal_": lambda shape, gain: nn.init.xavier_normal_(torch.zeros(shape), gain),
    "xavierUniform_": lambda shape, gain: nn.init.xavier_uniform_(torch.zeros(shape), gain),
    "truncNormal_": lambda shape, kind, mean, std, a, b: nn.init.trunc_normal_(view(shape, kind), mean, std, a, b),
    "orthogonal_": lambda shape, gain: nn.init.orthogonal_(torch.zeros(shape), gain),
    "layer": layer,
    "dropout": dropout,
    "epochs": epochs,
}


def cases():
    for n in SIZES:
        yield 42, [("rand", [[n]])]
        yield 42, [("randn", [[n]])]
        yield 7, [("randint", [-3, 10, [n]])]
        yield 7, [("randint", [0, 100_003, [n]])]
        yield 3, [("randperm", [n])]
        yield 3, [("uniform_", [[n], None, -0.3, 0.77])]
        yield 3, [("normal_", [[n], None, 0.3, 2.7])]
        yield 5, [("truncNormal_", [[n], None, 0.0, 1.0, -2.0, 2.0])]
        yield 5, [("dropout", [[n], None, 0.3])]
    # Seeds: only 32 bits are used.
    for seed in (0, 1, -5, 2**32 - 1, 2**33 + 5, 2**53 - 1):
        yield seed, [("rand", [[700]])]
    yield 9, [("randint", [-(2**31), 2**31, [20]]), ("randint", [-(2**31), 2**31 - 1, [20]])]
    # The spare normal number lives on between calls, whatever comes between; a block leaves it where it was.
    yield 11, [
        ("randn", [[3]]), ("rand", [[2]]), ("randn", [[16]]), ("randn", [[1]]), ("randn", [[]]), ("randint", [0, 10, [3]]),
        ("randn", [[5]]), ("normal_", [[2, 2], None, 1.0, 3.0]), ("randn", [[40]]), ("randn", [[4]]),
    ]
    # Views: PyTorch fills along memory, and draws normal numbers one by one where there are gaps.
    for shape, kinds in (
        ([4, 5], ["transposed", "every second column", "first columns", "inner rows"]),
        ([3, 2], ["transposed", "every second column"]),
        ([2, 3, 4], ["permuted"]),
        ([1, 20], ["transposed"]),
    ):
        for kind in kinds:
            yield 13, [("uniform_", [shape, kind, -1.0, 1.0]), ("normal_", [shape, kind, 0.0, 0.5])]
            yield 13, [("randLike", [shape, kind]), ("randnLike", [shape, kind])]
            yield 13, [("dropout", [shape, kind, 0.4])]
            yield 13, [("truncNormal_", [shape, kind, 0.1, 0.5, -1.0, 0.6])]
    for shape in ([3, 4], [10, 7], [8, 3, 5, 5], [6, 4, 3]):
        for a, mode in ((0.0, "fan_in"), (0.1, "fan_out")):
            yield 17, [("kaimingNormal_", [shape, a, mode]), ("kaimingUniform_", [shape, a, mode])]
        yield 17, [("xavierNormal_", [shape, 1.5]), ("xavierUniform_", [shape, 1.5])]
    for shape in ([3, 5], [5, 3], [4, 4], [16, 2, 3], [2, 9, 3], [40, 24], [2, 2]):
        yield 19, [("orthogonal_", [shape, 1.0]), ("orthogonal_", [shape, 1.41])]
    yield 21, [("truncNormal_", [[200], None, 0.0, 0.02, -0.04, 0.04]), ("truncNormal_", [[200], None, 1.0, 1.0, -2.0, 4.0])]
    yield 23, [
        ("layer", ["Linear", [20, 30]]), ("layer", ["Linear", [3, 2]]), ("layer", ["Conv2d", [1, 8, 5]]),
        ("layer", ["Conv1d", [4, 6, 3]]), ("layer", ["Embedding", [5, 3]]), ("layer", ["Embedding", [6, 7]]),
        ("layer", ["Linear", [7, 10]]),
    ]
    for p in (0.0, 0.1, 0.5, 1.0):
        yield 25, [("dropout", [[6, 7], None, p])]
    for n, batch, drop_last in ((10, 4, False), (12, 4, False), (10, 4, True), (3, 4, False), (4, 4, False)):
        for seed in (None, 77):
            plan = ["train", "valid", "first", "train", "valid"]
            if n < batch and drop_last:
                continue
            yield 27, [("epochs", [n, batch, plan, drop_last, seed]), ("randn", [[5]])]
    yield 42, [("epochs", [60000, 1024, ["first"], False, None])]


def encode(t):
    kind = {torch.float32: "<f4", torch.int32: "<i4", torch.int64: "<i4"}[t.dtype]
    data = t.detach().contiguous().numpy().astype(kind).tobytes()
    return {"dtype": "int32" if kind == "<i4" else "float32", "shape": list(t.shape), "data": base64.b64encode(data).decode()}


def made():
    for seed, calls in cases():
        torch.manual_seed(seed)
        steps = []
        for name, args in calls:
            results = CALLS[name](*args)
            args = [KAIMING.get(x, x) if isinstance(x, str) else x for x in args]
            results = results if isinstance(results, list) else [results]
            if name == "epochs":
                results = [x.int() for x in results]
                if args[0] > 1000:
                    results = [results[0][:100]]
            steps.append({"call": name, "args": args, "results": [encode(t) for t in results]})
        yield {"seed": seed, "steps": steps, "last": torch.randint(LAST, ()).item()}


if __name__ == "__main__":
    print("[\n" + ",\n".join(json.dumps(case, separators=(",", ":")) for case in made()) + "\n]")
