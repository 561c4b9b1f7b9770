"""Charts as inline SVG with the figures beside them. Labels come in as words; nothing here knows a language."""

from survey.charts.answers import AnswerBar, stacked_answers
from survey.charts.burden import Dose, GradeScore, burden_by_grade, dose_by_dimension
from survey.charts.comparison import Scale, Strip, school_among_district
from survey.charts.drawing import Caption, Chart

__all__ = [
    "AnswerBar",
    "Caption",
    "Chart",
    "Dose",
    "GradeScore",
    "Scale",
    "Strip",
    "burden_by_grade",
    "dose_by_dimension",
    "school_among_district",
    "stacked_answers",
]
