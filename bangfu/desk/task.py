"""Tasks at the desk: what a meeting decided, done, moved, dropped."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.desk.asks import ask
from bangfu.desk.entry import EntryForm, asking, entered, enters
from bangfu.desk.page import address_of, name_of, reader, record_or_404
from bangfu.desk.pick import Pick
from bangfu.ledger import clock
from bangfu.ledger.actions import task as tasks
from bangfu.ledger.actions.event import By
from bangfu.ledger.models import Activity, Task
from bangfu.lists.tasks import tasks_of_meeting


class DecideForm(EntryForm):
    """What, who answers for it, and by when."""

    text = ask("task", "text", required=True, lines=2, max_length=300)
    owner = Pick("person", "organisation", label=gettext_lazy("Who answers"))
    due = ask("task", "due", required=True)


class FinishForm(EntryForm):
    """When it was done, and how that is shown."""

    on = ask("task", "closed", required=True, initial=clock.today)
    evidence = ask("task", "evidence", required=True, lines=3, max_length=300)


class MoveForm(EntryForm):
    """To which day, and why."""

    due = ask("task", "due", required=True)
    reason = forms.CharField(label=gettext_lazy("Why it is moved"), max_length=200)


class DropForm(EntryForm):
    """From which day on it is not done any more, and why."""

    on = ask("task", "closed", required=True, initial=clock.today)
    reason = forms.CharField(label=gettext_lazy("Why it is not done"), max_length=200)


@enters("task.decide")
def decide(request: HttpRequest, key: UUID) -> HttpResponse:
    """Writes down one decision of a meeting after the other."""
    meeting: Activity = record_or_404(request, "activity", key)
    if meeting.kind != "meeting":
        raise Http404
    form = DecideForm(request)

    def act(by: By, told: dict[str, Any]) -> Task:
        return tasks.decide(by=by, meeting=meeting, **told)

    done = entered(
        request, form, act, word=_("The decision is on record; here is room for the next."),
        to=reverse("desk:task_decide", args=[key]),
    )  # fmt: skip
    return done or asking(
        request, form, title=_("What the meeting decided"), back=address_of("activity", key),
        about=f"{meeting.date:%Y-%m-%d} · {meeting.note}", button=_("Keep, and write the next"),
        template="desk/task_decide.html", tasks=tasks_of_meeting(reader(request), key),
        on=clock.today(),
    )  # fmt: skip


def _about(task: Task) -> str:
    return f"{task.text} · {name_of(task.owner)} · {task.due:%Y-%m-%d}"


@enters("task.finish")
def finish(request: HttpRequest, key: UUID) -> HttpResponse:
    """Says that a task was done."""
    task: Task = record_or_404(request, "task", key)
    form, back = FinishForm(request), address_of("task", key)
    done = entered(
        request, form, lambda by, told: tasks.finish(by=by, task=task, **told),
        word=_("The task is done."), to=back,
    )  # fmt: skip
    return done or asking(request, form, title=_("A task is done"), about=_about(task), back=back)


@enters("task.move")
def move(request: HttpRequest, key: UUID) -> HttpResponse:
    """Gives a task another day."""
    task: Task = record_or_404(request, "task", key)
    form, back = MoveForm(request, initial={"due": task.due}), address_of("task", key)
    done = entered(
        request, form, lambda by, told: tasks.move(by=by, task=task, **told),
        word=_("The task has another day; the earlier one stays on record."), to=back,
    )  # fmt: skip
    return done or asking(request, form, title=_("Move a task"), about=_about(task), back=back)


@enters("task.drop")
def drop(request: HttpRequest, key: UUID) -> HttpResponse:
    """Says that a task is not to be done any more."""
    task: Task = record_or_404(request, "task", key)
    form, back = DropForm(request), address_of("task", key)
    done = entered(
        request, form, lambda by, told: tasks.drop(by=by, task=task, **told),
        word=_("The task is not done any more; why stays on record."), to=back,
    )  # fmt: skip
    return done or asking(
        request,
        form,
        title=_("Drop a task"),
        about=_about(task),
        back=back,
        button=_("Drop the task"),
    )
