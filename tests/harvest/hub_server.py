"""A small data-set hub."""

import hashlib
import json
from dataclasses import dataclass

from .local_server import JSON, Asked, Reply


@dataclass
class Hub:
    """Data sets of the hub: `files` maps revision -> path -> bytes; `elsewhere` is where large files really are."""

    files: dict[str, dict[str, bytes]]
    elsewhere: str | None = None
    ranges: bool = True
    wrong: int = 0
    per_page: int = 2

    def __call__(self, asked: Asked) -> Reply:
        parts = asked.path.split("/")
        if asked.path.startswith("/api/datasets/owner/name/revision/"):
            revision = asked.path.rpartition("/revision/")[2].replace("%2F", "/")
            if revision not in self.files:
                return Reply(b'{"error":"Invalid rev id"}', 404, JSON)
            return Reply(json.dumps({"id": "owner/name", "sha": self.sha(revision)}).encode(), 200, JSON)
        if asked.path.startswith("/api/datasets/owner/name/tree/"):
            return self.tree(asked, parts[-1])
        sha, path = parts[5], "/".join(parts[6:])
        if parts[1] == "datasets" and self.elsewhere:
            return Reply(
                b"", 302, headers={"Location": f"{self.elsewhere}/cdn/owner/name/resolve/{sha}/{path}?signed=1"}
            )
        body = self.of(sha)[path]
        if self.wrong:
            self.wrong -= 1
            return Reply(bytes(len(body)), kind="application/octet-stream")
        wanted = asked.headers.get("range")
        if wanted and self.ranges:
            begin = int(wanted.removeprefix("bytes=").removesuffix("-"))
            headers = {"Content-Range": f"bytes {begin}-{len(body) - 1}/{len(body)}"}
            return Reply(body[begin:], 206, "application/octet-stream", headers)
        return Reply(body, kind="application/octet-stream")

    def tree(self, asked: Asked, sha: str) -> Reply:
        entries: list[dict[str, object]] = [{"type": "directory", "oid": "0" * 40, "size": 0, "path": "data"}]
        for path, body in self.of(sha).items():
            blob = hashlib.sha1(b"blob %d\0%s" % (len(body), body)).hexdigest()
            entry: dict[str, object] = {"type": "file", "oid": blob, "size": len(body), "path": path}
            if path.endswith(".parquet") and len(body) > 2000:
                digest = hashlib.sha256(body).hexdigest()
                entry |= {"oid": "1" * 40, "lfs": {"oid": digest, "size": len(body), "pointerSize": 130}}
            entries.append(entry)
        start = int(asked.query.get("cursor", "0"))
        headers = {}
        if start + self.per_page < len(entries):
            following = f"{asked.path}?recursive=true&cursor={start + self.per_page}"
            headers["Link"] = f'<{following}>; rel="next"'
        return Reply(json.dumps(entries[start : start + self.per_page]).encode(), 200, JSON, headers)

    def sha(self, revision: str) -> str:
        return hashlib.sha1(revision.encode()).hexdigest()

    def of(self, sha: str) -> dict[str, bytes]:
        return next(files for revision, files in self.files.items() if self.sha(revision) == sha)
