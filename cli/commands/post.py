"""`pulih post FILE`: posts an agency's own table at the front desk."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.progress import Progress

from cli.client import Services, find
from cli.options import data_option, url_option
from cli.posting import receipts, rows
from cli.posting.columns import Columns, refuse_rounded
from cli.posting.report import report
from cli.posting.schema import Schema
from cli.posting.sending import Posting, Verdict, event, send
from shared.events import FACTS

if TYPE_CHECKING:
    from cli.posting.rows import File

DESK = "registration"


class FactType(click.ParamType[str]):
    """The type of the facts to post, by its short name or its CloudEvents type."""

    name = "type"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:  # noqa: ANN401  JSON is what it is
        """Give the CloudEvents type."""
        names = {fact.__name__.lower(): type for type, fact in FACTS.items()} | {type: type for type in FACTS}
        if found := names.get(str(value).lower()):
            return found
        return self.fail(f"{value} is not one of {', '.join(fact.__name__ for fact in FACTS.values())}.", param, ctx)


@click.command(
    epilog="""\b
    Example:
      pulih post layoffs.csv --type LayoffReported --key "$KEY"
      pulih post layoffs.csv --type LayoffReported --dry-run
      pulih post results.jsonl --type TrainingResultRecorded --key "$KEY" --rejects to-mend.csv
    \b
    A table has headings: on;person.nik;person.name;kind;wishes (lists: sewing;welding, in quotes).
    GET /events/types/LayoffReported at the front desk names every field.
    """
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--type", "type", required=True, type=FactType(), help="The type of the rows: LayoffReported, …")
@click.option("--key", envvar="PULIH_KEY", show_envvar=True, help="Your agency's key.")
@click.option("--source", default="/pulih-post", show_default=True, help="The CloudEvents source: your own system.")
@click.option("--rejects", "mend", type=click.Path(dir_okay=False, path_type=Path), help="Write refused rows here.")
@click.option(
    "--receipts",
    "keep",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write each line's outcome and the worker's id here.",
)
@click.option("--dry-run", is_flag=True, help="Check every row against the type's schema; send nothing.")
@click.option(
    "--patience",
    type=click.FloatRange(0),
    default=60,
    show_default=True,
    help="Seconds to try again while the desk is full.",
)
@url_option(DESK)
@data_option
def post(
    *,
    file: Path,
    type: str,
    key: str | None,
    source: str,
    mend: Path | None,
    keep: Path | None,
    dry_run: bool,
    patience: float,
    url: str | None,
    folder: Path,
) -> None:
    """Post a file's rows: CSV, JSON Lines or a JSON array.

    Posting the same file again does no harm: rows that are known already are counted as duplicates.
    """
    if not key and not dry_run:
        raise click.UsageError("Give your agency's key by --key or PULIH_KEY.", click.get_current_context())
    if file.resolve() in {path.resolve() for path in (mend, keep) if path}:
        raise click.UsageError("That would overwrite the file itself.", click.get_current_context())
    content = rows.read(file)
    services = find(folder, [DESK], {DESK: url}, as_operator=False)
    schema = Schema(asyncio.run(_type_page(services, type))["schema"])
    columns = Columns(schema, content.columns)
    good, refused = _read(content, columns)
    refuse_rounded(data for _, data in good)
    if dry_run:
        refused += [
            Verdict(line, "refused", columns.heading(wrong.column), wrong.sentence)
            for line, data in good
            for wrong in schema.complaints(data)[:1]
        ]
        verdicts = [Verdict(line, "fits") for line in {line for line, _ in good} - {one.line for one in refused}]
    else:
        postings = [Posting(line, event(type, data, source=source, key=key or "")) for line, data in good]
        verdicts = asyncio.run(_send(services, key or "", postings, patience))
    verdicts = sorted([*verdicts, *refused], key=lambda one: one.line)
    if keep:
        receipts.write(keep, verdicts)
    report(content, columns, verdicts, mend)


async def _type_page(services: Services, type: str) -> dict[str, Any]:
    async with services.client(DESK, key="") as desk:
        page: dict[str, Any] = await desk.ask("GET", f"/events/types/{type}")
    return page


def _read(content: "File", columns: Columns) -> tuple[list[tuple[int, dict[str, Any]]], list[Verdict]]:
    """Make data of the rows; a row that cannot be read is refused here, and the others are posted."""
    good, refused = [], []
    for row in content.rows:
        data, complaints = columns.data(row.fields) if content.is_table else (row.fields, [])
        if complaints:
            refused.append(Verdict(row.line, "refused", complaints[0].column, complaints[0].sentence))
        else:
            good.append((row.line, data))
    return good, refused


async def _send(services: Services, key: str, postings: list[Posting], patience: float) -> list[Verdict]:
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("posting", total=len(postings))
        async with services.client(DESK, key) as desk:
            return await send(desk, postings, patience=patience, done=lambda n: progress.advance(task, n))
