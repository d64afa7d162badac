"""The addresses of the desk."""

from __future__ import annotations

from django.urls import URLPattern, path

from bangfu.desk import (
    alert,
    document,
    figure,
    home,
    journal,
    listing,
    place,
    programme,
    record,
    subject,
)

app_name = "desk"
urlpatterns: list[URLPattern] = [
    path("", home.show, name="home"),
    path("find/", listing.find, name="find"),
    path("lists/", listing.lists, name="lists"),
    path("lists/person/by-number/", listing.by_number, name="by_number"),
    path("lists/<slug:kind>/", listing.of_kind, name="list"),
    path("programmes/<slug:name>/", programme.show, name="programme"),
    path("programmes/<slug:name>/readback/", programme.read_back, name="readback"),
    path("programmes/<slug:name>/versions/", programme.versions, name="versions"),
    path("programmes/<slug:name>/versions/<int:number>/", programme.text, name="version_text"),
    path("programmes/<slug:name>/lists/<slug:entry>/", listing.of_programme, name="programme_list"),
    path("programmes/<slug:name>/alerts/<slug:alert>/", alert.show, name="alert"),
    path("programmes/<slug:name>/figures/<slug:figure>/", figure.show, name="figure"),
    path(
        "programmes/<slug:name>/figures/<slug:figure>/<slug:part>/", figure.rows, name="figure_rows"
    ),
    path("programmes/<slug:name>/documents/begin/", document.begin, name="document_begin"),
    path("subjects/<uuid:key>/", subject.show, name="subject"),
    path("subjects/<uuid:key>/reveal/", subject.reveal, name="reveal"),
    path("subjects/<uuid:key>/health/", subject.look, name="health"),
    path("records/<slug:kind>/<uuid:key>/", record.show, name="record"),
    path("records/<slug:kind>/<uuid:key>/reveal/", record.reveal, name="record_reveal"),
    path("documents/<uuid:key>/", document.show, name="document"),
    path("documents/<uuid:key>/edit/", document.edit, name="document_edit"),
    path("documents/<uuid:key>/issue/", document.issue, name="document_issue"),
    path("documents/<uuid:key>/discard/", document.discard, name="document_discard"),
    path("documents/<uuid:key>/correct/", document.correct, name="document_correct"),
    path("documents/<uuid:key>/file.<slug:form>", document.file, name="document_file"),
    path(
        "documents/<uuid:key>/readings/<int:place>/<slug:part>/", document.reading, name="reading"
    ),
    path("places/", place.show, name="places"),
    path("journal/", journal.show, name="journal"),
]
