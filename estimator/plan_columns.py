"""The columns of a plan's workbook: one table, for writing and for reading, in English and Chinese."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Words = Mapping[str, str]  # what a file says → the Chinese for it

SHEETS: Mapping[str, str] = {"school": "学校", "grades": "年级", "activities": "安排"}
TABLES: Mapping[str, str] = {"school": "school", "grades": "grade", "activities": "activity"}
LIST_MARKS: Words = {"en": ", ", "zh": "、"}  # between the words of a list
YES_NO: Words = {"yes": "是", "no": "否"}
KIND_WORDS: Words = {"tv": "电视", "recorded": "录播", "live": "直播", "offline": "线下"}
UPLOAD_WORDS: Words = {"none": "无", "photo": "照片", "video": "视频"}
SOURCE_WORDS: Words = {"national": "国家", "local": "地方", "school": "学校"}
AREA_WORDS: Words = {"curriculum": "课程", "life": "生命安全健康"}
DEVICE_WORDS: Words = {"tv": "电视", "computer": "电脑", "tablet": "平板", "phone": "手机"}
SETTING_WORDS: Words = {"urban": "城镇", "rural": "乡村"}
OTHER_SETTING_WORDS: Words = {
    "town": "urban",
    "countryside": "rural",
    "城市": "urban",
    "县城": "urban",
    "农村": "rural",
}
DAY_WORDS: Words = {
    "mon": "周一",
    "tue": "周二",
    "wed": "周三",
    "thu": "周四",
    "fri": "周五",
    "sat": "周六",
    "sun": "周日",
}

# What pages call a column in English; in files it has its plain name.
ENGLISH_LABELS: Words = {
    "school": "School",
    "place": "Place",
    "week_of": "Week of",
    "currency": "Currency",
    "grade": "Grade",
    "pupils": "Pupils",
    "teachers": "Teachers",
    "teachers_on_camera": "Teachers who stream or record",
    "subject": "Subject",
    "kind": "Delivery",
    "days": "Weekdays",
    "start": "Start",
    "minutes": "Minutes",
    "devices": "Devices",
    "required": "Compulsory",
    "kbps": "Bitrate in kbit/s",
    "pages": "Pages to print",
    "colour": "In colour",
    "homework_minutes": "Homework minutes",
    "adult_minutes": "An adult's minutes",
    "check_in": "Check-in",
    "upload": "Upload",
    "upload_mb": "Upload in MB",
    "buy": "To be bought",
    "source": "Resource",
    "area": "Content",
}


def setting_of(word: str) -> str:
    """The kind of place, urban or rural, that a word of somebody's list names; a word that names none as it is."""
    chinese = {said: setting for setting, said in SETTING_WORDS.items()}
    return {**chinese, **OTHER_SETTING_WORDS}.get(word, word)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name in every file, its Chinese header, what it holds, and a note in both languages."""

    name: str
    chinese: str
    holds: str  # text | word | words | days | number | yes_no | date | time
    words: Words = field(default_factory=dict)  # the only ones that can stand there
    note: str = ""
    chinese_note: str = ""
    width: int = 12

    def header(self, language: str) -> str:
        """What stands above the column; both are understood when the file is read."""
        return self.chinese if language == "zh" else self.name

    def label(self, language: str) -> str:
        """What pages call it."""
        return self.chinese if language == "zh" else ENGLISH_LABELS[self.name]

    def remark(self, language: str) -> str:
        """The note in the language of the file."""
        return self.chinese_note if language == "zh" and self.chinese_note else self.note


COLUMNS: Mapping[str, tuple[Column, ...]] = {
    "school": (
        Column("school", "学校名称", "text", width=28),
        Column("place", "地区代码", "text", note="CN-34, CN-AH", width=14),
        Column("week_of", "该周星期一", "date", note="2020-03-09", width=14),
        Column("currency", "币种", "text", note="CNY", width=10),
    ),
    "grades": (
        Column("grade", "年级", "number", note="1–12"),
        Column("pupils", "学生人数", "number"),
        Column("teachers", "教师人数", "number"),
        Column("teachers_on_camera", "须直播或录课的教师数", "number", width=24),
    ),
    "activities": (
        Column("grade", "年级", "number", note="1–12", width=8),
        Column("subject", "科目", "text", width=18),
        Column("kind", "方式", "word", KIND_WORDS, width=12),
        Column("days", "星期", "days", DAY_WORDS, "mon tue wed, or 1-5", "周一 周三，或 1-5", 24),
        Column("start", "开始时间", "time", {}, "09:00; needed for tv and live", "09:00；电视、直播必填", 10),
        Column("minutes", "分钟", "number", width=9),
        Column("devices", "可用设备", "words", DEVICE_WORDS, "any one suffices", "任一即可", 28),
        Column("required", "必须参加", "yes_no", YES_NO, width=10),
        Column("kbps", "码率kbps", "number", {}, "empty: usual of the kind", "留空用默认值"),
        Column("pages", "打印页数", "number", {}, "printed at home, each time", "每次在家打印"),
        Column("colour", "彩色", "yes_no", YES_NO, width=8),
        Column("homework_minutes", "书面作业分钟", "number", width=18),
        Column("adult_minutes", "家长陪同分钟", "number", width=14),
        Column("check_in", "打卡", "yes_no", YES_NO, width=10),
        Column("upload", "上传", "word", UPLOAD_WORDS, width=10),
        Column("upload_mb", "上传MB", "number", width=12),
        Column("buy", "需购买金额", "number", {}, "once", "一次性"),
        Column("source", "资源来源", "word", SOURCE_WORDS, width=12),
        Column("area", "内容", "word", AREA_WORDS, width=14),
    ),
}
