"""The optimisers that lesson F writes out, in PyTorch."""
import torch


class Momentum(torch.optim.Optimizer):
    """By an average of the gradients that begins at 0."""

    def __init__(self, params, lr=1.0, momentum=0.9):
        super().__init__(params, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                average = self.state[p].setdefault("average", torch.zeros_like(p))
                average.mul_(group["momentum"]).add_(p.grad, alpha=1 - group["momentum"])
                p.sub_(average, alpha=group["lr"])


class RMSProp(torch.optim.Optimizer):
    """By the gradient, divided by the root of an average square that begins with the first."""

    def __init__(self, params, lr=1.0, alpha=0.99, eps=1e-5):
        super().__init__(params, {"lr": lr, "alpha": alpha, "eps": eps})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                square = self.state[p].setdefault("square", p.grad**2)
                square.mul_(group["alpha"]).add_(p.grad**2, alpha=1 - group["alpha"])
                p.sub_(p.grad / (square.sqrt() + group["eps"]), alpha=group["lr"])
