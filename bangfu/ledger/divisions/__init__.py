"""Administrative divisions: codes, the national table, own tables, names, the fictional county."""

from __future__ import annotations

from bangfu.ledger.divisions.codes import (
    LEVELS,
    CodeError,
    CodeParts,
    Level,
    full_code,
    level_of,
    parent_code,
    significant,
    split_code,
)
from bangfu.ledger.divisions.fictional import (
    Alias,
    FictionalPlace,
    Former,
    fictional,
    fictional_villages,
)
from bangfu.ledger.divisions.own_table import OwnTableErrors, read_own_table
from bangfu.ledger.divisions.packed import (
    Division,
    Edition,
    edition,
    is_placeholder,
    lineage,
    read_divisions,
)
from bangfu.ledger.divisions.readings import initials_of, initials_of_person, syllable_of
from bangfu.ledger.divisions.spellings import Variant, spelling_variants

__all__ = [
    "LEVELS",
    "Alias",
    "CodeError",
    "CodeParts",
    "Division",
    "Edition",
    "FictionalPlace",
    "Former",
    "Level",
    "OwnTableErrors",
    "Variant",
    "edition",
    "fictional",
    "fictional_villages",
    "full_code",
    "initials_of",
    "initials_of_person",
    "is_placeholder",
    "level_of",
    "lineage",
    "parent_code",
    "read_divisions",
    "read_own_table",
    "significant",
    "spelling_variants",
    "split_code",
    "syllable_of",
]
