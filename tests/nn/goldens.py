"""Writes goldens.json: texts, first values and training steps of PyTorch, for the tests of lib/nn, lib/optim and lib/learner.

Run with PyTorch 1.13 (Debian: apt-get install python3-torch): /usr/bin/python3 tests/nn/goldens.py
then: deno fmt tests/nn/goldens.json
"""
import base64, json, pathlib, torch
from torch import nn, optim
import torch.nn.functional as F

torch.manual_seed(7)
torch.set_num_threads(1)
out = {"torch": torch.__version__}


def b64(t):
    return {"shape": list(t.shape), "data": base64.b64encode(t.detach().contiguous().numpy().tobytes()).decode()}


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, (3, 5), stride=(1, 2), padding=(0, 1), bias=False)
        self.act = nn.ReLU()

    def forward(self, x):
        return self.act(self.conv(x))


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.blocks = nn.ModuleList([Block(), nn.Identity()])
        self.head = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 10, bias=False))


out["repr"] = {
    "net": repr(Net()),
    "empty": repr(nn.Sequential()),
    "pool": repr(nn.Sequential(nn.AdaptiveAvgPool2d((2, 3)), nn.AvgPool2d(2), nn.AvgPool2d((2, 3), stride=1, padding=1))),
    "conv": repr(nn.Conv2d(1, 8, 3, stride=2, padding=1)),
    "linear": repr(nn.Linear(784, 50)),
}
out["stateKeys"] = list(Net().state_dict().keys())

# SGD on 2 parameters whose gradients depend on them: sum((p - c)**4) / 4
out["sgd"] = []
for options in [
    dict(lr=0.05),
    dict(lr=0.05, momentum=0.9),
    dict(lr=0.05, momentum=0.85, dampening=0.3),
    dict(lr=0.05, weight_decay=0.1),
    dict(lr=0.05, momentum=0.9, weight_decay=0.1, nesterov=True),
]:
    p = torch.tensor([1.0, -2.0, 0.5], dtype=torch.float64, requires_grad=True)
    q = torch.tensor([[0.25]], dtype=torch.float64, requires_grad=True)
    opt = optim.SGD([p, q], **options)
    steps = []
    for i in range(10):
        if i == 6:
            opt.param_groups[0]["lr"] = 0.02
        ((p - 0.3) ** 4).sum().div(4).add((q * p.sum() - 1).square().sum()).backward()
        opt.step()
        opt.zero_grad()
        steps.append(p.tolist() + q.flatten().tolist())
    out["sgd"].append({"options": options, "steps": steps})

# Ten steps of a small relative of the lessons' network
model = nn.Sequential(
    nn.Conv2d(1, 4, 3, stride=2, padding=1), nn.ReLU(), nn.Conv2d(4, 8, 3, stride=2, padding=1), nn.ReLU(),
    nn.Conv2d(8, 8, 3, stride=2, padding=1), nn.ReLU(), nn.Conv2d(8, 10, 3, stride=2, padding=1), nn.Flatten())
images = torch.randint(0, 256, (40, 1, 12, 12), dtype=torch.uint8)
labels = torch.randint(0, 10, (40,), dtype=torch.int32)
state = {k: b64(v) for k, v in model.state_dict().items()}
opt = optim.SGD(model.parameters(), lr=0.2, momentum=0.85)
losses = []
for i in range(10):
    at = slice(16 * (i % 3), min(16 * (i % 3) + 16, 40))  # the third batch is short
    loss = F.cross_entropy(model(images[at].float() / 255), labels[at].long())
    loss.backward()
    opt.step()
    opt.zero_grad()
    losses.append(loss.item())
out["training"] = {"state": state, "images": b64(images), "labels": labels.tolist(), "losses": losses,
                   "lastBias": model[6].bias.tolist()}

# After the training steps, since layers draw their first values from the same generator
out["repr"]["layers"] = [repr(layer) for layer in [
    nn.LeakyReLU(), nn.LeakyReLU(1e-5), nn.Sigmoid(), nn.Tanh(), nn.SiLU(), nn.GELU(), nn.GELU(approximate="tanh"),
    nn.Dropout(), nn.Dropout(0.1), nn.MaxPool2d(2), nn.MaxPool2d((3, 2), stride=(2, 1), padding=1, dilation=(1, 2), ceil_mode=True),
    nn.Conv1d(16, 33, 3, stride=2), nn.Conv1d(4, 5, 2, padding=1, bias=False), nn.Embedding(10, 3), nn.Embedding(10, 3, padding_idx=-1),
]]

pathlib.Path(__file__).with_name("goldens.json").write_text(json.dumps(out, indent=1) + "\n")
