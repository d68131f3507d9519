"""Tracing: follows one event through every service by W3C trace context, as CloudEvents' distributed tracing extension.

It needs the extra `otel`. Off unless `OTEL_EXPORTER_OTLP_ENDPOINT` names a collector; the other `OTEL_…` variables (sampling, headers, batches) are
OpenTelemetry's own. A span for each event at each hop, never with personal data.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from uuid import UUID

if TYPE_CHECKING:
    from shared.events import Event

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"

_tracer: Any = None  # OpenTelemetry is imported only where it is wanted


def start(service: str) -> None:
    """Send spans to the collector that the environment names, if it names one. Ends the program without the extra `otel`."""
    global _tracer  # noqa: PLW0603  a process has one
    if not os.environ.get(ENDPOINT):
        return
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415  only where tracing is on
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415  only where tracing is on
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415  only where tracing is on
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415  only where tracing is on
    except ModuleNotFoundError:
        raise SystemExit(
            f"{ENDPOINT} is set: install OpenTelemetry by pip install 'pulih[otel]', or unset it."
        ) from None

    provider = TracerProvider(resource=Resource.create({"service.name": f"pulih-{service}"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    _tracer = provider.get_tracer("pulih")


@contextmanager
def request(name: str, headers: Mapping[str, str]) -> Iterator[str | None]:
    """Span a request; gives its `traceparent`, for what follows from it."""
    if _tracer is None:
        yield None
        return
    from opentelemetry.trace import SpanKind  # noqa: PLC0415  only where tracing is on

    with _tracer.start_as_current_span(
        name, context=_context(headers.get("traceparent") or headers.get("ce-traceparent")), kind=SpanKind.SERVER
    ):
        yield _traceparent()


@contextmanager
def consuming(events: "Iterable[Event]") -> Iterator[dict[UUID, str]]:
    """Span the handling of each event that carries a trace; gives, for each key, the `traceparent` of what follows."""
    if _tracer is None:
        yield {}
        return
    from opentelemetry.trace import SpanKind, set_span_in_context  # noqa: PLC0415  only where tracing is on

    spans, traces = [], {}
    for event in events:
        if event.envelope.trace:
            span = _tracer.start_span(
                f"hear {type(event).__name__}",
                context=_context(event.envelope.trace),
                kind=SpanKind.CONSUMER,
                attributes={
                    "messaging.system": "kafka",
                    "cloudevents.event_id": str(event.envelope.id),
                    "cloudevents.event_source": event.envelope.by,
                    "pulih.key": str(event.key),
                },
            )
            spans.append(span)
            traces[event.key] = _traceparent(set_span_in_context(span))
    try:
        yield traces
    except Exception as fault:
        for span in spans:
            span.set_attribute("error.type", type(fault).__name__)
        raise
    finally:
        for span in spans:
            span.end()


def _context(traceparent: str | None) -> Any:  # noqa: ANN401  OpenTelemetry's context
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator  # noqa: PLC0415  only where tracing is on

    return TraceContextTextMapPropagator().extract({"traceparent": traceparent} if traceparent else {})


def _traceparent(context: Any = None) -> str:  # noqa: ANN401  OpenTelemetry's context
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator  # noqa: PLC0415  only where tracing is on

    carrier: dict[str, str] = {}
    TraceContextTextMapPropagator().inject(carrier, context=context)
    return carrier.get("traceparent", "")
