"""Writes the dashboards as the JSON that Grafana reads: `python -m deploy.grafana.dashboards FOLDER`.

Grafana's own foundation SDK makes them, so that what is not in the schema does not pass the type checker. They are made
while the image is built (deploy/grafana/Dockerfile): no generated JSON is kept.
"""

import sys
from pathlib import Path

from grafana_foundation_sdk.builders import common, dashboard, prometheus, stat, timeseries
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.common import LegendDisplayMode, LegendPlacement, StackingMode
from grafana_foundation_sdk.models.dashboard import DataSourceRef

from deploy.grafana.boards import BOARDS, Board, Picture

PROMETHEUS = DataSourceRef(type_val="prometheus", uid="prometheus")
"""As deploy/grafana/provisioning declares it."""
HEIGHT = 8
FILLED = 30
"""How opaque a stack is, in per cent."""


def json_of(board: Board) -> str:
    """Give a dashboard as Grafana's JSON."""
    made = (
        dashboard.Dashboard(board.title)
        .uid(board.uid)
        .description(board.about)
        .tags(["pulih"])
        .timezone("browser")
        .time("now-3h", "now")
        .refresh("10s")
        .readonly()
    )
    for heading, pictures in board.rows.items():
        made = made.with_row(dashboard.Row(heading))
        for picture in pictures:
            made = made.with_panel(_number(picture) if picture.kind == "number" else _lines(picture))
    return JSONEncoder(sort_keys=True, indent=2).encode(made.build())


def _lines(picture: Picture) -> timeseries.Panel:
    legend = (
        common.VizLegendOptions()
        .show_legend(show_legend=True)
        .display_mode(LegendDisplayMode.LIST)
        .placement(LegendPlacement.BOTTOM)
    )
    panel = (
        timeseries.Panel()
        .title(picture.title)
        .description(picture.about)
        .datasource(PROMETHEUS)
        .unit(picture.unit)
        .min(0)
        .legend(legend)
        .height(HEIGHT)
        .span(picture.width)
    )
    if picture.kind == "stack":
        panel = panel.fill_opacity(FILLED).stacking(common.StackingConfig().mode(StackingMode.NORMAL))
    for query in _queries(picture):
        panel = panel.with_target(query)
    return panel


def _number(picture: Picture) -> stat.Panel:
    panel = (
        stat.Panel()
        .title(picture.title)
        .description(picture.about)
        .datasource(PROMETHEUS)
        .unit(picture.unit)
        .height(HEIGHT)
        .span(picture.width)
    )
    for query in _queries(picture):
        panel = panel.with_target(query)
    return panel


def _queries(picture: Picture) -> list[prometheus.Dataquery]:
    return [
        prometheus.Dataquery().expr(query.expr).legend_format(query.legend).ref_id(chr(ord("A") + nth))
        for nth, query in enumerate(picture.queries)
    ]


def main(folder: Path) -> None:
    """Write each dashboard into a folder, under its uid."""
    folder.mkdir(parents=True, exist_ok=True)
    for board in BOARDS:
        (folder / f"{board.uid}.json").write_text(json_of(board) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
