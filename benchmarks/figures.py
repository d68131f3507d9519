"""Medians, spreads and tables."""

from collections.abc import Sequence
from statistics import median

__all__ = ["median", "percentile", "spread", "table"]


def spread(values: Sequence[float]) -> float:
    """Say how far the repetitions lie apart: (largest - smallest) / median."""
    return (max(values) - min(values)) / median(values) if values and median(values) else 0.0


def percentile(values: Sequence[float], share: float) -> float:
    """Give the value that this share (0 to 1) of the values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")


def table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Write a Markdown table; numbers stand at the right."""
    cells = [[_text(cell) for cell in row] for row in rows]
    right = [all(isinstance(row[nth], int | float) or row[nth] is None for row in rows) for nth in range(len(header))]
    widths = [max(len(header[nth]), 3, *(len(row[nth]) for row in cells)) for nth in range(len(header))]
    rule = ["-" * (width - 1) + (":" if to_right else "-") for width, to_right in zip(widths, right, strict=True)]
    lines = [[name.ljust(width) for name, width in zip(header, widths, strict=True)], rule]
    lines += [
        [
            cell.rjust(width) if to_right else cell.ljust(width)
            for cell, width, to_right in zip(row, widths, right, strict=True)
        ]
        for row in cells
    ]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _text(cell: object) -> str:
    if cell is None:
        return "–"
    if isinstance(cell, float):
        return f"{cell:,.0f}" if abs(cell) >= 100 else f"{cell:.1f}" if abs(cell) >= 10 else f"{cell:.2f}"
    return f"{cell:,}" if isinstance(cell, int) else str(cell)
