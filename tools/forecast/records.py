"""Reads what forecasts are made of: launches that tests wrote, and registers of kernels."""

from dataclasses import replace

from launch import Launch


class Registers:
    """Registers and local memory of kernels, from the table that tools/nvptx-table writes."""

    def __init__(self, file):
        lines = [
            [cell.strip() for cell in line.strip().strip("|").replace("\\|", "/").split("|")]
            for line in file.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
        header = lines[0]
        chip, local = header.index("sm_90"), header.index("local memory")
        self.rows = {}
        for cells in lines[1:]:
            if cells[chip].isdigit():
                row = (set(cells[1].split()), int(cells[chip]), int(cells[local]))
                self.rows.setdefault(cells[0], []).append(row)

    def of(self, entry, parameters):
        """Of the row whose parameters are most like those of the launch; 40 registers and no local
        memory where the kernel is not in the table."""
        words = set(parameters.split()) | {"HALF_STORAGE=1"}
        rows = self.rows.get(entry, [])
        best = max(rows, default=(set(), 40, 0), key=lambda row: len(row[0] & words))
        return best[1:]


def networks(file, registers):
    """Network -> [(count, Launch)]."""
    found = {}
    for line in file.read_text(encoding="utf-8").splitlines()[1:]:
        network, count, kernel, parameters, *numbers = line.split("\t")
        launch = Launch(
            kernel, parameters, *map(int, numbers),
            *registers.of(kernel.split(":")[1], parameters))
        found.setdefault(network, []).append((int(count), launch))
    return {name: without_sums(launches) for name, launches in found.items()}


def without_sums(launches):
    """Products whose rows are not summed by them, where launches of their own do that."""
    if all(launch.name != "statistics" for _, launch in launches):
        return launches
    return [
        (count, replace(launch, parameters=launch.parameters.replace("NORMALIZATION=1", "PROLOGUE")))
        for count, launch in launches]
