"""The respondent's pages on a phone: with a script and without, with the network cut, by keyboard, in large print."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, Route, ViewportSize

from survey import create_app
from survey.config import LANGUAGES
from survey.look import LARGE
from survey.questionnaire import built_in
from survey.questionnaire.expression_reader import parse
from survey.questionnaire.expressions import PAGE_OPERATIONS
from tests.browser import check, served
from tests.lasting import IS_LONG
from tests.rounds import EVERYTHING, a_group, ballots, mixer_key, with_everything
from tests.test_expressions import CASES

pytestmark = pytest.mark.browser
NARROW: ViewportSize = {"width": 320, "height": 640}
PHONE: ViewportSize = {"width": 360, "height": 740}
NAMES = [*sorted(built_in()), EVERYTHING.name]
# Every day each look and each way; a fault that needs large print and a script at once, on `make test-long`.
LOOKS = [(look, script) for look in ("", LARGE) for script in (True, False) if IS_LONG or (look == "") == script]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An installation with every questionnaire, and the one with everything."""
    made = create_app(instance=tmp_path_factory.mktemp("phone"))
    mixer_key(made)
    with with_everything():
        yield made


@pytest.fixture(scope="module")
def address(app: Flask) -> Iterator[str]:
    """It, served."""
    with served(app) as found:
        yield found


@pytest.fixture
def link(app: Flask, address: str) -> Callable[..., str]:
    """An open link of a questionnaire."""

    def make(name: str = EVERYTHING.name, language: str = "en", look: str = "") -> str:
        with app.app_context():
            return f"{address}/open/{a_group(questionnaire=name).id}?lang={language}&look={look}"

    return make


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    """A phone's browser."""
    context = browser.new_context(viewport=PHONE)
    context.set_default_timeout(10_000)
    yield context
    context.close()


def start(page: Page, address: str) -> None:
    """Open a link and press Start."""
    page.goto(address)
    page.locator("main button.button").click()
    page.locator("#questions").wait_for()


def number(page: Page) -> str | None:
    """The page's number on the way."""
    return page.locator("#questions").get_attribute("data-n")


def go_on(page: Page, button: str = "next") -> None:
    """Press a button and wait for another page of questions."""
    before = number(page)
    page.locator(f".buttons button[value={button}]").click()
    page.locator(f'#questions:not([data-n="{before}"])').wait_for()


def finish(page: Page) -> None:
    """Go on to the end and send."""
    while page.locator("button[value=send]").count() == 0:
        go_on(page)
    page.locator("button[value=send]").click()
    page.get_by_role("heading", name="Thank you.").wait_for()


def fits(page: Page) -> None:
    """Nothing is wider than the screen."""
    assert page.evaluate("document.documentElement.scrollWidth") <= page.evaluate("window.innerWidth"), page.url


@pytest.mark.parametrize(("look", "script"), LOOKS, ids=lambda value: str(value) or "usual")
@pytest.mark.parametrize("name", NAMES)
def test_every_page_is_accessible_and_fits_a_narrow_screen(
    browser: Browser, link: Callable[..., str], name: str, look: str, script: bool
) -> None:
    for language in LANGUAGES:
        context = browser.new_context(viewport=NARROW, java_script_enabled=True)
        page = context.new_page()
        if not script:
            # axe itself is a script; so ours is taken out of the page instead.
            page.route("**/*", without_script)
        page.goto(link(name, language, look))
        check(page)
        page.locator("main button.button").click()
        page.locator("#questions").wait_for()
        while True:
            check(page)
            fits(page)
            wrong(page)
            if page.locator(".error-summary").count():
                check(page)
                fits(page)
                right(page)
            if page.locator("button[value=send]").count():
                break
            go_on(page)
        page.locator("button[value=send]").click()
        page.locator("[data-done]").wait_for(state="attached")
        check(page)
        context.close()


def without_script(route: Route) -> None:
    """Pass a page on without its script."""
    found = route.fetch(max_redirects=0)
    if found.status == 303:
        route.fulfill(response=found)
        return
    route.fulfill(response=found, body=re.sub(r"(?s)<script>.*</script>", "", found.text()))


def wrong(page: Page) -> None:
    """Answer in a way that is refused, where the page has a question that can be: then it shows its errors."""
    together = "input[type=checkbox][data-x]"
    numbers = page.locator("input[inputmode]:visible")
    if page.locator(f"select:visible, {together}").count() == 0 and numbers.count() == 0:
        return
    page.evaluate(
        """() => { document.querySelectorAll('input[type=checkbox]').forEach(i => { i.checked = true; });
        document.querySelectorAll('input[inputmode]').forEach(i => { i.value = '-'; });
        document.querySelectorAll('select').forEach(s => { s.selectedIndex = 1; }); }"""
    )
    page.locator(".buttons button >> nth=0").click()
    page.locator(".error-summary").wait_for()


def right(page: Page) -> None:
    """Take everything back."""
    page.evaluate(
        """() => { document.querySelectorAll('input[type=checkbox]').forEach(i => { i.checked = false; });
        document.querySelectorAll('input[inputmode]').forEach(i => { i.value = ''; });
        document.querySelectorAll('select').forEach(s => { s.selectedIndex = 0; }); }"""
    )


def test_conditions_mean_the_same_in_the_page(phone: BrowserContext, link: Callable[..., str]) -> None:
    page = phone.new_page()
    page.goto(link())
    for case in CASES:
        expression = parse(case["expression"])
        if expression.operations <= PAGE_OPERATIONS and not case.get("server_only"):
            scope = {"answer": case.get("answers", {}), ".": case.get("said", ""), "column": case.get("columns", {})}
            found = page.evaluate("([tree, scope]) => !!evaluate(tree, scope)", [expression.tree, scope])
            assert found == case["value"], case["name"]


def test_the_page_follows_conditions_by_itself(phone: BrowserContext, link: Callable[..., str]) -> None:
    page = phone.new_page()
    start(page, link())
    asked = page.locator("[data-q=pages]")
    assert not asked.is_visible()
    page.get_by_label("Yes").check()
    assert asked.is_visible()
    page.locator("[name=pages][type=text]").fill("2")
    page.locator("[name=spent]").fill("99")
    assert page.get_by_text("A page does not cost more than 10 yuan.").is_visible()
    page.locator("[name=pages][type=checkbox]").check()
    assert page.locator("[name=pages][type=text]").input_value() == ""
    page.get_by_label("No", exact=True).check()
    assert not asked.is_visible()
    go_on(page)
    assert page.get_by_role("heading", name="Printing").is_visible()
    page.get_by_label("A shop").check()
    page.get_by_label("None of these").check()
    assert not page.get_by_label("A shop").is_checked()
    go_on(page)
    go_on(page)
    page.get_by_label("In town").check()
    assert page.get_by_label("The library").is_visible()
    assert not page.get_by_label("The village committee").is_visible()


def test_no_page_asks_for_anything_else(phone: BrowserContext, link: Callable[..., str]) -> None:
    page = phone.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(f"{request.method} {request.resource_type}"))
    start(page, link())
    go_on(page)
    assert asked == ["GET document", "POST xhr", "POST xhr"]
    assert phone.cookies() == []


def test_with_the_network_cut_at_each_step_it_says_so_and_goes_on_by_itself(
    app: Flask, phone: BrowserContext, link: Callable[..., str]
) -> None:
    before = ballots(app)
    page = phone.new_page()
    page.goto(link())
    while True:
        last = page.locator("button[value=send]").count() > 0
        shown = page.locator("h1").inner_text()
        phone.set_offline(True)
        page.locator("main .buttons button.button >> nth=0").click()
        page.get_by_text("Not sent yet. Keep this page open").wait_for()
        assert page.locator("h1").inner_text() == shown
        assert ballots(app) == before
        phone.set_offline(False)
        page.locator("h1", has_not_text=shown).wait_for()
        if last:
            break
    assert page.get_by_role("heading", name="Thank you.").is_visible()
    assert ballots(app) == before + 1


def test_a_reply_that_is_lost_doubles_no_answer(app: Flask, phone: BrowserContext, link: Callable[..., str]) -> None:
    before = ballots(app)
    page = phone.new_page()
    start(page, link("teacher"))
    while page.locator("button[value=send]").count() == 0:
        go_on(page)
    lost: list[int] = []

    def arrives_and_is_lost(route: Route) -> None:
        lost.append(route.fetch(max_redirects=0).status)
        route.abort()

    page.route("**/answer*", arrives_and_is_lost, times=1)
    page.locator("button[value=send]").click()
    page.get_by_role("heading", name="Thank you.").wait_for()
    assert lost == [303]
    assert ballots(app) == before + 1


def test_without_script_a_lost_reply_is_sent_again_by_pressing_again(
    app: Flask, browser: Browser, link: Callable[..., str]
) -> None:
    before = ballots(app)
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    start(page, link("teacher"))
    while page.locator("button[value=send]").count() == 0:
        go_on(page)

    def arrives_and_is_lost(route: Route) -> None:
        route.fetch(max_redirects=0)
        route.fulfill(status=204)  # the page stays as it is

    page.route("**/answer*", arrives_and_is_lost, times=1)
    page.locator("button[value=send]").click()
    assert ballots(app) == before + 1
    page.locator("button[value=send]").click()
    page.get_by_role("heading", name="Thank you.").wait_for()
    assert ballots(app) == before + 1
    context.close()


def test_reload_and_back_keep_what_was_answered(phone: BrowserContext, link: Callable[..., str]) -> None:
    page = phone.new_page()
    start(page, link("parent"))
    page.locator("[name=screen_yesterday][value='60_120']").check()
    go_on(page)
    page.locator("[name=check_ins][value=daily]").check()
    page.reload()
    page.locator('#questions[data-n="2"]').wait_for()
    assert page.locator("[name=check_ins][value=daily]").is_checked()
    page.go_back()
    page.locator('#questions[data-n="1"]').wait_for()
    assert page.locator("[name=screen_yesterday][value='60_120']").is_checked()
    page.go_forward()
    page.locator('#questions[data-n="2"]').wait_for()
    go_on(page, "back")
    assert number(page) == "1"


def test_nothing_is_left_behind_for_the_next_at_this_phone(phone: BrowserContext, link: Callable[..., str]) -> None:
    page = phone.new_page()
    start(page, link("parent"))
    page.locator("[name=screen_yesterday][value='60_120']").check()
    finish(page)
    assert page.evaluate("sessionStorage.length + localStorage.length") == 0
    assert "caches" not in page.evaluate("Object.keys(window.indexedDB || {})")
    page.go_back()
    page.locator("main button.button").wait_for()
    assert page.locator("#questions").count() == 0
    page.locator("main button.button").click()
    page.locator("#questions").wait_for()
    assert page.locator("input:checked").count() == 0


def test_a_tab_that_opens_the_link_anew_starts_clean(phone: BrowserContext, link: Callable[..., str]) -> None:
    page = phone.new_page()
    address = link("parent")
    start(page, address)
    page.locator("[name=screen_yesterday][value='60_120']").check()
    page.goto("about:blank")
    page.goto(address)
    assert page.evaluate("sessionStorage.length") == 0
    assert page.locator("#questions").count() == 0


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without"])
def test_the_whole_way_by_keyboard_alone(app: Flask, browser: Browser, link: Callable[..., str], script: bool) -> None:
    before = ballots(app)
    context = browser.new_context(viewport=PHONE, java_script_enabled=script)
    page = context.new_page()
    page.goto(link("pupil_younger"))
    to(page, "main button.button")
    page.keyboard.press("Enter")
    page.locator("#questions").wait_for()
    while True:
        shown = page.locator("h1").inner_text()
        to(page, "#questions input:not([type=hidden]), textarea")
        if page.locator("input[type=radio]").count():
            page.keyboard.press("Space")
        to(page, ".buttons button.button >> nth=0")
        last = page.locator("button[value=send]").count() > 0
        page.keyboard.press("Enter")
        page.locator("h1", has_not_text=shown).wait_for()
        if last:
            break
    assert page.get_by_role("heading", name="Thank you.").is_visible()
    assert ballots(app) == before + 1
    context.close()


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without"])
def test_enter_in_a_field_goes_on_and_changes_no_look(browser: Browser, link: Callable[..., str], script: bool) -> None:
    context = browser.new_context(viewport=PHONE, java_script_enabled=script)
    page = context.new_page()
    start(page, link("parent"))
    shown = page.locator("h1").inner_text()
    page.locator("#questions input[type=radio]").first.focus()
    page.keyboard.press("Enter")
    page.locator("h1", has_not_text=shown).wait_for()
    assert number(page) == "2"
    assert page.locator("html.large").count() == 0
    context.close()


def to(page: Page, wanted: str) -> None:
    """Press Tab until what is wanted has the focus."""
    places = page.locator(wanted)
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.locator(":focus").count() and any(
            places.nth(n).evaluate("e => e === document.activeElement") for n in range(places.count())
        ):
            return
    raise AssertionError(f"Tab never reaches {wanted}")


def test_large_print_is_large_and_stays(phone: BrowserContext, link: Callable[..., str]) -> None:
    page = phone.new_page()
    start(page, link("parent"))
    page.get_by_role("button", name="Large print").click()
    page.locator("html.large").wait_for()
    go_on(page)
    assert page.locator("html.large").count() == 1
    sizes = page.eval_on_selector_all(
        "main p, main legend, main .option span, main button:not(.skip)",
        "all => all.map(e => parseFloat(getComputedStyle(e).fontSize))",
    )
    assert min(sizes) >= 24


def test_pinyin_stands_above_the_words_of_the_younger(phone: BrowserContext, link: Callable[..., str]) -> None:
    page = phone.new_page()
    page.goto(link("pupil_younger", "zh"))
    page.locator("main button.button").click()
    page.get_by_role("button", name="加拼音").click()
    page.locator("ruby rt").first.wait_for()
    check(page)
    assert page.locator("legend rt").first.inner_text() == "zuó"


@pytest.mark.parametrize("name", NAMES)
def test_in_forced_colours_a_choice_can_be_told_from_the_others(
    browser: Browser, link: Callable[..., str], name: str
) -> None:
    context = browser.new_context(viewport=PHONE, forced_colors="active")
    page = context.new_page()
    start(page, link(name))
    check(page)
    option = page.locator(".option", has=page.locator("input")).first
    option.click()
    assert page.locator("input:checked").count() == 1
    # A filled radio button or box says it, not a colour.
    assert page.locator("input:checked").evaluate("e => getComputedStyle(e).appearance") == "auto"
    context.close()
