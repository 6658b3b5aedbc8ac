"""The networks that are compared, from PyPI's implementations, with every weight random."""

from __future__ import annotations

from collections.abc import Callable

import torch
from spandrel.architectures.NAFNet import NAFNet
from spandrel_extra_arches.architectures.Restormer import Restormer

NETWORKS: dict[str, Callable[[], torch.nn.Module]] = {
    "nafnet-32": lambda: NAFNet(
        width=32, enc_blk_nums=[2, 2, 4, 8], middle_blk_num=12, dec_blk_nums=[2, 2, 2, 2]),
    "nafnet-64": lambda: NAFNet(
        width=64, enc_blk_nums=[1, 1, 1, 28], middle_blk_num=1, dec_blk_nums=[1, 1, 1, 1]),
    "restormer": lambda: Restormer(),
}


def randomised(network: torch.nn.Module) -> torch.nn.Module:
    """Gives parameters that start at zero or one a random value too."""
    with torch.no_grad():
        for parameter in network.parameters():
            if parameter.unique().numel() == 1:
                parameter.add_(0.1 * torch.randn_like(parameter))
    return network
