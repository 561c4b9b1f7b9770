"""The demo district, end to end: made by its own command, walked through as each of its users."""

from __future__ import annotations

import dataclasses
import io
import re
from datetime import date, timedelta
from html import unescape
from pathlib import Path

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import escape

from estimator import plan_file, plan_workbook
from estimator.plan_owner import foreign_problems
from estimator.shared_flags import shared_flags
from survey import create_app, db, page_style
from survey.ballot import slips
from survey.ballot.casting import Entry, cast
from survey.ballot.mixing import mix
from survey.campaign import rounds
from survey.campaign.store import Campaign
from survey.config import LANGUAGES
from survey.day import today
from survey.demo import district
from survey.planning.assessments import advise_school, weigh_school
from survey.planning.plan_begun import coming_monday, currency_of
from survey.planning.plans import save_plan
from survey.questionnaire import built_in
from survey.release import findings, freeze
from survey.release.change import changes
from survey.release.published import Release
from survey.results.store import SchoolReply
from survey.school.life import beside_life
from survey.staff import accounts
from survey.staff.store import Account, School
from survey.words import amount_words, wording
from survey.workbook import SHEETS
from tests.demo_town import at_desk, begin, campaign_path, press, tomorrow
from tests.pages import read, token
from tests.rounds import mixer_key
from tests.test_assess import plan_of

MOST_BYTES = 14_000  # what fits in the first round trip: ten packets of 1,460 bytes, RFC 6928
EARLIER, NEWEST, OPEN = (told.title for told in district.ROUNDS)


@pytest.fixture(scope="module")
def town(demo: Flask) -> Flask:
    """The demo district, smaller; what this module does to it no other sees."""
    return demo


@pytest.fixture
def clerk(town: Flask) -> FlaskClient:
    """The bureau's clerk."""
    return at_desk(town, "bureau")


@pytest.fixture
def principal(town: Flask) -> FlaskClient:
    """The principal of the experimental primary school, whose plan copies the classroom."""
    return at_desk(town, "shiyan")


def test_every_page_of_the_desks_says_that_the_district_is_synthetic(
    clerk: FlaskClient, principal: FlaskClient
) -> None:
    for client, paths in (
        (clerk, ("/bureau/", "/bureau/schools", "/bureau/campaigns")),
        (principal, ("/school/", "/school/plan")),
    ):
        for path in paths:
            page = client.get(path)
            assert page.status_code == 200
            assert "Synthetic demo district" in page.text


def test_the_same_seed_makes_the_same_answers() -> None:
    def drawn() -> list[object]:
        from random import Random

        from survey.demo.answers import Life, answer
        from tests.test_assess import burden_of

        life = Life("rural", burden_of(3, [{"subject": "Chinese", "kind": "live", "start": "09:00", "minutes": 40}]))
        chance = Random(district.SEED)
        return [answer(questionnaire, life, chance) for questionnaire in built_in().values() for _ in range(5)]

    assert drawn() == drawn()


def test_the_principal_sees_what_assess_computes(town: Flask, principal: FlaskClient) -> None:
    page = principal.get("/school/").text
    with town.app_context():
        school = db.session("desk").get_one(School, "demo-shiyan")
        weighed = weigh_school(school)
    assert weighed is not None
    whole = weighed.assessment.school
    assert f"{round(whole.score)} of 100" in read(page).words
    for flag in weighed.assessment.grades[whole.grade].flags:
        assert escape(flag.source.issuer) in page
    assert page.count("<svg") == 4
    assert re.search(r"About \d+ of \d+ families \(\d+–\d+, nine times in ten\)", page)


def upload(principal: FlaskClient, content: bytes, name: str = "plan.xlsx") -> str:
    """Upload a plan, put it in force where it can be read, and follow where that leads."""
    form = token(principal.get("/school/plan").text)
    sent = {"csrf_token": form, "file": (io.BytesIO(content), name)}
    page = principal.post("/school/plan/upload", data=sent, follow_redirects=True)
    if page.request.path != "/school/plan":
        return page.text
    return principal.post("/school/plan/in-force", data={"csrf_token": form}, follow_redirects=True).text


def own_name(town: Flask, school_id: str) -> str:
    """What the desk calls a school."""
    with town.app_context():
        return db.session("desk").get_one(School, school_id).name


def test_a_40_minute_live_lesson_in_grade_3_is_flagged_with_its_source(town: Flask) -> None:
    principal = at_desk(town, "yangguang")
    plan = plan_of(3, [{"subject": "Chinese", "kind": "live", "start": "09:00", "minutes": 40}])
    plan = dataclasses.replace(plan, school=own_name(town, "demo-yangguang"))
    page = upload(principal, plan_workbook.write(plan))
    assert "Saved as version 2." in page
    assert "Department of Education of Anhui: [Rules for online teaching during the delayed term], 2020-02-22" in page
    assert "Chinese (Live lesson, 09:00, 40 min)" in page
    assert plan_file.read(principal.get("/school/plan.xlsx").data, "plan.xlsx") == plan
    with town.app_context():
        weighed = weigh_school(db.session("desk").get_one(School, "demo-yangguang"))
    assert weighed
    assert f"{round(weighed.assessment.school.score)} of 100" in read(page).words


def test_advice_taken_over_is_a_new_version_without_a_flag(town: Flask) -> None:
    principal = at_desk(town, "liulin")
    page = principal.get("/school/advice?lang=zh").text
    assert '打卡 是 → <span class="figure">否</span>' in page
    sent = {"csrf_token": token(page), "number": "1"}
    taken = principal.post("/school/advice", data=sent, follow_redirects=True).text
    assert "计划没有超过任何适用的规定" in taken
    assert "已保存为第 2 版" in taken
    # The button of a page that was left open takes over nothing of a plan that has changed since.
    assert "计划已有更新" in principal.post("/school/advice", data=sent, follow_redirects=True).text


def test_two_versions_stand_side_by_side_and_the_first_can_be_had_back(town: Flask) -> None:
    principal = at_desk(town, "dongshan")
    first = principal.get("/school/versions?lang=en").text
    assert "There is one version so far." in first
    with town.app_context():
        school = db.session("desk").get_one(School, "demo-dongshan")
        found = weigh_school(school)
        assert found is not None
        before = found.assessment
        shorter = dataclasses.replace(
            found.plan, activities=tuple(dataclasses.replace(a, minutes=a.minutes // 2) for a in found.plan.activities)
        )
        save_plan(school, shorter, "dongshan")
        db.session("desk").commit()
        after = weigh_school(school)
        assert after is not None
    page = principal.get("/school/versions?lang=en").text
    number, grade = next(iter(before.grades.items()))
    assert f"Score {round(grade.score)} → {round(after.assessment.grades[number].score)}" in read(page).words
    for measure in (grade.measures["screen_minutes"], after.assessment.grades[number].measures["screen_minutes"]):
        assert amount_words.format_measure(measure, "en") in page
    led = [(address, words) for address, words in read(page).links if "screen_minutes?version=1" in address]
    assert led
    for address, words in led:
        assert f" {words} " in read(principal.get(f"{address}&lang=en").text).words
    assert principal.get("/school/versions?one=1&other=9").status_code == 404
    assert principal.post("/school/versions/1", data={"csrf_token": token(page), "seen": "2"}).status_code == 303
    with town.app_context():
        again = weigh_school(db.session("desk").get_one(School, "demo-dongshan"))
        assert again is not None
        assert (again.number, again.assessment.school.score) == (3, before.school.score)


def test_the_verdict_says_what_assess_and_advise_find(town: Flask) -> None:
    principal = at_desk(town, "shiyan")
    page = principal.get("/school/verdict?lang=en").text
    with town.app_context():
        school = db.session("desk").get_one(School, "demo-shiyan")
        weighed = weigh_school(school)
        assert weighed is not None
        advice = advise_school(weighed)
    whole = weighed.assessment.school
    assert f"{round(whole.score)} of 100" in read(page).words
    assert f"breaks {whole.norms_broken} of the {whole.norms_checked} norms" in page
    assert f"falls from {round(whole.score)} to {round(advice.after.school.score)}" in page
    for shared in shared_flags(weighed.assessment, weighed.plan):
        assert amount_words.quantity(shared.flag.value, shared.flag.measure, shared.flag.unit, "en") in page


def test_life_stands_beside_the_plan_with_the_figures_of_the_release(town: Flask) -> None:
    principal = at_desk(town, "shiyan")
    page = principal.get("/school/life?lang=en").text
    with town.app_context():
        school = db.session("desk").get_one(School, "demo-shiyan")
        weighed = weigh_school(school)
        campaign = db.session("desk").query(Campaign).filter_by(title=NEWEST).one()
        frozen = freeze.of_campaign(campaign.id)
        assert weighed is not None
        assert frozen is not None
        beside = beside_life(weighed, freeze.read(frozen), school.id)
    told = [(row, row.life) for rows in beside.values() for row in rows if row.life]
    assert told
    for row, lived in told:
        assert escape(str(wording.LIFE_WORDS[row.word])) in page
        whose = {(True, False): "this school", (False, True): "schools where enough of this grade answered"}
        assert f"{whose[lived.of_school, lived.is_part]}: {lived.people} parents" in page


def test_a_principal_reads_their_own_schools_answers_and_nobody_elses(town: Flask) -> None:
    principal = at_desk(town, "shiyan")
    page = principal.get("/school/results?lang=en").text
    with town.app_context():
        campaign = db.session("desk").query(Campaign).filter_by(title=NEWEST).one()
        frozen = freeze.of_campaign(campaign.id)
        assert frozen is not None
        release = freeze.read(frozen)
    own = release.response("parent", "demo-shiyan")
    assert f"{own.answered} of {own.invited} people asked have answered." in page
    need = max(findings.shares(release.table("parent", findings.NEEDS, "demo-shiyan")), key=lambda share: share.share)
    assert need.label["en"] in page
    assert f"{need.least} of {need.of} parents name «{need.label['en']}»." in page
    assert "石桥" not in page


def releases(town: Flask) -> tuple[Release, Release]:
    """The demo's two published rounds, the earlier first."""
    with town.app_context():
        found = [db.session("desk").query(Campaign).filter_by(title=title).one() for title in (EARLIER, NEWEST)]
        frozen = [freeze.of_campaign(campaign.id) for campaign in found]
        assert all(frozen)
        one, other = (freeze.read(each) for each in frozen if each)
    return one, other


def rows_of(page: str, title: str) -> dict[str, list[str]]:
    """A table of a page by its name: the head of each row, and its cells."""
    found = re.search(rf'aria-label="{re.escape(str(escape(title)))}">.*?</table>', page, re.DOTALL)
    assert found, title
    rows = re.findall(r'<th scope="row">(.*?)</th>(.*?)</tr>', found[0], re.DOTALL)
    return {unescape(head): re.findall(r">([^<]*)</td>", cells) for head, cells in rows}


def test_what_has_changed_is_read_with_the_figures_of_both_releases(town: Flask) -> None:
    page = at_desk(town, "shiyan").get("/school/results?lang=en").text
    before, now = releases(town)
    assert before.published_on < now.published_on
    found = changes(before, now, "demo-shiyan")
    told = [share for question in found for share in question.shares]
    clear, compared = sum(s.is_clear for s in told), sum(s.is_compared for s in told)
    assert clear
    assert escape(f"Since «{EARLIER}»: {clear} of {compared} shares clearly changed.") in page
    for question in found:
        for share in question.shares:
            title = f"Then and now: {wording.QUESTIONNAIRE_LABELS[question.questionnaire]}: {question.label['en']}"
            then, later = (
                {s.label["en"]: amount_words.share_words(s.low, s.high) for s in findings.shares(table)}
                for table in (r.table(question.questionnaire, question.question, "demo-shiyan") for r in (before, now))
            )
            answer = share.now.label["en"]
            assert rows_of(page, title)[answer][:2] == [then[answer], later[answer]]


def test_the_district_reads_what_has_changed_since_its_earlier_round(town: Flask, clerk: FlaskClient) -> None:
    before, now = releases(town)
    clear = sum(share.is_clear for question in changes(before, now) for share in question.shares)
    page = clerk.get(f"{campaign_path(clerk, NEWEST)}/release?lang=en").text
    assert f": {clear} of " in page
    first = clerk.get(f"{campaign_path(clerk, EARLIER)}/release?lang=en").text
    assert "No earlier round has been published." in first


def test_remarks_are_read_only_as_the_release_tells_them(town: Flask) -> None:
    _, now = releases(town)
    shown = 0
    for login in ("shiyan", "yizhong", "shiqiao"):
        page = at_desk(town, login).get("/school/results?lang=en").text
        listed = re.findall(r"<summary>Remarks</summary><ul>(.*?)</ul>", page, re.DOTALL)
        told = [c.words for c in now.comments if c.school_id == f"demo-{login}"]
        read = [tuple(unescape(words) for words in re.findall(r"<li>(.*?)</li>", part)) for part in listed]
        assert sorted(read) == sorted(told)
        shown += len(told)
    assert shown


def test_questions_read_again_are_those_of_the_school_in_the_language_of_the_page(town: Flask) -> None:
    _, now = releases(town)
    for login in ("shiyan", "yizhong", "shiyan"):
        principal, screen = at_desk(town, login), now.table("parent", "screen_yesterday", f"demo-{login}")
        own = max(findings.shares(screen), key=lambda share: share.share)
        for language, words in (("zh", "名家长中"), ("en", "parents answer"), ("zh", "名家长中")):
            page = principal.get(f"/school/results?lang={language}").text
            asked = page.partition(f"<h3>{screen.label[language]}</h3><p>")[2].partition("</p>")[0]
            assert f"{own.least} " in asked
            assert own.label[language] in asked
            assert words in asked


def test_the_public_page_has_five_sentences_and_five_bars_and_says_where_too_few_answered(town: Flask) -> None:
    _, now = releases(town)
    clients = {login: at_desk(town, login) for login in ("shiyan", "shiqiao")}
    found = {who: client.get("/school/results?lang=en").text for who, client in clients.items()}
    public = {who: re.search(r'href="http://localhost(/results/[^"]+)"', page) for who, page in found.items()}
    pages = {who: town.test_client().get(f"{path[1]}?lang=en").text for who, path in public.items() if path}
    parents = pages["shiyan"].split("<details>")[0]
    assert parents.count(" parents name «") == 5
    assert parents.count('<svg class="need"') == 5
    screen = now.table("parent", "screen_yesterday", "demo-shiyan")
    most = max(findings.shares(screen), key=lambda share: share.share)
    assert f"{most.least} of {most.of} parents answer «{most.label['en']}»" in parents
    assert now.response("teacher", "demo-shiqiao").answered is None
    assert "Too few have answered for anything to be told here" in pages["shiqiao"]
    for page in (pages["shiyan"], found["shiyan"]):  # the rule once, whoever it is said of
        assert page.count("those who did may differ from those who did not") > 1
        assert page.count("said below these shares, a house rule: Parents (20%)") == 1


def test_what_the_school_will_change_is_read_by_everybody(town: Flask) -> None:
    principal = at_desk(town, "shiyan")
    page = principal.get("/school/results?lang=en").text
    found = re.search(r'href="http://localhost(/results/[^"]+)"', page)
    assert found
    public, stranger = found[1], town.test_client()
    assert "has not said yet" in stranger.get(f"{public}?lang=en").text
    empty = principal.post("/school/results?lang=en", data={"csrf_token": token(page), "words": "", "by_when": ""})
    assert "Say it in a sentence or two." in empty.text
    day = today()
    said = {"words": "No lesson <b>longer</b> than twenty minutes.", "by_when": str(day + timedelta(days=7))}
    over = {**said, "by_when": str(day - timedelta(days=1))}
    refused = principal.post("/school/results", data={"csrf_token": token(page), **over})
    assert "That day is over. Give today or a later day." in refused.text
    published = principal.post("/school/results", data={"csrf_token": token(page), **said})
    assert published.location == "/school/results#main"
    assert "Published: everybody now reads it" in principal.get("/school/results").text
    assert principal.post("/school/results", data=said).status_code == 200  # without the session's token: not saved
    answer = stranger.get(f"{public}?lang=en")
    assert "No lesson &lt;b&gt;longer&lt;/b&gt; than twenty minutes." in answer.text
    assert f"To be done by {said['by_when']}. The school says so; it wrote this on {day}." in answer.text
    assert "Set-Cookie" not in answer.headers
    assert stranger.get(public.rsplit("/", 1)[0] + "/nobody").status_code == 404
    assert stranger.get("/results/nothing/demo-shiyan").status_code == 404


def test_a_reply_keeps_the_day_it_promised_when_only_its_words_change(town: Flask) -> None:
    principal = at_desk(town, "yizhong")
    page = principal.get("/school/results?lang=en").text
    day = today() - timedelta(days=3)
    found = re.search(r'href="http://localhost/results/([^/"]+)/', page)
    assert found
    with town.app_context():
        desk = db.session("desk")
        desk.add(SchoolReply(release_id=found[1], school_id="demo-yizhong", words="A", by_when=day, written_on=day))
        desk.commit()
    said = {"csrf_token": token(page), "words": "Shorter lessons.", "by_when": str(day)}
    assert principal.post("/school/results", data=said).status_code == 303


def test_a_schools_lasting_address_leads_to_its_newest_results(town: Flask) -> None:
    stranger = town.test_client()
    with town.app_context():
        campaign = db.session("desk").query(Campaign).filter_by(title=NEWEST).one()
        frozen = freeze.of_campaign(campaign.id)
        assert frozen is not None
    led = stranger.get("/results/school/demo-shiyan?lang=en")
    assert led.location == f"/results/{frozen.id}/demo-shiyan?lang=en"
    page = stranger.get(led.location)
    assert "You said, we did" in page.text
    for answer in (led, page, stranger.get("/results/school/nobody")):
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Content-Security-Policy"] == page_style.RESPONDENT_POLICY
        assert len(answer.data) <= MOST_BYTES
    assert stranger.get("/results/school/nobody").status_code == 404


def test_where_few_of_those_asked_answered_every_page_says_so(town: Flask, clerk: FlaskClient) -> None:
    _, now = releases(town)
    own = now.response("parent", "demo-shiyan")
    assert own.answered
    assert own.invited
    said = f"Only {own.answered / own.invited:.0%} of those asked have answered: those who did may differ"
    assert said in at_desk(town, "shiyan").get("/school/results?lang=en").text
    stranger = town.test_client()
    assert said in stranger.get("/results/school/demo-shiyan?lang=en", follow_redirects=True).text
    district = clerk.get(f"{campaign_path(clerk, NEWEST)}/release?lang=en").text
    assert "of those asked have answered: those who did may differ" in district


MIXED = re.compile(r"[\u3400-\u9fff”] ?[:;,!?()]|[\u3400-\u9fff”]\. |[:;,()] ?[\u3400-\u9fff“]")


@pytest.mark.parametrize("address", ["/school/life", "/school/results", "/results/school/demo-shiyan"])
def test_chinese_sentences_have_chinese_punctuation(town: Flask, address: str) -> None:
    page = at_desk(town, "shiyan").get(f"{address}?lang=zh", follow_redirects=True).text
    named = re.findall(r'aria-label="([^"]*)"', page)
    assert MIXED.findall(" ".join([read(page).words, *named])) == []


def test_a_wrong_workbook_is_explained_cell_by_cell_and_nothing_is_saved(town: Flask) -> None:
    principal = at_desk(town, "chengbei")
    book = openpyxl.load_workbook(io.BytesIO(principal.get("/school/plan.xlsx").data))
    book["activities"]["F2"] = 900
    book["activities"]["C3"] = "hologram"
    book["grades"]["B2"] = "=1+1"
    content = io.BytesIO()
    book.save(content)
    page = upload(principal, content.getvalue())
    assert "Nothing was saved" in page
    for cell in ("activities!F2", "activities!C3", "grades!B2"):
        assert cell in page
    assert "Version 1 of the plan" in principal.get("/school/").text


def test_a_plan_of_another_school_or_place_is_refused_and_explained(town: Flask) -> None:
    principal = at_desk(town, "chengbei")
    own = own_name(town, "demo-chengbei")
    plan = dataclasses.replace(plan_of(3, [{"subject": "A", "kind": "offline", "minutes": 20}]), place="CN-31")
    page = upload(principal, plan_workbook.write(plan))
    assert "Nothing was saved" in page
    for said in ("school!A2", "Case", f"This desk is of «{own}»", "school!B2", "CN-31"):
        assert said in page
    page = upload(principal, (Path(__file__).parent.parent / "docs/examples/lotus.toml").read_bytes(), "lotus.toml")
    assert '<th scope="row">school</th>' in page
    assert "Version 1 of the plan" in principal.get("/school/").text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_template_lacks_only_the_lessons(town: Flask, language: str) -> None:
    principal = at_desk(town, "chengbei")
    book = openpyxl.load_workbook(io.BytesIO(principal.get(f"/school/plan/template.xlsx?lang={language}").data))
    school, grades, activities = book.worksheets[:3]
    with town.app_context():
        own = db.session("desk").get_one(School, "demo-chengbei")
        enrolment = [(row.grade, row.pupils, row.teachers, 0) for row in own.enrolment]
        name, place = own.name, own.bureau.place
    (head,) = school.iter_rows(min_row=2, values_only=True)
    assert (*head[:2], head[3]) == (name, place, "CNY")
    assert list(grades.iter_rows(min_row=2, values_only=True)) == enrolment
    assert activities.max_row == 1
    for column, value in enumerate((enrolment[0][0], "Chinese", "offline", "1-5", None, 20), start=1):
        activities.cell(2, column, value)
    content = io.BytesIO()
    book.save(content)
    plan = plan_file.read(content.getvalue(), "plan.xlsx")
    assert plan.week_of.weekday() == 0
    assert plan.week_of > today()
    assert foreign_problems(plan, name, place) == ()


def test_the_coming_monday_and_the_money_of_a_place() -> None:
    assert [coming_monday(date(2020, 3, day)).day for day in (8, 9, 10, 15)] == [9, 16, 16, 16]
    assert [currency_of(place) for place in ("CN-34", "CN", "FR-75", "ZZ", "")] == ["CNY", "CNY", "EUR", "", ""]


def test_what_is_no_workbook_is_refused(principal: FlaskClient) -> None:
    assert "The file is no workbook that can be read." in upload(principal, b"PK\x03\x04 nonsense")


def test_a_principal_reaches_no_other_school_and_no_bureau_page(principal: FlaskClient, clerk: FlaskClient) -> None:
    assert clerk.get("/bureau/schools/demo-yunling").status_code == 200
    for path in ("/bureau/", "/bureau/schools", "/bureau/schools/demo-yunling", "/bureau/campaigns"):
        assert principal.get(path).status_code == 404
    assert clerk.get("/school/").status_code == 404
    assert clerk.get("/bureau/schools/somewhere-else").status_code == 404


def test_nobody_without_a_login_reads_a_desk(town: Flask) -> None:
    for path in ("/bureau/", "/school/"):
        assert "/staff/login" in town.test_client().get(path).headers["Location"]


def test_a_wrong_password_opens_nothing(town: Flask) -> None:
    client = town.test_client()
    sent = {"csrf_token": token(client.get("/staff/login?lang=en").text), "login": "bureau", "password": "guess"}
    page = client.post("/staff/login", data=sent)
    assert "do not belong together" in page.text
    assert client.get("/bureau/").status_code == 302


def test_a_post_without_this_sessions_token_saves_nothing(town: Flask, clerk: FlaskClient) -> None:
    before = clerk.get("/bureau/campaigns").text
    sound = {"title": "Foreign", "closes_on": str(today()), "entry": "slips", "roles": ["parent"]}
    clerk.post("/bureau/campaigns", data=sound)
    assert "Foreign" not in clerk.get("/bureau/campaigns").text
    assert before.count("<li>") == clerk.get("/bureau/campaigns").text.count("<li>")


def test_the_published_round_is_read_and_downloaded(clerk: FlaskClient) -> None:
    path = campaign_path(clerk, NEWEST)
    page = clerk.get(f"{path}/release").text
    assert "What they need most" in page
    assert "By chance" in page
    book = openpyxl.load_workbook(io.BytesIO(clerk.get(f"{path}/summary.xlsx").data))
    assert len(book.sheetnames) == len(SHEETS)
    for sheet in book.worksheets:
        assert any(
            "示范" in str(row[0]) or "Synthetic" in str(row[0]) for row in sheet.iter_rows(max_row=3, values_only=True)
        )
        assert sheet.page_setup.orientation == "landscape"


def scrubbed(page: str) -> str:
    """A page without what protects its forms from others."""
    return re.sub(r'value="[^"]*"', "", page)


def test_no_staff_page_changes_while_answers_arrive(town: Flask) -> None:
    desks = {"bureau": at_desk(town, "bureau"), "shiyan": at_desk(town, "shiyan")}
    clerk = desks["bureau"]
    title = "Watched round"
    path = begin(clerk, title, "open_link")
    pages = {
        "bureau": [
            "/bureau/",
            "/bureau/schools",
            "/bureau/campaigns",
            path,
            f"{path}/links",
            "/bureau/schools/demo-shiyan",
        ],
        "shiyan": ["/school/", "/school/plan", "/school/advice"],
    }

    def read() -> list[str]:
        return [scrubbed(desks[who].get(page).text) for who, listed in pages.items() for page in listed]

    before = read()
    with town.app_context():
        found = db.session("desk").query(Campaign).filter_by(title=title).one()
        group = next(g.id for g in rounds.groups_of(found) if (g.school_id, g.grade) == ("demo-shiyan", 3))
    key = mixer_key(town)
    for number in range(12):
        with town.app_context():
            assert cast(Entry(group, f"ack-{number}", None), {"screen_yesterday": "120_180"})
            mix(key)
        assert read() == before


def test_everybody_downloads_the_same_bytes_at_any_time(town: Flask, clerk: FlaskClient) -> None:
    path = campaign_path(clerk, NEWEST)
    with town.app_context():
        account = db.session("desk").query(Account).filter_by(login="bureau").one()
        accounts.add("second", "Second clerk", "another long password", account.bureau)
        db.session("desk").commit()
    other = town.test_client()
    form = token(other.get("/staff/login?lang=en").text)
    sent = {"csrf_token": form, "login": "second", "password": "another long password"}
    assert other.post("/staff/login", data=sent).status_code == 303
    first = clerk.get(f"{path}/summary.xlsx?lang=en").data
    tomorrow(town, NEWEST)
    assert {first} == {who.get(f"{path}/{n}summary.xlsx").data for who in (clerk, other) for n in ("", "release/1/")}


def test_too_few_late_answers_show_the_clerk_no_remark(town: Flask, clerk: FlaskClient) -> None:
    path = campaign_path(clerk, NEWEST)
    press(clerk, path, "reopen")
    with town.app_context():
        found = db.session("desk").query(Campaign).filter_by(title=NEWEST).one()
        group = next(g for g in rounds.groups_of(found) if g.questionnaire == "parent")
        code = slips.normalise(slips.issue(group.id, group.enrolled)[0])
        assert cast(Entry(group.id, "late", code), {"screen_yesterday": "120_180"}, ["this is a late remark"])
    press(clerk, path, "close")
    with town.app_context():
        assert mix(mixer_key(town)) == 0
    page = clerk.get(f"{path}/publish?lang=en")
    assert page.status_code == 409
    assert "No answer has arrived since the last release." in page.text
    assert "late remark" not in page.text


def test_a_demo_that_was_cut_short_is_begun_anew(tmp_path: Path) -> None:
    app = create_app(instance=tmp_path / "cut")
    with app.app_context():
        district.make_district()
    said = app.test_cli_runner().invoke(args=["demo", "--once", "--answers", "0"])
    assert said.exit_code == 0
    assert "begun anew" in said.output
    assert app.config["SETTINGS"].is_demo
    with app.app_context():
        assert db.session("desk").query(School).count() == 12
    assert app.test_cli_runner().invoke(args=["demo", "--once"]).output == ""


def test_an_empty_installation_has_a_first_bureau_account(tmp_path: Path) -> None:
    app = create_app(instance=tmp_path / "empty")
    said = app.test_cli_runner().invoke(args=["init", "--bureau", "Bureau", "--place", "CN-34"]).output
    found = re.search(r"password: (\S+)", said)
    assert found
    client = app.test_client()
    sent = {"csrf_token": token(client.get("/staff/login?lang=en").text), "login": "bureau", "password": found[1]}
    assert client.post("/staff/login", data=sent, follow_redirects=True).text.count("There is no school yet") == 1
    for language in LANGUAGES:
        assert client.get(f"/bureau/campaigns?lang={language}").status_code == 200
