import numpy as np
import pytest

from headword.decisions.judged import Judged
from headword.decisions.promise_audit import audit_promise
from headword.decisions.promising import fit_guarantee

from .promises import drawn, recalls


@pytest.mark.parametrize(
    ("kind", "by"),
    [("recall", None), ("recall", "kind"), ("recall", "label"), ("precision", None), ("precision", "label"),
     ("labelset", None)],
)  # fmt: skip
def test_what_was_promised_is_found(kind: str, by: str | None) -> None:
    found, corpus = drawn(3000)
    values = [str(value) for value in corpus.fields["kind"]] if by == "kind" else None
    guarantee = fit_guarantee(
        Judged.of(found, corpus), found.label_space, kind, 0.7, split="exact", by=by, values=values
    )
    audit = audit_promise(guarantee, *drawn(3000, 1))
    assert audit.low <= audit.found <= audit.high
    if kind == "precision":
        assert audit.found >= 0.7
    else:
        assert audit.found == pytest.approx(0.7, abs=0.03)
    assert 0 < audit.size <= 8
    assert audit.to_json()["level"] == 0.7


def test_the_mean_is_over_documents_that_have_right_labels() -> None:
    found, corpus = drawn(400)
    world = Judged.of(found, corpus)
    guarantee = fit_guarantee(world, found.label_space, "recall", 0.8, split="exact")
    audit = audit_promise(guarantee, found, corpus)
    some = np.bincount(world.true_documents, minlength=400) > 0
    assert audit.n == some.sum() < 400
    assert audit.found == pytest.approx(recalls(guarantee.inside(found, corpus)[0], world)[some].mean())


def test_nothing_to_average_is_told_as_nothing() -> None:
    found, corpus = drawn(30)
    guarantee = fit_guarantee(Judged.of(found, corpus), found.label_space, "recall", 0.8, split="exact")
    empty = corpus.with_labels([()] * 30, label_space=corpus.label_space)
    audit = audit_promise(guarantee, found, empty).to_json()
    assert (audit["n"], audit["found"], audit["low"]) == (0, None, None)
