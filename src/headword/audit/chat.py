"""Questions to a language model behind an OpenAI-compatible chat endpoint, one answer each, kept on disk."""

import hashlib
import json
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import urllib3

from headword.core.errors import DataError, ServiceError
from headword.core.files import replacing
from headword.harvest.wire import require_safe

_PASSING = (408, 409, 425, 429, 500, 502, 503, 504, 529)
_TRIES = 5
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0
_LARGEST = 4 << 20


class Chat:
    """Asks one model; every answer that `accept` takes is kept and never asked for again.

    Parameters
    ----------
    url
        The base of the service, such as https://host/v1; /chat/completions is added unless it is there.
    model
        The model's name at the service.
    cache
        Folder of kept answers; None: none are kept.
    key
        Sent as a bearer token; None: none.
    timeout
        Seconds to wait for one answer.
    tries
        Attempts at one question, broken connections and unusable answers among them.
    sleep
        Waits between attempts: 1, 2, 4 … seconds, or what the service asks for, 60 at most.
    """

    def __init__(
        self,
        url: str,
        model: str,
        *,
        cache: Path | None = None,
        key: str | None = None,
        timeout: float = 120.0,
        tries: int = _TRIES,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.url = url if url.rstrip("/").endswith("/chat/completions") else f"{url.rstrip('/')}/chat/completions"
        require_safe(self.url, secret=key is not None)
        self.model, self.cache = model, cache
        self.n_asked = self.n_kept = 0
        self._key, self._timeout, self._tries, self._sleep = key, timeout, tries, sleep
        self._pool = urllib3.PoolManager()

    def ask(
        self, messages: Sequence[Mapping[str, str]], schema: Mapping[str, Any], accept: Callable[[Any], Any]
    ) -> Any:
        """Return `accept(answer)` of the JSON that the model answers; None where no attempt gave a usable one.

        `accept` raises a DataError for an answer of the wrong shape.

        Raises
        ------
        ServiceError
            If the service refuses the request, or cannot be reached at any attempt.
        """
        body = {
            "model": self.model,
            "messages": list(messages),
            "temperature": 0,
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "answer", "strict": True, "schema": dict(schema)},
            },
        }
        name = hashlib.sha256(json.dumps([self.url, body], sort_keys=True).encode()).hexdigest()
        kept = None if self.cache is None else self.cache / f"{name}.json"
        if kept is not None and kept.is_file():
            try:
                answer = accept(json.loads(kept.read_text(encoding="utf-8")))
            except (DataError, ValueError):  # not whole, or of another version: it is asked again
                answer = None
            if answer is not None:
                self.n_kept += 1
                return answer
        return self._attempts(body, kept, accept)

    def _attempts(self, body: Mapping[str, Any], kept: Path | None, accept: Callable[[Any], Any]) -> Any:
        trouble, reached = "", False
        for attempt in range(self._tries):
            pause = min(_FIRST_PAUSE * 2**attempt, _LONGEST_PAUSE)
            try:
                status, headers, data = self._post(body)
            except urllib3.exceptions.HTTPError as error:
                trouble = type(error).__name__
            else:
                if status == 200:
                    reached = True
                    try:
                        content = _content(data)
                        answer = accept(content)
                    except DataError:
                        continue  # another answer may be better, and nothing is gained by waiting
                    self._keep(kept, content)
                    return answer
                if status not in _PASSING:
                    raise ServiceError(f"{self.url} answers {status}: {_told(data)}; look at address, model and key")
                trouble, pause = f"status {status}", _asked(headers, pause)
            if attempt + 1 < self._tries:
                self._sleep(pause)
        if not reached:
            raise ServiceError(f"{self.url} gave no answer in {self._tries} attempts ({trouble}); try again later")
        return None

    def _post(self, body: Mapping[str, Any]) -> tuple[int, Mapping[str, str], bytes]:
        headers = {"Content-Type": "application/json"}
        if self._key is not None:
            headers["Authorization"] = f"Bearer {self._key}"
        self.n_asked += 1
        answer = self._pool.request(
            "POST", self.url, body=json.dumps(body).encode(), headers=headers, timeout=self._timeout, retries=False,
            redirect=False, preload_content=False,
        )  # fmt: skip
        try:
            return answer.status, dict(answer.headers), answer.read(_LARGEST)
        finally:
            answer.close()

    def _keep(self, kept: Path | None, content: Any) -> None:
        if kept is None:
            return
        kept.parent.mkdir(parents=True, exist_ok=True)
        with replacing(kept) as temporary:
            temporary.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


def _content(data: bytes) -> Any:
    """Return the JSON within the first choice of a chat answer, with or without a fence around it.

    Raises
    ------
    DataError
        If the answer is no chat answer, or holds no JSON.
    """
    try:
        text = json.loads(data)["choices"][0]["message"]["content"]
        found = text[text.index("{") : text.rindex("}") + 1]
        return json.loads(found)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError) as error:
        raise DataError(f"the answer holds no JSON: {error}") from error


def _asked(headers: Mapping[str, str], pause: float) -> float:
    wanted = {name.lower(): value for name, value in headers.items()}.get("retry-after", "")
    return min(float(wanted), _LONGEST_PAUSE) if wanted.isdecimal() else pause


def _told(data: bytes) -> str:
    return " ".join(data[:300].decode("utf-8", "replace").split())
