"""The page that `ssot-lint report --format html` writes, also as a browser shows it."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.in_process import run

HOSTILE = "<img src=x onerror=alert(1)>.py"
FILES = {
    "pyproject.toml": "[tool.ssot-lint]\n",
    "app/a.py": "import uuid\n\n\ndef a():\n\tx_id = uuid.uuid4()  # </code><script>1</script>\n",
    f"app/{HOSTILE}": 'thread_id = "\\"><script>alert(2)</script>"\n',
    "app/\u202egnp.py": "import uuid\na_id = str(uuid.uuid4())\n",
    "app/good.py": (
        "from shared.id_generation import UnifiedIdGenerator as Ids\n"
        "a = Ids.generate_base_id('a')\n"
    ),
    "tests/test_a.py": "import uuid\na = uuid.uuid4()\n",
}
HISTORY = [
    {
        "date": f"2026-0{month}-01T00:00:00+00:00",
        "commit": "abc",
        "production": {"generated": month, "bypassing": 10 - month},
        "tests": {"generated": 0, "bypassing": 1},
    }
    for month in (1, 2, 3)
]


class Page(HTMLParser):
    """The elements and the text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", "".join(self.words))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    lines = "".join(json.dumps(point) + "\n" for point in HISTORY)
    (tmp_path / "history.jsonl").write_text(lines)
    return tmp_path


def html(folder: Path, *args: str) -> str:
    code, _, err = run(folder, "report", "--format", "html", "--output-file", "page.html", *args)
    assert (code, err) == (0, "")
    return (folder / "page.html").read_text(encoding="utf-8")


def test_what_the_page_says(project: Path) -> None:
    text = Page(html(project)).text

    assert "25.0 % production: 1 of 4" in text
    assert "0.0 % tests: 0 of 1" in text
    assert "app 25.0 % 1 of 4" in text
    assert "2 OST101 direct-uuid-call" in text
    assert "x_id = uuid.uuid4() # </code><script>1</script>" in text
    assert "app/\\u202egnp.py" in text
    assert "Development" not in text


def test_what_is_hostile_is_escaped(project: Path) -> None:
    page = html(project)
    tags = {tag for tag, _ in Page(page).elements}

    assert HOSTILE in Page(page).text
    assert not tags & {"script", "img", "link", "iframe", "object"}
    assert "http" not in page.replace("http-equiv", "")
    assert "\u202e" not in page


def test_the_trend_ends_with_today(project: Path) -> None:
    page = html(project, "--history", "history.jsonl")
    lines = [attrs for tag, attrs in Page(page).elements if tag == "polyline"]

    assert [attrs["class"] for attrs in lines] == ["production", "tests"]
    dots = [tuple(map(float, dot.split(","))) for dot in (lines[0]["points"] or "").split()]
    assert [y for _, y in dots] == [90.0, 80.0, 70.0, 75.0]
    assert dots[0][0] == 0
    assert dots[-1][0] == 100
    assert len((project / "history.jsonl").read_text().splitlines()) == 4


def test_without_ids(project: Path) -> None:
    (project / "empty.py").write_text("")

    assert "production: no ids are made here" in Page(html(project, "empty.py")).text


def test_without_jinja(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("compliance.html", "pages.page"):
        monkeypatch.delitem(sys.modules, f"ssot_lint.reports.{name}", raising=False)
    monkeypatch.setitem(sys.modules, "jinja2", None)

    code, out, err = run(project, "report", "--format", "html")
    expected = "ssot-lint: error: --format html needs jinja2: pip install 'ssot-lint[html]'\n"
    assert (code, out, err) == (2, "", expected)


# In a browser

CONTRAST = """
() => {
  const light = ([r, g, b]) => {
    const part = [r, g, b].map(c => c / 255).map(
      c => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * part[0] + 0.7152 * part[1] + 0.0722 * part[2];
  };
  const color = text => text.match(/[\\d.]+/g).map(Number);
  const paper = element => {
    const found = color(getComputedStyle(element).backgroundColor);
    return found.length === 4 && found[3] === 0 ? paper(element.parentElement) : found;
  };
  const worst = [...document.body.querySelectorAll("*:not(svg):not(svg *)")].map(element => {
    const [a, b] = [light(color(getComputedStyle(element).color)), light(paper(element))];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  });
  return Math.min(...worst);
}
"""


@pytest.fixture
def browser() -> Iterator[Any]:
    """A real browser: of SSOT_LINT_BROWSER, which must be there, or one that is installed."""
    given = os.environ.get("SSOT_LINT_BROWSER")
    found = given or shutil.which("chromium") or shutil.which("google-chrome")
    if found is None:
        pytest.skip("no browser is installed")
    if not given:
        pytest.importorskip("playwright", reason="needs the extra `browser`")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        # In a container, Chromium's own sandbox cannot be set up.
        started = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_in_a_browser(project: Path, browser: Any, width: int, scheme: str) -> None:
    html(project, "--history", "history.jsonl")
    asked: list[str] = []
    said: list[str] = []
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    page.goto((project / "page.html").as_uri())
    for summary in page.query_selector_all("summary"):
        summary.click()
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    trend = page.query_selector(".trend svg").bounding_box()

    assert asked == [(project / "page.html").as_uri()]
    assert said == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.query_selector("details[open] mark").is_visible()
    assert trend["width"] > width / 2
    assert (sum(map(int, re.findall(r"\d+", paper))) > 384) is (scheme == "light")
    assert page.evaluate(CONTRAST) >= 4.5
    assert page.screenshot().startswith(b"\x89PNG")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_of_fixes_in_a_browser(
    project: Path, browser: Any, width: int, scheme: str
) -> None:
    more = "import uuid\n\n\ndef make():\n    {0}_id = str(uuid.uuid4())\n    return {0}_id\n"
    folder = "app/" + "a_package_with_a_long_name/" * 3
    for name in ("conn", "connection"):
        path = project / folder / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(more.format(name))
    run(project, "fix", "--no-cache", "--diff", "-q", "--report", "page.html")
    asked: list[str] = []
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page.on("request", lambda request: asked.append(request.url))
    page.goto((project / "page.html").as_uri())
    for summary in page.query_selector_all("summary"):
        summary.click()

    assert asked == [(project / "page.html").as_uri()]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.query_selector("details[open] ins").is_visible()
    assert page.query_selector_all("details:not([open])") == []
    assert page.evaluate(CONTRAST) >= 4.5
