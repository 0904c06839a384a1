"""The names on the wire are the stable ones, routes are rules, and nothing of the visitor is in an attribute."""


def test_durations_are_measured_in_seconds_by_route_rule(client, series):
    client.get("/stories/salt", headers={"User-Agent": "canary/1", "X-Forwarded-For": "192.0.2.7"})
    points = series("http.server.request.duration")
    found = [attributes for attributes, _, _ in points if attributes.get("http.route") == "/stories/<slug>"]
    assert found[0]["http.request.method"] == "GET"
    assert found[0]["http.response.status_code"] == 200
    assert not series("http.server.duration"), "the names of before 2024 are still spoken"
    assert series("http.server.active_requests")


def test_no_attribute_holds_what_a_visitor_sent(client, series):
    client.get("/canary-path?canary=query", headers={"User-Agent": "canary-agent", "Referer": "https://canary.example/", "X-Forwarded-For": "192.0.2.7"})
    client.get("/broken/canary")
    text = str([attributes for name in ("http.server.request.duration", "http.server.active_requests", "app.errors") for attributes, _, _ in series(name)])
    assert "canary" not in text
    assert "192.0.2" not in text


def test_an_odd_method_makes_no_series_of_its_own(client, series):
    client.open("/", method="CANARY")
    assert all(attributes["http.request.method"] in {"GET", "POST", "_OTHER"} for attributes, _, _ in series("http.server.request.duration"))


def test_the_process_shows_its_processor_time_memory_threads_and_age(series):
    assert {attributes["cpu.mode"] for attributes, _, _ in series("process.cpu.time")} == {"user", "system"}
    assert series("process.memory.usage")[0][1] > 10_000_000
    assert series("process.thread.count")[0][1] >= 1
    assert series("process.uptime")[0][1] > 0
