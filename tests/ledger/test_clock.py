"""Keys stand in the order in which they were made."""

from __future__ import annotations

import time
import uuid

from bangfu.ledger import clock


def test_keys_are_of_version_7_and_stand_in_the_order_in_which_they_were_made() -> None:
    began = time.time_ns() // 1_000_000
    keys = [clock.new_id() for _ in range(5_000)]
    assert {(key.version, key.variant) for key in keys} == {(7, uuid.RFC_4122)}
    assert began <= keys[0].int >> 80 <= keys[-1].int >> 80 <= time.time_ns() // 1_000_000
    assert sorted(keys) == keys and len(set(keys)) == len(keys)
