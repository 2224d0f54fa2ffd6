import numpy as np
import pytest

from headword.core.errors import DataError
from headword.core.split import Split


def indices(*rows: int) -> np.ndarray:
    return np.array(rows, dtype=np.int64)


def test_parts_by_name_and_names_by_document() -> None:
    split = Split(indices(0, 3), indices(1), indices(4), "by hand")
    assert split.part("valid").tolist() == [1]
    assert split.names(6) == ["train", "valid", None, "train", "test", None]
    assert split.seed is None


def test_a_part_may_be_empty() -> None:
    assert Split(indices(0), indices(), indices(), "all").names(1) == ["train"]


def test_shared_documents_and_unknown_parts_are_refused() -> None:
    with pytest.raises(DataError, match="parts of split 'by hand' share documents"):
        Split(indices(0, 3), indices(3), indices(4), "by hand")
    with pytest.raises(DataError, match="train, valid, test, not 'dev'"):
        Split(indices(0), indices(), indices(1), "by hand").part("dev")
