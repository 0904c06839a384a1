"""The pages a visitor reads."""

from flask import Blueprint, Response, abort, render_template

from .stories import BY_SLUG, STORIES

pages = Blueprint("pages", __name__)


@pages.get("/")
def home() -> str:
    """All stories at a glance."""
    return render_template("home.html", stories=STORIES)


@pages.get("/stories/<slug>")
def story(slug: str) -> str:
    """One story, with the next one to go on to; 404 for a name that is none of ours."""
    if slug not in BY_SLUG:
        abort(404)
    place = STORIES.index(BY_SLUG[slug])
    return render_template("story.html", story=BY_SLUG[slug], following=STORIES[(place + 1) % len(STORIES)])


@pages.get("/breathe")
def breathe() -> str:
    """A wave to breathe with, six times a minute."""
    return render_template("breathe.html")


@pages.get("/dive")
def dive() -> str:
    """A dive to any depth, whose numbers come from the slow route of the API."""
    return render_template("dive.html")


@pages.get("/about")
def about() -> str:
    """Who made this, and what is counted about a visit."""
    return render_template("about.html")


@pages.get("/robots.txt")
def robots() -> Response:
    """Crawlers may read the pages; the API has nothing for them."""
    return Response("User-agent: *\nDisallow: /api/\n", mimetype="text/plain")
