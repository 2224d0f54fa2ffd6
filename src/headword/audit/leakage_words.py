"""What leaks, in words, and the commands that stop it."""

from headword.audit.leakage import Leakage
from headword.audit.straddling import Straddling
from headword.pages.figures import percent


def verdict(found: Leakage) -> str:
    """Return one sentence that says whether anything leaks, and what."""
    said = [f"{one.kind} across parts" for one in found.straddling]
    said += [f"lines headed {one.heading!r}" for one in found.headed]
    if said:
        return "leaks: " + ", ".join(said)
    if not found.texts:
        return "the documents come as numbers, which tell nothing of what belongs together"
    suspects = f"; {len(found.giveaways)} labels are told by one term: look at them" if found.giveaways else ""
    if found.sizes is None:
        return f"no line of the texts tells labels{suspects}"
    return f"nothing that belongs together straddles parts, no line of the texts tells labels{suspects}"


def torn(one: Straddling) -> str:
    """Return what one way of belonging together means for the parts, in a sentence."""
    parts = ", ".join(
        f"{one.touched[part]:,} of {one.sizes[part]:,} {part} documents ({percent(one.share(part))})"
        for part in one.touched
        if one.sizes[part]
    )
    return (
        f"{one.kind}: {parts} have a companion in an earlier part; {percent(one.same_labels)} of these its very labels"
    )


def advice(found: Leakage, data: str) -> list[tuple[str, str]]:
    """Return each problem with the command, or the work, that puts it right."""
    split = f"headword split {data} -o split.jsonl.gz"
    out = []
    fields = [one.kind.removeprefix("same ") for one in found.straddling if _of_field(one)]
    alike = [one.kind for one in found.straddling if not _of_field(one)]
    if found.sizes is None and found.texts:
        out.append(("there is no split: what trains would also judge", f"{split} --near-duplicates"))
    groups = "".join(f" --group {name}" for name in fields)
    if alike or fields:
        near = " --near-duplicates" if alike else ""
        out.append((f"{', '.join([*alike, *fields])} straddle parts: figures flatter", f"{split}{near}{groups}"))
    for line in found.headed:
        out.append((
            f"{line.n_docs:,} documents have a line headed {line.heading!r}; {percent(line.own)} name a label there",
            "take the line out of the texts before training: new documents will not have it",
        ))  # fmt: skip
    if found.giveaways:
        out.append((
            f"{len(found.giveaways)} labels are told by one term ({percent(found.given_away)} of all assignments)",
            "look at the examples: if an indexer wrote the term, take it out; if the author did, all is well",
        ))  # fmt: skip
    if found.older_tests is not None and found.older_tests > 0.5:
        out.append((
            f"{percent(found.older_tests)} of the test documents are no newer than the newest training document",
            f"if the model is for future documents: {split} --by temporal",
        ))  # fmt: skip
    return out


def _of_field(one: Straddling) -> bool:
    return one.kind.startswith("same ") and one.kind not in ("same text", "same title", "same id")
