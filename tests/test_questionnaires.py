"""The questionnaires as data: short, complete in every language, and every clause of the notice heard."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from survey import look
from survey.config import LANGUAGES
from survey.questionnaire import built_in, questionnaire_for, source
from survey.questionnaire.forms import check_page
from survey.questionnaire.model import Question, Questionnaire
from survey.questionnaire.reader import QuestionnaireProblems, load, read
from survey.questionnaire.row_checks import OF_THE_PAGE
from survey.words.name_order import CHINESE

MOST_ITEMS = 20
HEARD = {"N1", "N2", "N3", "N4", "N5", "N6", "N7", "N8", "N9", "N10", "N12", "N13", "N14"}  # N11 is a release itself
LONGEST_FOR_THE_YOUNGER = 20  # characters of a Chinese sentence
LONGEST = 40  # characters of a Chinese sentence, for anybody; a house rule
EVERY_DAY = "屏频"  # 屏幕 and 视频: beyond the list, and on every page of a lesson
QUESTIONNAIRES = sorted(built_in())
PERIODS = {
    "昨天晚上": "last night",
    "昨天": "yesterday",
    "今天": "today",
    "这个星期": "this week",
    "最近一周": "in the last week",
    "最近一个月": "in the last month",
    "最近": "lately",
    "现在": "now",
}


@pytest.mark.parametrize("name", QUESTIONNAIRES)
def test_at_most_twenty_items_and_one_comment_last(name: str) -> None:
    questions = built_in()[name].questions
    assert len(questions) <= MOST_ITEMS
    assert [q.name for q in questions if q.type == "text"] == ["comment"]
    assert questions[-1].name == "comment"


@pytest.mark.parametrize("name", QUESTIONNAIRES)
def test_every_text_is_there_in_every_language(name: str) -> None:
    for question in built_in()[name].questions:
        for text in (question.label, *(choice.label for choice in question.choices)):
            assert set(text) == set(LANGUAGES), question.name


def test_every_clause_of_the_notice_is_heard_by_somebody() -> None:
    clauses = {c for q in built_in().values() for question in q.questions for c in question.clauses}
    assert clauses >= HEARD


def bands(question: Question) -> list[tuple[float, float | None]]:
    """The ends of a question's bands, in order."""
    return sorted((c.low, c.high) for c in question.choices if c.low is not None)


@pytest.mark.parametrize("name", QUESTIONNAIRES)
def test_bands_touch_and_only_the_last_is_open(name: str) -> None:
    for question in built_in()[name].questions:
        ends = bands(question)
        for (_, high), (low, _) in zip(ends, ends[1:], strict=False):
            assert high == low, question.name


@pytest.mark.parametrize("name", QUESTIONNAIRES)
def test_a_band_that_is_said_to_begin_at_a_number_holds_it(name: str) -> None:
    """«30 张以上» takes in thirty, which «16 到 30 张» has already: then it is «超过 30 张»."""
    for question in built_in()[name].questions:
        for choice in question.choices:
            begins = re.search("([0-9.]+) ?[^0-9]*以上", re.sub("(一|1 )个半", "1.5 ", choice.label["zh"]))
            if begins:
                in_minutes = 60 if "小时" in choice.label["zh"] and "minutes" in str(question.feeds) else 1
                assert choice.low == float(begins[1]) * in_minutes, choice.label["zh"]


@pytest.mark.parametrize("name", QUESTIONNAIRES)
def test_a_question_asks_of_the_same_days_in_both_languages(name: str) -> None:
    for question in built_in()[name].questions:
        chinese = re.findall("|".join(PERIODS), question.label["zh"])
        english = re.findall(rf"\b({'|'.join(PERIODS.values())})\b", question.label["en"])
        assert [PERIODS[period] for period in chinese] == english, question.name


def test_one_choice_goes_alone_at_most() -> None:
    for questionnaire in built_in().values():
        for question in questionnaire.questions:
            assert sum(c.exclusive for c in question.choices) == (question.type == "select_multiple"), question.name


def test_the_younger_read_short_sentences_without_negation() -> None:
    for question in built_in()["pupil_younger"].questions:
        said = question.label["zh"]
        if question.type != "text":
            assert len(re.split("[。？]", said)[0]) <= LONGEST_FOR_THE_YOUNGER, said
            assert not re.search("[不没未非]", said), said
            assert len(question.choices) <= 4 or question.type == "select_multiple" or question.name == "own_device"


def test_the_younger_meet_no_character_beyond_what_grade_four_can_read() -> None:
    """Pinyin can stand above every word; these are for those who leave it off."""
    _, known = (Path(__file__).parent / "cases/common_characters.txt").read_text(encoding="utf-8").strip().split("\n")
    met = set(re.findall(r"[\u4e00-\u9fff]", "".join(said for said in _texts(built_in()["pupil_younger"], "zh"))))
    assert met - set(known) == set(EVERY_DAY)


@pytest.mark.parametrize(
    ("words", "syllables"),
    [
        ("你看得清", "nǐ kàn de qīng"),
        ("听得清吗", "tīng de qīng ma"),
        ("你会休息一会儿吗", "nǐ huì xiū xi yī huì er ma"),
        ("你的眼睛", "nǐ de yǎn jing"),
        ("上课的时候", "shàng kè de shí hou"),
        ("告诉我们", "gào su wǒ men"),
        ("学生问卷", "xué sheng wèn juàn"),
        ("电视上的课", "diàn shì shang de kè"),
    ],
)
def test_pinyin_is_what_textbooks_print(words: str, syllables: str) -> None:
    assert look.pinyin_of(words) == syllables.split()


def test_in_pinyin_one_and_not_bear_the_tone_of_the_dictionary() -> None:
    for text in _texts(built_in()["pupil_younger"], "zh"):
        for words in CHINESE.findall(text):
            read = zip(words, look.pinyin_of(words), strict=True)
            assert {character + said for character, said in read if character in "一不"} <= {"一yī", "不bù"}, words


def test_every_word_that_is_read_otherwise_has_a_syllable_for_each_character() -> None:
    for word, syllables in look.READ.items():
        assert len(word) == len(syllables.split()), word


def _texts(questionnaire: Questionnaire, language: str) -> Iterator[str]:
    yield questionnaire.title[language]
    for page in questionnaire.pages:
        yield page.title[language]
        for question in page.questions:
            texts = (question.label, question.hint, question.unit, *(choice.label for choice in question.choices))
            yield from (text[language] for text in texts if text)


@pytest.mark.parametrize("name", QUESTIONNAIRES)
def test_nobody_reads_a_long_sentence_or_a_double_negative(name: str) -> None:
    for said in _texts(built_in()[name], "zh"):
        for sentence in re.split("[。？！；]", said):
            assert len(sentence) <= LONGEST, sentence
            assert len(re.findall("[不没未非无]", sentence.replace("不想", "").replace("联系不上", ""))) <= 1, sentence


def test_who_is_asked_what() -> None:
    asked = {grade: questionnaire_for("pupil", grade) for grade in (2, 3, 6, 7, 12)}
    names = {grade: q.name if q else None for grade, q in asked.items()}
    younger, older = "pupil_younger", "pupil_older"
    assert names == {2: None, 3: younger, 6: younger, 7: older, 12: older}
    teacher = questionnaire_for("teacher", None)
    assert teacher is not None
    assert teacher.name == "teacher"


def test_an_answer_that_is_not_on_offer_is_refused(app: Flask) -> None:
    parent = built_in()["parent"]
    sent = MultiDict({"screen_yesterday": "for ever", "shoe_size": "42", "longest_run": "20_30"})
    with app.test_request_context():
        found = check_page(parent, parent.pages[0], "en", sent, {})
    assert set(found.errors) == {"screen_yesterday"}
    assert found.answers == {"longest_run": "20_30"}


def test_a_file_with_mistakes_is_refused_by_row_and_key(tmp_path: Path) -> None:
    path = tmp_path / "odd.toml"
    text = (Path(load.__code__.co_filename).parent.parent / "questionnaires/parent.toml").read_text(encoding="utf-8")
    path.write_text(
        text.replace('type = "text"', 'type = "geopoint"', 1).replace("\nclauses = ", "\nclause = ", 1),
        encoding="utf-8",
    )
    with pytest.raises(QuestionnaireProblems) as found:
        load(path)
    told = "\n".join(found.value.problems)
    assert "nobody knows «geopoint»" in told
    assert "clause: nobody knows this key" in told


@pytest.mark.parametrize("name", OF_THE_PAGE)
def test_a_question_is_not_called_what_the_page_itself_sends(name: str) -> None:
    with pytest.raises(QuestionnaireProblems, match=f"«{name}» is what the page itself sends"):
        read(source("parent").replace("screen_yesterday", name), "parent.toml")


@pytest.mark.parametrize("name", ["data", "errors", "meta", "process", "validate"])
def test_a_question_may_be_called_what_a_form_calls_its_own(name: str) -> None:
    questionnaire = read(source("parent").replace("screen_yesterday", name), "parent.toml")
    page = next(page for page in questionnaire.pages if name in [question.name for question in page.questions])
    (question,) = (question for question in page.questions if question.name == name)
    sent = MultiDict({name: question.choices[0].name})
    checked = check_page(questionnaire, page, "en", sent, {})
    assert (checked.answers, checked.errors) == ({name: question.choices[0].name}, {})
