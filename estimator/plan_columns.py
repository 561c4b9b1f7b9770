"""The columns of a plan's workbook: one table, for writing and for reading."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from estimator.plan import AREAS, DAYS, KINDS, SOURCES, UPLOADS

SHEETS: Mapping[str, str] = {"school": "学校", "grades": "年级", "activities": "安排"}
TABLES: Mapping[str, str] = {"school": "school", "grades": "grade", "activities": "activity"}
YES_NO = ("yes", "no")
CHINESE_DAYS = dict(zip("一二三四五六日", DAYS, strict=True)) | {"天": "sun"}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name in every file, its Chinese header, what it holds, and a note."""

    name: str
    chinese: str
    holds: str  # text | number | yes_no | date | time | days | devices
    words: tuple[str, ...] = ()  # a drop-down
    note: str = ""
    width: int = 12


COLUMNS: Mapping[str, tuple[Column, ...]] = {
    "school": (
        Column("school", "学校名称", "text", width=28),
        Column("place", "地区代码", "text", note="ISO 3166-2: CN-34", width=12),
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
        Column("kind", "方式", "text", KINDS, "tv 电视 · recorded 录播 · live 直播 · offline 线下", 12),
        Column("days", "星期", "days", note="mon tue wed · 1-5 · 周一 周三", width=24),
        Column("start", "开始时间", "time", note="09:00; tv, live 必填 / required", width=10),
        Column("minutes", "分钟", "number", width=9),
        Column(
            "devices",
            "可用设备",
            "devices",
            note="tv computer tablet phone; any one suffices 任一即可",
            width=28,
        ),
        Column("required", "必须参加", "yes_no", YES_NO, width=10),
        Column("kbps", "码率kbps", "number", note="empty: default of the kind 留空用默认值"),
        Column("pages", "打印页数", "number", note="printed at home, each time 每次"),
        Column("colour", "彩色", "yes_no", YES_NO, width=8),
        Column("homework_minutes", "书面作业分钟", "number", width=18),
        Column("adult_minutes", "家长陪同分钟", "number", width=14),
        Column("check_in", "打卡", "yes_no", YES_NO, width=10),
        Column("upload", "上传", "text", UPLOADS, "none 无 · photo 照片 · video 视频", 10),
        Column("upload_mb", "上传MB", "number", width=12),
        Column("buy", "需购买金额", "number", note="once 一次性"),
        Column("source", "资源来源", "text", SOURCES, "national 国家 · local 地方 · school 学校", 12),
        Column("area", "内容", "text", AREAS, "curriculum 课程 · life 生命安全健康", 12),
    ),
}
