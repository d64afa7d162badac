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
    for one in form.xpath(".//input | .//textarea | .//select"):
        for value in _sent(one):
            told.setdefault(one.get("name"), []).append(value)
    return told


def _sent(one: Any) -> list[str]:
    """What one field adds to what is sent."""
    sort = one.get("type", "")
    if not one.get("name") or sort in ("file", "submit"):
        return []
    if sort in ("radio", "checkbox"):
        return [one.get("value", "on")] if one.get("checked") is not None else []
    if one.tag == "select":
        options = one.xpath("./option")
        chosen = [o for o in options if o.get("selected") is not None] or options[:1]
        return [o.get("value", "") for o in chosen]
    return [one.text or "" if one.tag == "textarea" else one.get("value", "")]


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


def wrong(answer: Any) -> str:
    """What a page says was not taken, and why."""
    found = lxml.html.fromstring(answer.content).xpath("//*[@id='wrong']")
    return " ".join(found[0].text_content().split()) if found else ""
