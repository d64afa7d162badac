"""Browsers without a screen that write over HTTP and note what they were answered."""

from __future__ import annotations

import random
import threading
import uuid
from http.client import HTTPConnection, HTTPException
from http.cookies import SimpleCookie
from typing import Any, NamedTuple
from urllib.parse import urlencode

from tests.jobs.small_county import CLERK


class Answer(NamedTuple):
    """What a server said; status 0 where nobody answered, or said that it could not."""

    status: int
    location: str = ""

    @property
    def done(self) -> bool:
        """Whether what was asked was done: pages that write lead on to another page."""
        return self.status == 302 and "/account/login" not in self.location


class Browser:
    """Cookies, a form's token, and questions to one port of this machine."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}

    def ask(self, method: str, path: str, **words: str) -> Answer:
        """One question; never raises."""
        words["csrfmiddlewaretoken"] = self.cookies.get("csrftoken", "")
        heads = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "Content-Type": "application/x-www-form-urlencoded",
        }
        there = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            there.request(method, path, urlencode(words) if method == "POST" else None, heads)
            answer = there.getresponse()
            answer.read()
        except (OSError, HTTPException):
            return Answer(0)
        finally:
            there.close()
        for line in answer.headers.get_all("Set-Cookie") or ():
            self.cookies |= {name: said.value for name, said in SimpleCookie(line).items()}
        # 400: the session could not be kept after the page was made, as when the database goes away
        # at that moment. Whether anything was done is then as unknown as without an answer.
        unknown = answer.status >= 500 or answer.status == 400
        return Answer(0 if unknown else answer.status, answer.headers["Location"] or "")

    def sign_in(self, password: str) -> bool:
        """Sign in as the clerk."""
        self.cookies.clear()
        if self.ask("GET", "/account/login/").status != 200:
            return False
        return self.ask("POST", "/account/login/", login=CLERK, password=password).done


class Client(threading.Thread):
    """Drafts, edits and issues papers and opens numbers, until told to end.

    What it was answered stands in ``drafted``, ``titles``, ``issued`` and ``opened``; what it
    asked, answered or not, in the lists of the same things sent.
    """

    def __init__(self, port: int, number: int, county: dict[str, Any]) -> None:
        super().__init__(daemon=True)
        self.browser, self.county = Browser(port), county
        self.chance = random.Random(number)
        self.over = threading.Event()
        self.drafts_sent = 0
        self.drafted: list[str] = []
        self.titles: dict[str, str] = {}
        self.issues_sent: set[str] = set()
        self.issued: set[str] = set()
        self.opens_sent: list[str] = []
        self.opened: list[str] = []
        self.strange: list[str] = []

    def run(self) -> None:
        """Write for as long as told."""
        while not self.over.is_set():
            if "bangfu_session" not in self.browser.cookies:
                self.browser.sign_in(self.county["password"]) or self.over.wait(0.2)
            elif self.chance.random() < 0.7:
                self.paper()
            else:
                self.open_a_number()

    def paper(self) -> None:
        """Begin a paper, name it, and issue every second one."""
        self.drafts_sent += 1
        path = f"/programmes/{self.county['programme']}/documents/begin/"
        begun = self.post(path, name="bulletin", on=self.county["on"])
        if not begun.done:
            return
        key = begun.location.split("/")[-3]
        self.drafted.append(key)
        title = f"简报 {uuid.uuid4()}"
        words = {"title": title, "prose": "走访 {{home_visits}}。"}
        words["on"] = self.county["on"]
        if not self.until_answered(f"/documents/{key}/edit/", **words).done:
            return
        self.titles[key] = title
        if self.chance.random() < 0.5:
            signed = self.until_answered(
                f"/documents/{key}/sign/", signer=self.county["signer"], keep="on"
            )
            if not signed.done:
                return
            self.issues_sent.add(key)
            answer = self.until_answered(f"/documents/{key}/issue/", alone="on", keep="on")
            # An issued paper has no form any more: it was issued when nobody heard the answer.
            if answer.done or answer.status == 404:
                self.issued.add(key)

    def open_a_number(self) -> None:
        """Open somebody's phone for a purpose of its own."""
        purpose = str(uuid.uuid4())
        self.opens_sent.append(purpose)
        path = f"/subjects/{self.county['person']}/reveal/"
        if self.post(path, field="phone", purpose=purpose).status == 200:
            self.opened.append(purpose)

    @property
    def answers(self) -> int:
        """How often something that was asked for was done."""
        return len(self.drafted) + len(self.titles) + len(self.issued) + len(self.opened)

    def until_answered(self, path: str, **words: str) -> Answer:
        """Ask again and again, as one does who did not hear the answer."""
        answer = self.post(path, **words)
        while answer.status in (0, 429) and not self.over.is_set():
            self.over.wait(0.1)
            answer = self.post(path, **words)
        return answer

    def post(self, path: str, **words: str) -> Answer:
        """One form; who was signed out signs in again and has done nothing yet."""
        answer = self.browser.ask("POST", path, **words)
        if answer.status == 302 and "/account/login" in answer.location:
            self.browser.cookies.clear()
            return Answer(0)
        if answer.status not in (0, 200, 302, 404, 429):
            self.strange.append(f"{path} {answer.status}")
        if not answer.status:
            self.over.wait(0.05)
        return answer
