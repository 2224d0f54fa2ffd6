import math

import numpy as np
import pytest
import scipy.sparse as sp

from headword.text.weighting import idf_of_falling, inverse_document_frequency, unit_rows


def test_idf_by_hand() -> None:
    # ln(10 / 10) + 1, ln(10 / 1) + 1 of 9 documents
    found = inverse_document_frequency(np.array([9, 0]), 9)
    assert found == pytest.approx([1.0, math.log(10) + 1])
    assert found.dtype == np.float32
    assert inverse_document_frequency(np.array([4]), 9, power=2.0) == pytest.approx([(math.log(2) + 1) ** 2])


def test_a_term_of_all_documents_still_counts_once() -> None:
    assert inverse_document_frequency(np.arange(101), 100, power=3.0).min() == 1


def test_idf_of_falling_frequencies_is_the_same() -> None:
    frequency = np.array([70, 9, 9, 9, 4, 1, 1])
    assert np.array_equal(idf_of_falling(frequency, 80, 1.5), inverse_document_frequency(frequency, 80, power=1.5))
    assert len(idf_of_falling(frequency[:0], 80, 1.5)) == 0


def test_unit_rows_leave_empty_and_zero_rows_alone() -> None:
    matrix = sp.csr_matrix((np.array([0.0, 3.0, 4.0], dtype=np.float32), [0, 0, 1], [0, 1, 1, 3]), shape=(3, 2))
    found = unit_rows(matrix)
    assert found.toarray() == pytest.approx(np.array([[0, 0], [0, 0], [0.6, 0.8]]))


def test_large_values_do_not_overflow() -> None:
    matrix = sp.csr_matrix(np.array([[1e30, 1e30]], dtype=np.float32))
    assert unit_rows(matrix).toarray() == pytest.approx(np.full((1, 2), math.sqrt(0.5)))
