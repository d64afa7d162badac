"""Fills in a form of the desk as a browser does: what stands on the page is what can be sent."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import lxml.html
from django.test import Client


def form_of(client: Client, address: str) -> Any:
    """The entry form of a page; the test fails where there is none."""
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    found = lxml.html.fromstring(answer.content).xpath("//form[contains(@class, 'entry')]")
    assert len(found) == 1, address
    return found[0]


def values_of(form: Any) -> dict[str, list[str]]:
    """What a form would send as it stands."""
    told: dict[str, list[str]] = {}
    for name, value in form.form_values():
        told.setdefault(name, []).append(value)
    return told


def fill(client: Client, address: str, **typed: Any) -> Any:
    """Send the form of a page with some fields filled in; the answer, not followed."""
    form = form_of(client, address)
    names = {one.get("name") for one in form.xpath(".//*[@name]")}
    told = values_of(form)
    for name, value in typed.items():
        assert name in names, f"{address} asks nothing called {name}"
        several = value if isinstance(value, list) else [value]
        told[name] = [str(one) if isinstance(one, UUID) else one for one in several]
    return client.post(address, told)


def said(answer: Any) -> str:
    """The words of an answer."""
    return str(answer.content.decode())
