"""Runs random programs with PyTorch and writes what they read to programs.json, for tests/oracle/random_program_torch_test.ts.

    deno run tests/oracle/export_programs.ts 0 505 | /usr/bin/python3 tests/goldens/run_programs.py

PyTorch computes in float64. A golden holds, for each seed, a hash of the program (so that a changed generator is noticed) and all values read
as one base64 float32 array. Programs that PyTorch refuses are listed with its message instead, and counted.
"""
import base64
import json
import os
import sys
import zlib

import numpy as np
import torch

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)

# Functions that are more than PyTorch's of the same name.
UNARY = {
    "safeSqrt": lambda x: (x.square() + 0.5).sqrt(), "safeLog": lambda x: (x.square() + 0.5).log(),
    "shiftedRelu": lambda x: (x + 0.137).relu(), "shiftedAbs": lambda x: (x + 0.137).abs(),
}
BINARY = {
    "safeDiv": lambda x, y: x / (y.square() + 0.5), "minimum": lambda x, y: torch.minimum(x, y + 0.0613),
    "maximum": lambda x, y: torch.maximum(x, y + 0.0613),
}
NUMBER = {
    "rsub": lambda x, v: -x + v, "leakyRelu": lambda x, v: torch.where(x > 0, x, x * v), "clampMin": torch.clamp_min,
    "clampMax": torch.clamp_max,
}


def function_of(table, f):
    """The table's function of that name, else PyTorch's."""
    return table[f] if f in table else getattr(torch, f)


def reduce(x, f, dims, keepdim):
    dims = dims or list(range(x.ndim))
    if not dims:
        x, dims, keepdim = x[None], [0], False
    if f == "max":
        return x.amax(dims, keepdim=keepdim)
    if f == "min":
        return x.amin(dims, keepdim=keepdim)
    return getattr(x, f)(dims, keepdim=keepdim)


def view(x, f, a):
    if f == "slice":
        return x[(slice(None),) * a[0] + (slice(a[1], a[2], a[3]),)]
    if f in ("permute", "expand", "view", "reshape"):
        return getattr(x, f)(a)
    return getattr(x, f)(*a)


def in_place(x, i, v):
    f, y, z, value = i["f"], v(i.get("y")), v(i.get("z")), i.get("value")
    if f in ("add_", "sub_", "mul_"):
        getattr(x, f)(value if y is None else y)
    elif f == "lerp_":
        x.lerp_(y.expand(x.shape), value)
    elif f == "addcmul_":
        x.addcmul_(y, z, value=value)
    elif f == "copy_":
        x.copy_(y)
    elif f == "clampMax_":
        x.clamp_max_(value)
    elif f == "fill_":
        x.fill_(value)
    else:
        getattr(x, f)()


def execute(instructions, variables, read):
    def v(k):
        return None if k is None else variables[k]

    for i in instructions:
        op, f = i["op"], i.get("f")
        x = v(i.get("x")) if "x" in i else None
        out = None
        if op == "new":
            out = torch.tensor(i["data"]).reshape(i["shape"]).clone().requires_grad_(i["requiresGrad"])  # a leaf that is no view
        elif op == "full":
            out = torch.full(i["shape"], float(i["value"]))
        elif op == "unary":
            out = function_of(UNARY, f)(x)
        elif op == "binary":
            out = function_of(BINARY, f)(x, v(i["y"]))
        elif op == "number":
            out = function_of(NUMBER, f)(x, i["value"])
        elif op == "lerp":
            y = v(i["y"])
            out = x + i["value"] * (y - x)
        elif op == "where":
            out = torch.where(x > i["value"], v(i["y"]), v(i["z"]))
        elif op == "reduce":
            out = reduce(x, f, i["dims"], i["keepdim"])
        elif op == "matmul":
            out = x.matmul(v(i["y"]))
        elif op == "softmax":
            out = x.softmax(i["dim"]) if f == "softmax" else x.log_softmax(i["dim"])
        elif op == "join":
            out = (torch.cat if f == "cat" else torch.stack)([x, v(i["y"])], i["dim"])
        elif op == "view":
            out = view(x, f, i["args"])
        elif op == "copy":
            out = getattr(x, f)()
        elif op == "inPlace":
            in_place(x, i, v)
        elif op == "noGrad":
            with torch.no_grad():
                execute(i["body"], variables, read)
        elif op == "backward":
            loss = x.square().sum() if i["loss"] == "square" else getattr(x, i["loss"])()
            loss.backward(retain_graph=i["retain"])
        elif op == "grad":
            out = torch.zeros(x.shape) if x.grad is None else x.grad.clamp(-1, 1)
        elif op == "scaleGrad":
            if x.grad is not None:
                x.grad.mul_(i["value"])
        elif op == "zeroGrad":
            x.grad = None
        elif op == "read":
            read.extend(v(k).detach().numpy().astype("<f4").ravel() for k in i["xs"])
        elif op not in ("keep", "flush"):
            raise ValueError(op)
        if "out" in i:
            variables[i["out"]] = out


def main():
    done, refused, values = [], [], []
    for line in sys.stdin:
        program = json.loads(line)
        entry, read = {"seed": program["seed"], "hash": zlib.crc32(line.strip().encode())}, []
        try:
            execute(program["instructions"], {}, read)
        except (RuntimeError, ValueError, KeyError, IndexError, TypeError) as error:
            refused.append({**entry, "error": str(error).splitlines()[0][:160]})
            continue
        data = np.concatenate(read) if read else np.zeros(0, "<f4")
        done.append({**entry, "values": base64.b64encode(data.tobytes()).decode()})
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "programs.json")
    with open(path, "w") as out:
        lines = ",\n".join(json.dumps(e, separators=(",", ":")) for e in done)
        out.write('{"made_with": "PyTorch %s", "refused": %s, "programs": [\n%s\n]}\n' % (torch.__version__, json.dumps(refused), lines))
    print(f"{len(done)} programs run, {len(refused)} refused, {os.path.getsize(path) / 1e3:.0f} kB")
    for r in refused[:20]:
        print(r)


if __name__ == "__main__":
    main()
