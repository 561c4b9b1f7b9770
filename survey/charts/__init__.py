"""Charts as inline SVG with the figures beside them. Labels come in as words; nothing here knows a language."""

from survey.charts.answers import AnswerBar, stacked_answers
from survey.charts.bars import ShareBar, share_bars
from survey.charts.burden import Dose, GradeScore, burden_by_grade, dose_by_dimension
from survey.charts.change import Dumbbell, then_and_now
from survey.charts.comparison import Scale, Strip, school_among_district
from survey.charts.drawing import Caption, Chart
from survey.charts.funnel import Limits, SchoolPoint, funnel_plot
from survey.charts.life import Beside, plan_beside_life
from survey.charts.life import Legend as LifeLegend
from survey.charts.sides import SideBar, TwoSides, two_sides

__all__ = [
    "AnswerBar",
    "Beside",
    "Caption",
    "Chart",
    "Dose",
    "Dumbbell",
    "GradeScore",
    "LifeLegend",
    "Limits",
    "Scale",
    "SchoolPoint",
    "ShareBar",
    "SideBar",
    "Strip",
    "TwoSides",
    "burden_by_grade",
    "dose_by_dimension",
    "funnel_plot",
    "plan_beside_life",
    "school_among_district",
    "share_bars",
    "stacked_answers",
    "then_and_now",
    "two_sides",
]
