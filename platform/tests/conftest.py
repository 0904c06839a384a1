"""What every test of the site uses: one application, one client, and a reader that holds the metrics in memory."""

import pytest
from flask import abort
from opentelemetry.sdk.metrics.export import InMemoryMetricReader

from ocean_body import create_app, errors, telemetry


@pytest.fixture(scope="session")
def reader():
    """The reader of the one provider that a process may have."""
    reader = InMemoryMetricReader()
    telemetry.start(errors.ALL_KINDS, reader)
    return reader


@pytest.fixture
def app(reader):
    """The shipped application, and two routes that fail in ways its own cannot."""
    app = create_app()
    app.add_url_rule("/broken/<who>", "broken", lambda who: 1 / 0)
    app.add_url_rule("/stopped/<int:status>", "stopped", lambda status: abort(status))
    return app


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.fixture
def series(reader):
    """Every point of a metric by name: a list of (attributes, value or sum, whole point)."""

    def read(name):
        found = []
        for resource in reader.get_metrics_data().resource_metrics:
            for scope in resource.scope_metrics:
                for metric in scope.metrics:
                    if metric.name == name:
                        found += [(dict(point.attributes), getattr(point, "value", getattr(point, "sum", None)), point) for point in metric.data.data_points]
        return found

    return read
