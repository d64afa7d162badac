"""A project at the desk: entered, led on, with its parts and its money on one page."""

from __future__ import annotations

from django.urls import reverse

from bangfu.desk.page import address_of
from bangfu.ledger.models import Project, ProjectPart, ProjectState
from tests.desk.conftest import Enter
from tests.desk.forms import fill, said, wrong
from tests.desk.story import Story


def test_a_project_is_entered_led_on_and_measured(story: Story, enter: Enter) -> None:
    client, place = enter("clerk"), str(story.places["village"].fact)
    address = reverse("desk:project_register")
    assert "项目类型" in wrong(fill(client, address, title="机井", place=place, on="2026-01-05"))
    fill(client, address, title="上麦村机井", kind="construction", place=place, on="2026-01-05",
         estimate="12万", programme=story.returnees.name)  # fmt: skip
    held = Project.objects.current().get()
    assert (held.estimate, held.programme) == (12_000_000, story.returnees)
    step = reverse("desk:project_state_enter", args=[held.fact])
    page = said(client.get(step))
    assert "已批复" in page and "已完工" not in page
    fill(client, step, state="approved", on="2026-01-20", paper="青发改1号")
    fill(client, step, state="building", on="2026-02-01")
    building = ProjectState.objects.current().get(state="building")
    right = reverse("desk:project_state_correct", args=[building.fact])
    fill(client, right, state="building", on="2026-02-03")
    fill(client, reverse("desk:project_part_plan", args=[held.fact]), title="主管", place=place,
         planned="3000", unit="米", on="2026-01-05")  # fmt: skip
    part = ProjectPart.objects.current().get()
    fill(client, reverse("desk:project_part_report", args=[part.fact]), done="1200",
         on="2026-02-20")  # fmt: skip
    fill(client, reverse("desk:project_correct", args=[held.fact]), contractor="县水利队")
    page = said(client.get(address_of("project", held.fact)))
    for words in ("在建", "2026-02-03", "青发改1号", "主管", "1200", "县水利队"):
        assert words in page, words
    listed = said(client.get(reverse("desk:list", args=["project"]), {"state": "building"}))
    assert "上麦村机井" in listed and "120,000.00" in listed
    assert "0.00<" not in listed.replace("120,000.00<", ""), "nothing was booked"
    early = said(client.get(reverse("desk:list", args=["project"]), {"on": "2026-01-10"}))
    assert "上麦村机井" in early and "已入库" in early
    fill(client, reverse("desk:project_state_withdraw", args=[building.fact]))
    assert ProjectState.objects.current().get(ended=None).state == "approved"
    fill(client, reverse("desk:project_withdraw", args=[held.fact]))
    assert not Project.objects.current().exists()
