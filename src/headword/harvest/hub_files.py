"""The files of a data set on the hub: which there are, and fetching one whole, in pieces if need be.

References
----------
Hub API, https://huggingface.co/docs/hub/api
"""

import fnmatch
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urljoin

from headword.core.errors import OutputError, ServiceError
from headword.core.progress import Progress
from headword.harvest.client import Answer, Client
from headword.harvest.page import as_count, as_list, as_mapping, parse_json
from headword.harvest.tokens import bearer, token
from headword.harvest.wire import Fault, Response, origin

CONVERTED = "refs/convert/parquet"  # where the hub keeps tables of other formats, turned into Parquet
TOKEN = "HF_TOKEN"
_NEXT = re.compile(r'<([^<>]+)>\s*;[^,]*\brel="?next"?')
_PART = re.compile(r"(?:^|[/_.-])(train|validation|valid|val|dev|test)(?=[-_./]|$)")
_MAX_PAGES = 1000  # of a thousand files each
_WRONG_COPIES = 3


@dataclass(frozen=True)
class HubFile:
    """A file of a data set: `sha256` of large files, `blob` (git's SHA-1) of others."""

    path: str
    size: int
    sha256: str | None = None
    blob: str | None = None

    @property
    def part(self) -> str | None:
        """The part of the split that the path names, None if it names none."""
        found = _PART.search(self.path.removesuffix(".parquet"))
        return found[1] if found else None


def secret() -> dict[str, str]:
    """Return the header that shows the user's token, if there is one; only closed data sets need it."""
    return bearer(token(TOKEN))


def commit(client: Client, endpoint: str, name: str, revision: str) -> str:
    """Return the commit that a revision stands for."""

    def understand(answer: Answer) -> str:
        sha = as_mapping(parse_json(answer.body), "the answer").get("sha")
        if not isinstance(sha, str) or not re.fullmatch(r"[0-9a-f]{40,64}", sha):
            raise Fault(f"the hub names no commit for {name}")
        return sha

    url = f"{endpoint}/api/datasets/{quote(name)}/revision/{quote(revision, safe='')}"
    return client.get(url, understand, secret=secret())


def parquet_files(client: Client, endpoint: str, name: str, sha: str, wanted: str) -> list[HubFile]:
    """Return the Parquet files of a commit whose path fits the pattern `wanted`, in the order of their paths."""
    files: list[HubFile] = []
    url: str | None = f"{endpoint}/api/datasets/{quote(name)}/tree/{sha}?recursive=true"
    for _ in range(_MAX_PAGES):
        found, url = client.get(url or "", _listing, secret=secret())
        files += found
        if url is None:
            break
        if origin(url) != origin(endpoint):
            raise ServiceError(f"the hub's list of files goes on at another place, {url[:100]}")
    else:
        raise ServiceError(f"the hub's list of files has no end after {_MAX_PAGES:,} pages")
    tables = [file for file in files if file.path.endswith(".parquet") and fnmatch.fnmatchcase(file.path, wanted)]
    return sorted(tables, key=lambda file: file.path)


def download(client: Client, url: str, file: HubFile, target: Path) -> None:
    """Fetch a file to `target`, going on from what is there already, and check it against its hash.

    Raises
    ------
    ServiceError
        If it cannot be had whole.
    OutputError
        If it cannot be written.
    """

    def keep(response: Response) -> None:
        _keep(response, file, target, client.progress)

    for _ in range(_WRONG_COPIES):
        if not target.exists() or target.stat().st_size < file.size:
            client.exchange(url, keep, headers=lambda: _rest(target), secret=secret())
        if _is_whole(file, target):
            return
        client.note(f"{file.path} differs from what the hub announces; it is fetched again")
        target.unlink()
    raise ServiceError(f"{file.path} came {_WRONG_COPIES} times otherwise than the hub announces it; try again later")


def _rest(target: Path) -> Mapping[str, str]:
    size = target.stat().st_size if target.exists() else 0
    return {"Accept-Encoding": "identity", **({"Range": f"bytes={size}-"} if size else {})}


def _keep(response: Response, file: HubFile, target: Path, progress: Progress) -> None:
    have = target.stat().st_size if target.exists() else 0
    begins = f"bytes {have}-"
    if response.status == 206 and not response.headers.get("content-range", "").startswith(begins):
        raise Fault(f"another piece of {file.path} came than was asked for")
    goes_on = response.status == 206
    size = have if goes_on else 0
    try:
        with target.open("ab" if goes_on else "wb") as out:
            for chunk in response.chunks:
                size += len(chunk)
                if size > file.size:
                    raise Fault(f"{file.path} is longer than announced")
                out.write(chunk)
                progress(file.path, size, max(file.size, 1))
        if size < file.size:
            raise Fault(f"{file.path} was cut off")
    except Fault as fault:  # a server that begins anew each time gains nothing
        raise Fault(str(fault), wait=fault.wait, moved=goes_on and have < size < file.size) from fault
    except OSError as error:
        raise OutputError(f"cannot write {target}: {error.strerror or error}") from error


def _is_whole(file: HubFile, target: Path) -> bool:
    if target.stat().st_size != file.size:
        return False
    with target.open("rb") as opened:
        if file.sha256:
            return hashlib.file_digest(opened, "sha256").hexdigest() == file.sha256
        digest = hashlib.sha1(f"blob {file.size}\0".encode(), usedforsecurity=False)
        while chunk := opened.read(1 << 20):
            digest.update(chunk)
    return file.blob is None or digest.hexdigest() == file.blob


def _listing(answer: Answer) -> tuple[list[HubFile], str | None]:
    entries = as_list(parse_json(answer.body), "the list of files")
    files = []
    for entry in (as_mapping(one, "a file of the list") for one in entries):
        path = entry.get("path")
        if entry.get("type") == "file" and isinstance(path, str) and path.isprintable():
            large = entry.get("lfs")
            sha256 = large.get("oid") if isinstance(large, dict) else None
            blob = entry.get("oid") if sha256 is None else None
            files.append(HubFile(path, as_count(entry.get("size"), "the size of a file"), sha256, blob))
    further = _NEXT.search(answer.headers.get("link", ""))
    return files, urljoin(answer.url, further[1]) if further else None
