"""Units of count are Chinese in Chinese and English in English."""

from __future__ import annotations

import re

import pytest

from bangfu.programmes.loader import library, library_text
from bangfu.programmes.units import unit_called, with_unit


@pytest.mark.parametrize(
    ("number", "unit", "said"),
    [("1", "人", "1 person"), ("12", "户", "12 households"), ("3", "个", "3"), ("80", "%", "80%"),
     ("2,000.00", "元", "2,000.00 yuan"), ("4", "筐", "4 筐")],
)  # fmt: skip
def test_a_number_bears_its_unit(number: str, unit: str, said: str) -> None:
    assert with_unit(number, unit).en == said
    assert with_unit(number, unit).zh == f"{number}{unit}"


@pytest.mark.parametrize("name", library())
def test_every_unit_of_the_library_has_an_english_word(name: str) -> None:
    units = set(re.findall(r'unit\s*=\s*"([^"]+)"', library_text(name, "programme.toml")))
    unknown = {unit for unit in units if re.search(r"[一-鿿]", unit_called(unit).en)}
    assert unknown == set()
