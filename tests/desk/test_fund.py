"""Money at the desk: what is beyond what came in is said before it is written down."""

from __future__ import annotations

from django.urls import reverse

from bangfu.ledger.models import Fund
from bangfu.ledger.moment import Moment
from bangfu.lists.purse import left_in
from tests.desk.conftest import Enter
from tests.desk.forms import form_of, said, values_of, wrong
from tests.desk.story import Story


def test_more_than_came_in_is_paid_only_where_that_is_meant(story: Story, enter: Enter) -> None:
    clerk, purse = enter("clerk"), Fund.objects.current().get(programme=story.begun(), name="purse")
    pay = reverse("desk:entry_pay", args=[purse.fact])
    assert "1,200.50" in said(clerk.get(pay)) and 'name="beyond"' not in said(clerk.get(pay))
    told = {**values_of(form_of(clerk, pay)), "use": "road", "voucher": "付 002"}
    refused = clerk.post(pay, {**told, "amount": "1500"})
    assert refused.status_code == 422 and "多 299.50 元" in wrong(refused)
    assert left_in(purse, Moment.present()) == 120_050
    assert clerk.post(pay, {**told, "amount": "1500", "beyond": "on"}).status_code == 302
    assert left_in(purse, Moment.present()) == -29_950
    page = said(clerk.get(reverse("desk:programme", args=[story.begun().name])))
    assert "-299.50" in page and "支出超过到账" in page
