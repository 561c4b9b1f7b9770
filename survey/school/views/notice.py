"""The Ministry's notice at the principal's own school: each clause by plan and by report, with what it rests on."""

from __future__ import annotations

from survey.release import freeze
from survey.school.notice_page import shown
from survey.school.views import bp
from survey.school.views.answers import newest_release
from survey.staff import scope
from survey.staff.access import principal_only


@bp.get("/notice")
@principal_only
def notice():
    school, frozen = scope.own_school(), newest_release()
    return shown(school, frozen and freeze.of_school(frozen.id, school.id), is_bureau=False)
