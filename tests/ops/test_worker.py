"""A worker's processes before their first job."""

import gc

from winnow.worker import settle_in


def test_what_is_loaded_is_passed_by_when_garbage_is_collected() -> None:
    before = gc.get_freeze_count()
    try:
        settle_in()
        assert gc.get_freeze_count() > before + 10_000
    finally:
        gc.unfreeze()
