"""OpenTelemetry metrics: the stable HTTP conventions, errors by kind, and the use of the process itself. No traces, no headers, no addresses."""

import os
import resource
import threading
import time
import uuid
from collections.abc import Iterable

# Read at import: without it the instrumentation still speaks the names of before 2024.
os.environ.setdefault("OTEL_SEMCONV_STABILITY_OPT_IN", "http")

from flask import Flask
from opentelemetry import metrics
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.instrumentation.flask import FlaskInstrumentor
from opentelemetry.metrics import CallbackOptions, Observation
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import MetricReader, PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource

PAGE_BYTES = resource.getpagesize()

# Instruments of the API bind to the real provider once there is one.
meter = metrics.get_meter("ocean_body")
_errors = meter.create_counter("app.errors", unit="{error}", description="Requests that ended in an error handler, by kind")


def count_error(kind: str) -> None:
    """Count one failed request under a kind of the closed list in errors.py."""
    _errors.add(1, {"kind": kind})


def instrument(app: Flask) -> None:
    """Measure every request of the application by its route rule."""
    FlaskInstrumentor().instrument_app(app)


def start(kinds: Iterable[str], reader: MetricReader | None = None) -> None:
    """Start measuring in this process, after the fork: the exporter's thread does not survive one. Every kind starts at 0, so that a
    first error is an increase. Nothing is sent unless `OTEL_EXPORTER_OTLP_ENDPOINT` names a collector or a reader is given."""
    if reader is None:
        if not os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT"):
            return
        reader = PeriodicExportingMetricReader(OTLPMetricExporter(), export_interval_millis=5_000)
    # Two processes under one name would take each other's counters for resets.
    named = Resource.create({"service.name": "ocean-body", "service.namespace": "tidewatch", "service.instance.id": str(uuid.uuid4())})
    metrics.set_meter_provider(MeterProvider(metric_readers=[reader], resource=named))
    observe_process()
    for kind in kinds:
        _errors.add(0, {"kind": kind})


def observe_process() -> None:
    """Show the processor time, memory, threads and age of this process by the names of the semantic conventions."""
    started = time.monotonic()

    def cpu(_: CallbackOptions) -> Iterable[Observation]:
        use = resource.getrusage(resource.RUSAGE_SELF)
        return [Observation(use.ru_utime, {"cpu.mode": "user"}), Observation(use.ru_stime, {"cpu.mode": "system"})]

    def memory(_: CallbackOptions) -> Iterable[Observation]:
        with open("/proc/self/statm", encoding="ascii") as statm:
            return [Observation(int(statm.read().split()[1]) * PAGE_BYTES)]

    meter.create_observable_counter("process.cpu.time", [cpu], unit="s", description="Processor time of the application")
    meter.create_observable_up_down_counter("process.memory.usage", [memory], unit="By", description="Resident memory of the application")
    meter.create_observable_up_down_counter("process.thread.count", [lambda _: [Observation(threading.active_count())]], unit="{thread}", description="Threads of the application")
    meter.create_observable_gauge("process.uptime", [lambda _: [Observation(time.monotonic() - started)]], unit="s", description="Seconds since the worker started")
