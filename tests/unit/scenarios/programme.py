"""A small programme to change in tests."""

from pathlib import Path

TEXT = """\
name: contoh-2022
title: Ten laid-off workers learn to weld
region: 33.10
seed: 1
sources:
  office: {outlet: Dinas Contoh, date: 2022-03-01}
agencies:
  disnaker: {name: Dinas Contoh, role: office}
  blk: {name: BLK Contoh, role: training-provider}
workers:
  laid-off:
    count: 10
    are: laid-off
    reported_by: disnaker
    reported: 2022-01-03 to 2022-01-12
    wants: [training]
    wishes: {welding: 1}
courses:
  welding:
    vocations: welding
    providers: [blk]
    funding: APBD
    seats: 10
    starts: 2022-01-17
    days: 20
then:
  - results: {courses: welding, graduated: 8, failed: 1}
figures:
  - name: Graduated
    measure: training.graduated
    expected: 8
    source: office
    says: eight
"""


def written(folder: Path, *changes: tuple[str, str]) -> Path:
    """Write the programme down, with some words changed."""
    text = TEXT
    for old, new in changes:
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in the programme"
        text = text.replace(old, new)
    path = folder / "contoh.yaml"
    path.write_text(text)
    return path
