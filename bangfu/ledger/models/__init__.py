"""The nouns: one file a concept; what is stored, what is asked of it, never what writes it."""

from bangfu.ledger.models.activity import Activity, Participant
from bangfu.ledger.models.affiliation import Affiliation
from bangfu.ledger.models.agreement import Agreement
from bangfu.ledger.models.assurance import Assurance
from bangfu.ledger.models.award import Award
from bangfu.ledger.models.base import Fact, Happening, Span, known
from bangfu.ledger.models.benefit import Benefit, Payout
from bangfu.ledger.models.classes import Class
from bangfu.ledger.models.consent import Consent
from bangfu.ledger.models.defect import Defect
from bangfu.ledger.models.demand import Demand
from bangfu.ledger.models.document import (
    Document,
    DocumentStep,
    FrozenReading,
    FrozenTable,
)
from bangfu.ledger.models.download import Download
from bangfu.ledger.models.duplicate import Duplicate
from bangfu.ledger.models.encounter import Encounter
from bangfu.ledger.models.enrolment import Enrolment
from bangfu.ledger.models.event import AskedSalt, Event, EventRows, Seal
from bangfu.ledger.models.file import File
from bangfu.ledger.models.fund import Entry, Fund
from bangfu.ledger.models.handover import Handover
from bangfu.ledger.models.health import HealthDetail
from bangfu.ledger.models.household import Household
from bangfu.ledger.models.income import Income, Reckoning
from bangfu.ledger.models.intake import ColumnMeaning, Coming, Intake, IntakePart
from bangfu.ledger.models.measure import Measure, MeasureNeed
from bangfu.ledger.models.need import Need
from bangfu.ledger.models.organisation import Organisation
from bangfu.ledger.models.pairing import Pairing
from bangfu.ledger.models.person import Person
from bangfu.ledger.models.place import Place, PlaceAlias
from bangfu.ledger.models.post import Post
from bangfu.ledger.models.proceeding import Handling, Proceeding
from bangfu.ledger.models.programme import Programme, ProgrammeVersion
from bangfu.ledger.models.project import Project, ProjectPart, ProjectState
from bangfu.ledger.models.proposal import Proposal
from bangfu.ledger.models.qualification import Practice, Qualification
from bangfu.ledger.models.reading import Reading
from bangfu.ledger.models.round import Round, Score
from bangfu.ledger.models.sample import Ballot, Sample
from bangfu.ledger.models.saved_list import SavedList
from bangfu.ledger.models.site import Site
from bangfu.ledger.models.statistic import Statistic
from bangfu.ledger.models.stint import Stint
from bangfu.ledger.models.subject import Subject, SubjectKey
from bangfu.ledger.models.task import Task
from bangfu.ledger.models.tick import Tick
from bangfu.ledger.models.user import Grant, User
from bangfu.ledger.models.work import Work

__all__ = [
    "Activity",
    "Affiliation",
    "Agreement",
    "AskedSalt",
    "Assurance",
    "Award",
    "Ballot",
    "Benefit",
    "Class",
    "ColumnMeaning",
    "Coming",
    "Consent",
    "Defect",
    "Demand",
    "Document",
    "DocumentStep",
    "Duplicate",
    "Encounter",
    "Entry",
    "Enrolment",
    "Event",
    "EventRows",
    "Fact",
    "File",
    "FrozenReading",
    "FrozenTable",
    "Fund",
    "Grant",
    "Handling",
    "Handover",
    "Happening",
    "HealthDetail",
    "Household",
    "Income",
    "Download",
    "Intake",
    "IntakePart",
    "Measure",
    "MeasureNeed",
    "Need",
    "Organisation",
    "Pairing",
    "Payout",
    "Participant",
    "Person",
    "Place",
    "PlaceAlias",
    "Post",
    "Practice",
    "Proceeding",
    "Programme",
    "ProgrammeVersion",
    "Project",
    "ProjectPart",
    "ProjectState",
    "Proposal",
    "Qualification",
    "Reading",
    "Round",
    "Reckoning",
    "Sample",
    "SavedList",
    "Score",
    "Seal",
    "Site",
    "Span",
    "Statistic",
    "Stint",
    "Subject",
    "SubjectKey",
    "Task",
    "Tick",
    "User",
    "Work",
    "known",
]
