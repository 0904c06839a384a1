"""Every failure is counted once, under its kind, and tells the visitor nothing about our insides."""

import pytest

from ocean_body.errors import ALL_KINDS


def counts(series):
    return {attributes["kind"]: value for attributes, value, _ in series("app.errors")}


@pytest.mark.parametrize(
    ("path", "method", "kind", "status"),
    [
        ("/nothing", "GET", "not_found", 404),
        ("/stories/none", "GET", "not_found", 404),
        ("/api/dive?metres=x", "GET", "bad_request", 400),
        ("/about", "POST", "method_not_allowed", 405),
        ("/stopped/413", "GET", "too_large", 413),
        ("/stopped/415", "GET", "wrong_type", 415),
        ("/stopped/410", "GET", "client_other", 410),
        ("/stopped/503", "GET", "server_other", 503),
        ("/broken/marie", "GET", "unexpected", 500),
    ],
)
def test_a_failure_is_counted_once_under_its_kind(client, series, path, method, kind, status):
    before = counts(series)
    assert client.open(path, method=method).status_code == status
    after = counts(series)
    assert {name: after[name] - before.get(name, 0) for name in after if after[name] != before.get(name, 0)} == {kind: 1}


def test_a_success_counts_no_error(client, series):
    before = counts(series)
    assert client.get("/").status_code == 200
    assert counts(series) == before


def test_every_kind_is_there_from_the_start_so_that_a_first_error_is_an_increase(client, series):
    assert set(counts(series)) == set(ALL_KINDS)


def test_an_unexpected_failure_says_nothing_of_its_cause(client):
    text = client.get("/broken/marie").text
    assert "Rough water" in text
    assert "ZeroDivision" not in text
    assert "marie" not in text
