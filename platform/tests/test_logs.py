"""Every line is one JSON object, and no address or text of a visitor gets into one."""

import json
import logging

from ocean_body import create_app


def written(folder):
    for handler in logging.root.handlers:
        handler.flush()
    return [json.loads(line) for line in (folder / "app.log").read_text().splitlines()]


def test_a_failure_is_one_line_with_its_kind_its_route_and_its_place_but_without_what_was_asked(monkeypatch, tmp_path):
    monkeypatch.setenv("OCEAN_BODY_LOG_FOLDER", str(tmp_path))
    app = create_app()

    def fail(who):
        raise ValueError(f"no such patient: {who}")

    app.add_url_rule("/patient/<who>", view_func=fail)
    app.test_client().get("/patient/marie?from=192.0.2.7", headers={"X-Forwarded-For": "198.51.100.3"})
    lines = written(tmp_path)
    assert len(lines) == 1
    line = lines[0]
    assert (line["level"], line["message"], line["error_type"], line["route"]) == ("error", "a request failed", "ValueError", "/patient/<who>")
    assert line["raised_at"].startswith("test_logs.py:")
    assert "marie" not in str(line)
    assert "192.0.2" not in str(line)


def test_an_address_that_a_library_logs_is_taken_out_and_a_time_is_not(monkeypatch, tmp_path):
    monkeypatch.setenv("OCEAN_BODY_LOG_FOLDER", str(tmp_path))
    create_app()
    logging.getLogger("any").warning("peer %s and 2001:db8::7 left at 10:04:05", "192.0.2.7")
    assert written(tmp_path)[0]["message"] == "peer [address] and [address] left at 10:04:05"
