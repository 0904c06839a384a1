"""A visitor can read every page, follow every link, and finds nothing that comes from elsewhere."""

import re

import pytest

from ocean_body.stories import STORIES

PAGES = ["/", "/breathe", "/dive", "/about", *[f"/stories/{story.slug}" for story in STORIES]]


@pytest.mark.parametrize("path", PAGES)
def test_every_page_answers_html(client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.mimetype == "text/html"
    assert answer.text.count("<h1>") == 1


@pytest.mark.parametrize("path", PAGES)
def test_every_link_and_asset_of_a_page_is_ours_and_answers(client, path):
    for target in re.findall(r'(?:href|src)="([^"]+)"', client.get(path).text):
        assert target.startswith("/"), f"{target} on {path} leaves the site"
        assert client.get(target).status_code == 200, f"{target} on {path} is dead"


@pytest.mark.parametrize("path", PAGES)
def test_no_page_needs_an_inline_script_or_style_because_the_security_header_forbids_them(client, path):
    text = client.get(path).text
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", text)


def test_the_stories_lead_from_one_to_the_next_and_round(client):
    seen, path = [], f"/stories/{STORIES[0].slug}"
    for _ in STORIES:
        seen.append(path)
        path = re.search(r'class="following"><a href="([^"]+)"', client.get(path).text).group(1)
    assert path == seen[0]
    assert len(set(seen)) == len(STORIES)


def test_no_cookie_is_set(client):
    assert all("Set-Cookie" not in client.get(path).headers for path in PAGES)


def test_robots_may_read_the_pages(client):
    answer = client.get("/robots.txt")
    assert answer.mimetype == "text/plain"
    assert "Disallow: /api/" in answer.text
