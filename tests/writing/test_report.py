"""报告.html: its numbers, its list in real Chromium, and names that mean harm."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from perfbatch import schema
from perfbatch.schema import Frames
from perfbatch.words import TemplateError, Words, load_words
from perfbatch.writing.figures import Series, grouped_columns, stacked_bars
from perfbatch.writing.report import Report
from perfbatch.writing.running_totals import RunningTotals
from tests.writing.browser import CHROMIUM, DRIVER, Page, chromium
from tests.writing.build import context, frames

HOSTILE = [
    "</script><script>window.harmed = 1</script>",
    "<img src=x onerror='window.harmed = 1'>",
    "{{ 7 * 7 }}",
    "javascript:window.harmed=1",
    "<!--<script>",
    "../../../etc/passwd",
    "超长" * 150,
    "正常\u202elmth.exe",
    "$x^2$ & \\alpha",
    "a\x00\x1fb",
]
browser = pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="Chromium or its driver is not installed")


def write(path: Path, *chunks: Frames, words: Words | None = None, **options: Any) -> Path:
    """A page about ``chunks``."""
    totals = RunningTotals()
    report = Report(path, words or load_words(), totals, **options)
    for chunk in chunks:
        report.append(totals.take(chunk))
    report.close(context())
    return path


def parsed(path: Path) -> Any:
    """The page as a tree."""
    return html.fromstring(path.read_text(encoding="utf-8"))


def data(path: Path) -> dict[str, Any]:
    """What the page's script is given."""
    return json.loads(parsed(path).get_element_by_id("data").text)  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page about 30 forms in two chunks."""
    return write(tmp_path_factory.mktemp("report") / "报告.html", frames(20), frames(10, start=20))


@pytest.fixture(scope="module")
def page(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """That page in Chromium."""
    with chromium(tmp_path_factory.mktemp("browser")) as opened:
        opened.open(built)
        yield opened


def test_headline_figures_are_those_of_the_frames(built: Path) -> None:
    both = schema.concat([frames(20), frames(10, start=20)], "batch")
    missing = both.findings["check"].isin(schema.MISSING_REASON).sum()
    figures = {
        card.find("dt").text_content(): card.find("dd").text for card in parsed(built).find_class("card")
    }
    assert figures["缺偏差原因"] == str(missing)
    assert figures["问题"] == str(len(both.findings))
    assert figures["自评表"] == "30"
    assert figures["文件"] == "32"
    rate = both.funds["executed"].sum() / both.funds["budget"].sum()
    assert figures["预算执行率"] == f"{rate * 100:.2f}%"


def test_every_plot_has_a_title_and_a_table_beside_it(built: Path) -> None:
    tree = parsed(built)
    plots = list(tree.iter("svg"))
    assert len(plots) == 3
    for plot in plots:
        assert plot.get("role") == "img"
        assert len(tree.get_element_by_id(plot.get("aria-labelledby")).text) > 10
    assert len(tree.find_class("numbers")) == 2
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    assert len(ids) == len(set(ids))


def test_departments_are_ranked_by_missing_reasons(built: Path) -> None:
    rows = parsed(built).find_class("numbers")[1].findall(".//tbody/tr")
    counts = [int(row.findall("td")[-2].text) for row in rows]
    assert counts == sorted(counts, reverse=True)
    assert len(counts) == 7


def test_the_page_asks_the_network_for_nothing(built: Path) -> None:
    """No address but relative ones and those that name a kind of markup; its policy forbids the rest."""
    text = built.read_text(encoding="utf-8")
    assert set(re.findall(r"https?://[^\"' <]+", text)) <= {
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1999/xlink",
    }
    assert "default-src 'none'" in text
    assert not parsed(built).xpath("//link[@rel!='icon'] | //script[@src] | //img | //iframe")


def test_findings_are_embedded_errors_first_up_to_a_limit(tmp_path: Path) -> None:
    path = write(tmp_path / "报告.html", frames(20), frames(10, start=20), limit=180)
    rows = data(path)["rows"]
    both = schema.concat([frames(20), frames(10, start=20)], "batch")
    errors = (both.findings["level"] == "error").sum()
    assert [row[0] for row in rows] == ["error"] * errors + ["warning"] * (180 - errors)
    text = parsed(path).text_content()
    assert f"问题共 {len(both.findings)} 个，这里列出 180 个" in text


def test_errors_of_a_late_chunk_push_out_early_warnings(tmp_path: Path) -> None:
    """Whatever the order of the forms, no warning stands where an error had no room."""
    path = write(tmp_path / "报告.html", *(frames(2, start=2 * n) for n in range(10)), limit=30)
    assert {row[0] for row in data(path)["rows"]} == {"error"}


def test_a_run_without_findings_says_so(tmp_path: Path) -> None:
    text = parsed(write(tmp_path / "报告.html", schema.empty("batch"))).text_content()
    assert "没有发现问题。" in text
    assert "没有缺偏差原因的指标。" in text


def test_links_lead_to_the_annotated_copies(built: Path) -> None:
    files = data(built)["files"]
    assert files[0][0] == "市教育委员会/00000 项目自评表.xlsx"
    assert files[0][1].startswith("./%E6%89%B9%E6%B3%A8/")
    assert files[0][1].endswith("/00000%20%E9%A1%B9%E7%9B%AE%E8%87%AA%E8%AF%84%E8%A1%A8.xlsx")


def test_the_same_frames_and_context_give_the_same_bytes(tmp_path: Path) -> None:
    one, two = (write(tmp_path / name, frames(6)).read_bytes() for name in ("a.html", "b.html"))
    assert one == two


def test_a_plot_says_its_text_as_text() -> None:
    """Letters stay letters, so that a page can be searched and read aloud; markup in a name is escaped."""
    svg = stacked_bars("key", "标题 & <b>", ["<b>市教委</b> $x$"], [Series("必须整改", [3], "#9C0006")])
    assert "&lt;b&gt;市教委&lt;/b&gt; $x$</text>" in svg
    assert '<title id="key-title">标题 &amp; &lt;b&gt;</title>' in svg
    columns = grouped_columns("key", "标题", ["优"], [Series("自评", [0], "#1F3864", hatched=True)])
    assert columns.startswith("<svg")
    assert columns.endswith("</svg>")


def test_a_broken_template_is_refused_by_name_and_line(tmp_path: Path) -> None:
    (tmp_path / "报告.html.j2").write_text("<html>\n{% if %}\n</html>\n", encoding="utf-8")
    with pytest.raises(TemplateError, match=r"报告\.html\.j2 第 2 行"):
        Report(tmp_path / "out" / "报告.html", Words(tmp_path), RunningTotals())


@pytest.mark.browser
@browser
def test_the_list_filters_by_text_department_unit_level_and_check(page: Page, built: Path) -> None:
    rows = data(built)["rows"]
    assert shown(page) == 200
    assert status(page) == f"符合条件 {len(rows)} 个，显示前 200 个"
    choose(page, "level", "warning")
    warnings = [row for row in rows if row[0] == "warning"]
    assert shown(page) == len(warnings)
    choose(page, "check", "I202")
    assert shown(page) == sum(row[1] == "I202" for row in warnings)
    page.run("document.querySelector('button[type=reset]').click()")
    page.run("return new Promise((done) => setTimeout(done, 50))")
    choose(page, "department", "1")
    units = page.run("return [...document.getElementById('unit').options].slice(1).map((o) => o.text)")
    assert units
    assert all(unit.startswith("市卫生健康委员会") for unit in units)
    unit = page.run("return document.getElementById('unit').options[1].value")
    choose(page, "unit", unit)
    assert shown(page) == sum(row[2] == 1 and row[3] == int(unit) for row in rows)
    page.run("document.querySelector('button[type=reset]').click()")
    page.run("return new Promise((done) => setTimeout(done, 50))")
    choose(page, "text", " 渗透测试  市文化和旅游局")
    assert shown(page) == sum("渗透测试" in row[8] and row[2] == 3 for row in rows) > 0
    choose(page, "text", "\uff49\uff12\uff10\uff12")  # full-width i202
    assert shown(page) == sum(row[1] == "I202" for row in rows) > 0
    choose(page, "text", "H12")
    assert shown(page) == min(200, sum("H12" in row[7] for row in rows)) > 0
    choose(page, "text", data(built)["units"][2])
    assert shown(page) == sum(row[3] == 2 for row in rows) > 0
    choose(page, "text", "")
    choose(page, "missing", "1")
    missing = [row for row in rows if row[1] in schema.MISSING_REASON]
    assert status(page).startswith(f"符合条件 {len(missing)} 个")
    choose(page, "missing", "")
    choose(page, "text", "没有这样的字")
    assert shown(page) == 0
    assert status(page).startswith("符合条件 0 个")
    choose(page, "text", "")


@pytest.mark.browser
@browser
def test_a_click_on_a_card_shows_what_its_figure_counts(page: Page, built: Path) -> None:
    """Whatever was chosen before; the list comes into view and has the focus."""
    rows = data(built)["rows"]
    choose(page, "department", "1")
    wanted = {
        "missing=1": [row for row in rows if row[1] in schema.MISSING_REASON],
        "level=error&missing=1": [
            row for row in rows if row[1] in schema.MISSING_REASON and row[0] == "error"
        ],
        "level=info": [row for row in rows if row[0] == "info"],
        "level=": rows,
    }
    for shows, expected in wanted.items():
        page.run("document.querySelector(`[data-shows='${arguments[0]}']`).click()", shows)
        assert status(page).startswith(f"符合条件 {len(expected)} 个"), shows
        assert page.run("return document.activeElement.id") == "list"


def test_print_sizes_follow_the_text_around_them(built: Path) -> None:
    """No rem in what is printed small: it would stay at the size of the screen."""
    style = parsed(built).findtext(".//style")
    assert "font-size: .88em" in style
    assert not re.search(r"\.(small|card dd)[^}]*rem", style)


@pytest.mark.browser
@browser
def test_more_rows_come_on_demand_and_all_of_them_in_print(page: Page, built: Path, tmp_path: Path) -> None:
    rows = data(built)["rows"]
    choose(page, "text", "")
    page.run("document.getElementById('more').click()")
    assert shown(page) == len(rows)
    assert page.run("return document.activeElement.tagName") == "TR"
    choose(page, "text", "")
    page.run("window.dispatchEvent(new Event('beforeprint'))")
    assert shown(page) == len(rows)
    page.pdf(tmp_path / "报告.pdf")
    assert (tmp_path / "报告.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.browser
@browser
def test_every_control_has_a_name_and_the_page_its_landmarks(page: Page) -> None:
    assert page.run(
        "return [...document.querySelectorAll('input, select')].every((c) => c.labels.length === 1)"
    )
    for landmark in ("header", "main", "footer", "[role=search]", "[aria-live=polite]", "h1"):
        assert page.run("return document.querySelectorAll(arguments[0]).length", landmark) == 1
    assert page.run("return document.documentElement.lang") == "zh-CN"


@pytest.mark.browser
@browser
def test_a_phone_scrolls_down_and_not_sideways(built: Path, tmp_path: Path) -> None:
    with chromium(tmp_path, 390, 844) as phone:
        phone.open(built)
        assert phone.run("return document.documentElement.scrollWidth") == 390
        assert phone.run("return getComputedStyle(document.querySelector('#findings td')).display") == "block"


@pytest.mark.browser
@browser
def test_hostile_names_do_nothing_and_no_request_leaves_the_page(tmp_path: Path) -> None:
    """Markup in a name stays text everywhere; the console says nothing, the network sees only the file."""
    chunks = [frames(1, 8, start=number, hostile=text) for number, text in enumerate(HOSTILE)]
    path = write(tmp_path / "报告.html", *chunks)
    with chromium(tmp_path) as opened:
        opened.requests()
        opened.log("browser")
        opened.open(path)
        asked = [address for address in opened.requests() if not address.startswith("chrome://")]
        assert [address for address in asked if not address.startswith("data:")] == [path.as_uri()]
        assert opened.log("browser") == []
        assert opened.run("return window.harmed === undefined")
        assert opened.run("return document.querySelectorAll('main img, main script, footer ~ b').length") == 0
        text = opened.run("return document.querySelector('#findings').textContent")
        for name in HOSTILE:
            assert re.sub("[\x00-\x08\x0e-\x1f]", "", name) in text
        links = opened.run("return [...document.querySelectorAll('#findings a')].map((a) => a.protocol)")
        assert set(links) == {"file:"}


def choose(page: Page, control: str, value: str) -> None:
    """Set a control as a person does."""
    page.run(
        "const c = document.getElementById(arguments[0]); c.value = arguments[1];"
        "c.dispatchEvent(new Event('input', {bubbles: true}))",
        control,
        value,
    )


def shown(page: Page) -> int:
    """Rows of the list that are seen."""
    return page.run("return document.querySelectorAll('#findings tbody tr').length")  # type: ignore[no-any-return]


def status(page: Page) -> str:
    """What a screen reader is told about the list."""
    return page.run("return document.getElementById('count').textContent")  # type: ignore[no-any-return]
