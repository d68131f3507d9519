"""The two dashboards as data: each panel's title, its query and what it is for."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Query:
    """One question to Prometheus, and how its answers are named."""

    expr: str
    legend: str = "{{service}}"


@dataclass(frozen=True)
class Picture:
    """One panel. `unit` is Grafana's name of a unit; `width` is in twenty-fourths of the page."""

    title: str
    about: str
    queries: tuple[Query, ...]
    unit: str = "short"
    kind: Literal["line", "stack", "number"] = "line"
    width: int = 8


@dataclass(frozen=True)
class Board:
    """One dashboard: rows of panels under headings."""

    uid: str
    title: str
    about: str
    rows: dict[str, tuple[Picture, ...]]


def _rate(metric: str, *by: str) -> str:
    return f"sum by ({', '.join(by)}) (rate({metric}[$__rate_interval]))"


def _each(metric: str) -> str:
    """A figure of a service's database, which all its instances tell alike."""
    return f"max by (service) ({metric})"


THE_CHAIN = Board(
    "pulih-chain",
    "Pulih: the chain",
    "Whether every service consumes, publishes and answers.",
    {
        "Is all well": (
            Picture(
                "Ready",
                "1 where an instance can do its work. Its log and /readyz say why not.",
                (Query("min by (service) (pulih_ready)"),),
                kind="number",
            ),
            Picture(
                "Publishes the journal",
                "Instances that lead: exactly one for each service.",
                (Query("sum by (service) (pulih_relay_leader)"),),
                kind="number",
            ),
            Picture(
                "Dead letters waiting",
                "What could not be taken in: `pulih dlq list`.",
                (Query(_each("pulih_dead_letters_waiting")),),
                kind="number",
            ),
        ),
        "From one service to the next": (
            Picture(
                "Said",
                "Events published, by speaker.",
                (Query(_rate("pulih_events_said_total", "service")),),
                unit="eps",
            ),
            Picture(
                "Heard", "Events taken in, by listener.", (Query(_rate("pulih_events_heard_total", "service")),), "eps"
            ),
            Picture(
                "Dropped as repeats",
                "Harmless; many at once are a replay.",
                (Query(_rate("pulih_events_repeated_total", "service")),),
                unit="eps",
            ),
            Picture(
                "Journal: oldest that waits",
                "How long what is said waits to be published.",
                (Query(_each("pulih_journal_backlog_age_seconds")),),
                unit="s",
            ),
            Picture("Journal: rows that wait", "How many they are.", (Query(_each("pulih_journal_backlog_rows")),)),
            Picture(
                "Behind, by partition",
                "Records that are published and not yet taken in.",
                (
                    Query(
                        "max by (service, topic, partition) (pulih_consumer_lag)", "{{service}} {{topic}}-{{partition}}"
                    ),
                ),
            ),
            Picture(
                "Partitions with a gap",
                "An event is missing there; nothing behind it is taken in.",
                (Query(_each("pulih_consumer_gaps")),),
            ),
            Picture(
                "Seconds a batch takes, 95 %",
                "From a batch's first statement to its commit.",
                (
                    Query(
                        "histogram_quantile(0.95, sum by (service, le) "
                        "(rate(pulih_batch_handling_seconds_bucket[$__rate_interval])))"
                    ),
                ),
                unit="s",
            ),
            Picture(
                "Refused and dead-lettered, by type",
                "Answered with a no; or not taken in at all.",
                (
                    Query(_rate("pulih_events_refused_total", "service", "type"), "{{service}} refused {{type}}"),
                    Query(_rate("pulih_events_dead_lettered_total", "service", "type"), "{{service}} buried {{type}}"),
                ),
                unit="eps",
            ),
        ),
        "Requests": (
            Picture(
                "Posted, by outcome",
                "Events that agencies posted at the desk.",
                (Query(_rate("pulih_events_posted_total", "outcome"), "{{outcome}}"),),
                unit="eps",
                kind="stack",
            ),
            Picture(
                "Waiting at the desk",
                "Events in its queue; beyond 20,000 agencies are asked to come back.",
                (Query("sum by (service) (pulih_desk_waiting)"),),
            ),
            Picture(
                "Seconds a post takes, 99 %",
                "From its arrival to its receipts, which are good only once committed.",
                (
                    Query(
                        "histogram_quantile(0.99, sum by (le) "
                        '(rate(pulih_http_request_seconds_bucket{route="/events"}[$__rate_interval])))',
                        "POST /events",
                    ),
                ),
                unit="s",
            ),
            Picture(
                "Requests, by answer",
                "All routes of all services.",
                (Query(_rate("pulih_http_requests_total", "service", "status"), "{{service}} {{status}}"),),
                unit="reqps",
                width=16,
            ),
            Picture(
                "Versions",
                "Instances by what they run.",
                (Query("count by (version, python) (pulih_build_info)", "Pulih {{version}}, Python {{python}}"),),
                kind="number",
            ),
        ),
    },
)

THE_PROGRAMME = Board(
    "pulih-programme",
    "Pulih: the programme",
    "Where the workers are, and who is stuck, where, since when.",
    {
        "Where the workers are": (
            Picture(
                "At the desk",
                "Registered and not placed, by what they seek.",
                (Query('max by (state) (pulih_workers{service="registration"})', "{{state}}"),),
                kind="stack",
            ),
            Picture(
                "With training",
                "Each time without work counted.",
                (Query('max by (state) (pulih_workers{service="training"})', "{{state}}"),),
                kind="stack",
            ),
            Picture(
                "With placement",
                "Each worker once.",
                (Query('max by (state) (pulih_workers{service="placement"})', "{{state}}"),),
                kind="stack",
            ),
        ),
        "Who is stuck, where, since when": (
            Picture(
                "Slowest 1 %: time since the last step",
                "Of workers not yet placed. GET /stuck at registration names them.",
                (Query('max by (quantile) (pulih_workers_idle_seconds{step="any"})', "quantile {{quantile}}"),),
                unit="s",
            ),
            Picture(
                "Slowest 1 %, by the last step",
                "Where they are stuck: after which step nothing came.",
                (Query('max by (step) (pulih_workers_idle_seconds{step!="any", quantile="0.99"})', "{{step}}"),),
                unit="s",
            ),
            Picture(
                "Waiting list: the oldest",
                "Since when its head waits, by the day of application.",
                (Query("max(pulih_waiting_list_oldest_seconds)", "oldest"),),
                unit="s",
                kind="number",
                width=4,
            ),
            Picture(
                "Contradicted",
                "Workers about whom agencies contradict each other, for an office to look at.",
                (Query("max(pulih_workers_questioned)", "questioned"),),
                kind="number",
                width=4,
            ),
            Picture(
                "Late",
                "Tasks that agencies owe and that are late, by service and kind (GET /tasks).",
                (Query("max by (service, kind) (pulih_tasks_overdue)", "{{service}} {{kind}}"),),
            ),
        ),
        "Room": (
            Picture("Waiting list", "Workers on it.", (Query("max(pulih_waiting_list_workers)", "waiting"),)),
            Picture(
                "Seats",
                "Of the courses that are not cancelled.",
                (Query("max by (state) (pulih_seats)", "{{state}}"),),
                kind="stack",
            ),
            Picture(
                "Openings",
                "Filled, of every vacancy; the rest of the vacancies that are open.",
                (Query("max by (state) (pulih_openings)", "{{state}}"),),
                kind="stack",
            ),
            Picture(
                "Placements",
                "By the evidence that the worker works there.",
                (Query("max by (grade) (pulih_placements)", "{{grade}}"),),
                kind="stack",
            ),
        ),
        "What happens": (
            Picture(
                "Steps an hour",
                "What training and placement say of workers.",
                (
                    Query(
                        "sum by (type) (increase("
                        'pulih_events_said_total{service=~"training|placement", type=~"pulih.(worker|training|enrolment|referral).*"}[1h]))',
                        "{{type}}",
                    ),
                ),
            ),
            Picture(
                "Messages",
                "To workers and agencies, by state.",
                (Query("max by (state) (pulih_messages)", "{{state}}"),),
            ),
            Picture(
                "Letters",
                "Taken to the mail server, where messages go by mail.",
                (Query(_rate("pulih_letters_total", "outcome"), "{{outcome}}"),),
                unit="eps",
            ),
        ),
    },
)

BOARDS = (THE_CHAIN, THE_PROGRAMME)
