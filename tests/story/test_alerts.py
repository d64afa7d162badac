"""What is watched of a programme is what its figures count: the same rows on every page."""

from __future__ import annotations

from bangfu.jobs.story import Told
from bangfu.ledger.models import Programme
from bangfu.ledger.moment import Moment
from bangfu.lists.alerts import alerts_of
from bangfu.lists.figure import figure_of


def test_a_watched_list_has_the_rows_of_its_figure(told: Told) -> None:
    """Two needs of 2009 are late too; they are no business of the programme of 2026."""
    programme, moment = Programme.objects.current().get(name="village_link"), Moment.present()
    watched = {one.name: one for one in alerts_of(programme, moment)}
    assert {"need_late", "not_visited"} <= watched.keys()
    for alert in watched.values():
        [of] = alert.listing.of
        counted = figure_of(programme, of, moment)
        assert set(alert.rows()) == set(counted.rows()), alert.name
    assert {need.programme_id for need in watched["need_late"].rows()} == {programme.fact}
