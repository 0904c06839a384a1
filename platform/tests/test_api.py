"""The API answers JSON always, also when it refuses, and its dive obeys Boyle and takes its time."""

import time

import pytest

from ocean_body import api
from ocean_body.stories import STORIES


def test_health_answers_at_once(client):
    assert client.get("/api/health").get_json() == {"status": "ok"}


def test_the_stories_are_those_of_the_pages(client):
    listed = client.get("/api/stories").get_json()["stories"]
    assert [story["slug"] for story in listed] == [story.slug for story in STORIES]
    assert all(client.get(story["page"]).status_code == 200 for story in listed)
    assert client.get("/api/stories/salt").get_json()["title"] == "The salt you carry"


@pytest.mark.parametrize(
    ("metres", "pressure", "lung", "colours", "zone"),
    [
        (0, 1.0, 1.0, ["red", "orange", "yellow", "green", "blue"], "sunlight"),
        (10, 1.99, 0.5015, ["orange", "yellow", "green", "blue"], "sunlight"),
        (200, 20.88, 0.0479, [], "twilight"),
        (10935, 1087.98, 0.0009, [], "trenches"),
    ],
)
def test_a_dive_follows_the_physics(client, monkeypatch, metres, pressure, lung, colours, zone):
    monkeypatch.setattr(time, "sleep", lambda _: None)
    dive = client.get(f"/api/dive?metres={metres}").get_json()
    assert (dive["pressure_atmospheres"], dive["lung_share"], dive["colours_left"], dive["zone"]) == (pressure, lung, colours, zone)


def test_the_deeper_the_slower_and_never_slower_than_said(client, monkeypatch):
    slept = []
    monkeypatch.setattr(time, "sleep", slept.append)
    for metres in (0, 5000, 10935):
        client.get(f"/api/dive?metres={metres}")
    assert slept[0] == 0
    assert slept[0] < slept[1] < slept[2] == api.SLOWEST_SECONDS


@pytest.mark.parametrize("metres", ["", "-1", "1.5", "10936", "99999999999", "٣", "ten", "1e3", "<script>"])
def test_a_depth_that_is_none_is_refused_with_what_was_expected_and_never_repeated(client, metres):
    answer = client.get("/api/dive", query_string={"metres": metres})
    assert answer.status_code == 400
    assert answer.get_json() == {"error": "`metres` is a whole number from 0 to 10935", "status": 400}


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/api/nothing", 404), ("GET", "/api/stories/none", 404), ("POST", "/api/health", 405)])
def test_what_the_api_does_not_have_is_refused_in_json(client, method, path, status):
    answer = client.open(path, method=method)
    assert (answer.status_code, answer.mimetype, answer.get_json()["status"]) == (status, "application/json", status)
