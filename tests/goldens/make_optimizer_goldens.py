"""Makes optimizers.json: 20 steps of PyTorch's optimisers with every option, for tests/optim/optimizers_test.ts.

    /usr/bin/python3 tests/goldens/make_optimizer_goldens.py

Two parameters p [3] and q [1, 1] under the loss sum((p - 0.3)**4) / 4 + (q * sum(p) - 1)**2; the rate changes at step 12. Cases with groups put q in
a group of its own. PyTorch 1.13 in float64; of NAdam the form over lists, as the other one multiplies by mu once too often (PyTorch 2 does not); Lion by its paper, written
out below.
"""
import json
import os

import torch
from torch import optim

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)



class Lion(optim.Optimizer):
    def __init__(self, params, lr=1e-4, betas=(0.9, 0.99), weight_decay=0):
        super().__init__(params, dict(lr=lr, betas=betas, weight_decay=weight_decay))

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for p in group["params"]:
                m = self.state[p].get("m", torch.zeros_like(p))
                p -= group["lr"] * (torch.sign(beta1 * m + (1 - beta1) * p.grad) + group["weight_decay"] * p)
                self.state[p]["m"] = beta2 * m + (1 - beta2) * p.grad


FORM = {"NAdam": dict(foreach=True)}

CASES = [
    ("SGD", dict(lr=0.05, momentum=0.9, nesterov=True, weight_decay=0.1), dict(lr=0.01, momentum=0.5)),
    ("Adam", dict(), None),
    ("Adam", dict(lr=0.05), None),
    ("Adam", dict(lr=0.05, betas=(0.7, 0.9)), None),
    ("Adam", dict(lr=0.05, eps=0.1), None),
    ("Adam", dict(lr=0.05, weight_decay=0.2), None),
    ("Adam", dict(lr=0.2, betas=(0.8, 0.7), amsgrad=True), None),
    ("Adam", dict(lr=0.05), dict(lr=0.01, betas=(0.5, 0.6), eps=0.01, weight_decay=0.3, amsgrad=True)),
    ("AdamW", dict(), None),
    ("AdamW", dict(lr=0.05, weight_decay=0.3), None),
    ("AdamW", dict(lr=0.05, weight_decay=0), None),
    ("AdamW", dict(lr=0.2, betas=(0.8, 0.7), weight_decay=0.1, amsgrad=True), None),
    ("RMSprop", dict(), None),
    ("RMSprop", dict(lr=0.02, alpha=0.8), None),
    ("RMSprop", dict(lr=0.02, eps=0.1), None),
    ("RMSprop", dict(lr=0.02, weight_decay=0.2), None),
    ("RMSprop", dict(lr=0.01, momentum=0.8), None),
    ("RMSprop", dict(lr=0.01, centered=True, eps=0.01), None),
    ("SGD", dict(lr=0.001, momentum=0.5, weight_decay=0.1, maximize=True), None),
    ("Adam", dict(lr=0.01, weight_decay=0.1, maximize=True), None),
    ("AdamW", dict(lr=0.01, maximize=True), dict(lr=0.02, maximize=False)),
    ("RMSprop", dict(lr=0.01, maximize=True), None),
    ("Adagrad", dict(), None),
    ("Adagrad", dict(lr=0.2, lr_decay=0.1, eps=0.1), None),
    ("Adagrad", dict(lr=0.2, weight_decay=0.1, initial_accumulator_value=0.3), dict(lr=0.1, lr_decay=0.2, maximize=True)),
    ("RAdam", dict(), None),
    ("RAdam", dict(lr=0.05, betas=(0.7, 0.9)), None),
    ("RAdam", dict(lr=0.05, weight_decay=0.2, eps=0.01), dict(lr=0.02, betas=(0.8, 0.95))),
    ("NAdam", dict(), None),
    ("NAdam", dict(lr=0.05, betas=(0.7, 0.9), momentum_decay=0.1), None),
    ("NAdam", dict(lr=0.05, weight_decay=0.2), dict(lr=0.02, eps=0.1, momentum_decay=0.02)),
    ("Lion", dict(lr=0.02), None),
    ("Lion", dict(lr=0.02, betas=(0.5, 0.8), weight_decay=0.3), dict(lr=0.03)),
    ("RMSprop", dict(lr=0.005, alpha=0.9, momentum=0.8, centered=True, eps=0.01, weight_decay=0.1), dict(lr=0.002, momentum=0)),
]

if __name__ == "__main__":
    cases = []
    for name, options, group in CASES:
        p = torch.tensor([1.0, -2.0, 0.5], requires_grad=True)
        q = torch.tensor([[0.25]], requires_grad=True)
        params = [p, q] if group is None else [{"params": [p]}, {"params": [q], **group}]
        opt = Lion(params, **options) if name == "Lion" else getattr(optim, name)(params, **options, **FORM.get(name, {}))
        steps = []
        for i in range(20):
            if i == 12:
                opt.param_groups[0]["lr"] *= 0.5
            (((p - 0.3) ** 4).sum() / 4 + (q * p.sum() - 1).square().sum()).backward()
            opt.step()
            opt.zero_grad()
            steps.append(p.tolist() + q.flatten().tolist())
        cases.append({"name": name, "options": options, "group": group, "steps": steps})
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "optimizers.json")
    with open(path, "w") as out:
        json.dump({"made_with": f"PyTorch {torch.__version__}", "cases": cases}, out, allow_nan=False)
    print(f"{len(cases)} cases, {os.path.getsize(path) / 1e3:.0f} kB")
