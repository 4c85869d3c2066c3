"""A training in PyTorch whose weights, data, batches and dropout come from one seed, for tests/oracle/torch_training_test.ts.

    /usr/bin/python3 -W ignore tests/goldens/make_torch_training.py > tests/goldens/torch_training.json

Made with PyTorch 1.13. Losses of every training and validation batch, in order.
"""
import json

import torch
import torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset


def train(seed):
    torch.manual_seed(seed)
    data = TensorDataset(torch.randn(50, 1, 6, 6), torch.randint(0, 3, (50,)))
    held = TensorDataset(torch.randn(20, 1, 6, 6), torch.randint(0, 3, (20,)))
    model = nn.Sequential(
        nn.Conv2d(1, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten(), nn.Dropout(0.3), nn.Linear(144, 3)
    )
    nn.init.kaiming_normal_(model[0].weight)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    train, valid = DataLoader(data, 16, shuffle=True), DataLoader(held, 32)
    losses, valid_losses = [], []
    for _ in range(3):
        model.train()
        for x, y in train:
            loss = nn.functional.cross_entropy(model(x), y)
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
            losses.append(loss.item())
        model.eval()
        with torch.no_grad():
            valid_losses += [nn.functional.cross_entropy(model(x), y).item() for x, y in valid]
    return {"seed": seed, "losses": losses, "validLosses": valid_losses, "next": torch.randn(3).tolist()}


if __name__ == "__main__":
    print(json.dumps([train(seed) for seed in range(3)]))
