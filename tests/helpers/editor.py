"""An editor as the language server sees one: written from the protocol, not with pygls' types."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

PATIENCE_SECONDS = 60
_NOTHING: Mapping[str, Any] = {}
_NOWHERE = {"textDocument": {"uri": "file:///"}, "position": {"line": 0, "character": 0}}
FULL: Mapping[str, Any] = {
    "workspace": {
        "workspaceEdit": {"documentChanges": True},
        "didChangeWatchedFiles": {"dynamicRegistration": True},
        "workspaceFolders": True,
    },
    "textDocument": {"publishDiagnostics": {"relatedInformation": True, "versionSupport": True}},
}


class Editor:
    """A running server, and what is said to it and by it. Ends it at the end of a `with`."""

    def __init__(
        self,
        *folders: Path,
        capabilities: Mapping[str, Any] = FULL,
        env: Mapping[str, str] = _NOTHING,
        args: Sequence[str] = (),
    ) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "ssot_lint", "server", *args],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, **env},
        )
        self.asked: list[dict[str, Any]] = []
        """What the server has asked the client for."""
        self.logged: list[str] = []
        self._encoding = "utf-16"
        self._texts: dict[str, str] = {}
        self._versions: dict[str, int] = {}
        self._answers: dict[int, Any] = {}
        self._published: dict[str, list[dict[str, Any]]] = {}
        self._messages: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._errors: list[bytes] = []
        self._number = 0
        for read in (self._read, self._read_errors):
            threading.Thread(target=read, daemon=True).start()
        found = [{"uri": folder.as_uri(), "name": folder.name} for folder in folders]
        asked = {"processId": os.getpid(), "rootUri": None, "capabilities": capabilities}
        self.capabilities = self.request("initialize", {**asked, "workspaceFolders": found})[
            "capabilities"
        ]
        self._encoding = self.capabilities["positionEncoding"]
        self.notify("initialized", {})

    def __enter__(self) -> Editor:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()

    # Messages

    def request(self, method: str, params: object) -> Any:
        """The answer to a request."""
        return self.answer(self.ask(method, params))

    def ask(self, method: str, params: object) -> int:
        """Send a request; its number."""
        self._number += 1
        self._send({"id": self._number, "method": method, "params": params})
        return self._number

    def answer(self, number: int) -> Any:
        """The answer to a request that was sent; raises AssertionError for an error."""
        self._until(lambda: number in self._answers)
        answer = self._answers.pop(number)
        assert "error" not in answer, answer["error"]
        return answer["result"]

    def error(self, number: int) -> Any:
        """The error that a request was answered by."""
        self._until(lambda: number in self._answers)
        return self._answers.pop(number).get("error")

    def notify(self, method: str, params: object) -> None:
        self._send({"method": method, "params": params})

    def end(self) -> int:
        """Say goodbye; the exit code."""
        self.request("shutdown", None)
        self.notify("exit", None)
        return self.process.wait(timeout=PATIENCE_SECONDS)

    @property
    def errors(self) -> str:
        """What the server has written to standard error so far."""
        return b"".join(self._errors).decode()

    # Buffers

    def open(self, uri: str, text: str, language: str = "python", version: int = 1) -> None:
        self._texts[uri], self._versions[uri] = text, version
        item = {"uri": uri, "languageId": language, "version": version, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": item})

    def change(self, uri: str, *changes: Mapping[str, Any]) -> int:
        """Send changes as they are; the version that they make."""
        self._versions[uri] += 1
        document = {"uri": uri, "version": self._versions[uri]}
        params = {"textDocument": document, "contentChanges": changes}
        self.notify("textDocument/didChange", params)
        for change in changes:
            self._texts[uri] = (
                self.edited(uri, [{"range": change["range"], "newText": change["text"]}])
                if "range" in change
                else change["text"]
            )
        return self._versions[uri]

    def write(self, uri: str, text: str) -> int:
        """Replace the whole text."""
        return self.change(uri, {"text": text})

    def save(self, uri: str) -> None:
        self.notify("textDocument/didSave", {"textDocument": {"uri": uri}})

    def close(self, uri: str) -> None:
        self.notify("textDocument/didClose", {"textDocument": {"uri": uri}})

    def close_all(self) -> None:
        """Close what is open, and forget what was said of it."""
        for uri in [*self._texts]:
            self.close(uri)
            self._texts.pop(uri)
        number = self.ask("textDocument/hover", _NOWHERE)
        self.answer(number)
        self._published.clear()

    def text(self, uri: str) -> str:
        return self._texts[uri]

    def diagnostics(self, uri: str) -> list[dict[str, Any]]:
        """What is published next about a buffer, of its newest version."""
        return self.published(uri, self._versions[uri])["diagnostics"]  # type: ignore[no-any-return]

    def published(self, uri: str, version: int | None = None) -> dict[str, Any]:
        """The next message about a buffer; of a version, if one is given."""
        found: list[dict[str, Any]] = []

        def is_there() -> bool:
            waiting = self._published.get(uri, [])
            while waiting and not found:
                one = waiting.pop(0)
                if version is None or one.get("version") == version:
                    found.append(one)
            return bool(found)

        self._until(is_there)
        return found[0]

    def versions_seen(self, uri: str) -> list[int]:
        """The versions of all that was published about a buffer and not asked for yet."""
        return [one["version"] for one in self._published.pop(uri, [])]

    def codes(self, uri: str) -> list[str]:
        return [one["code"] for one in self.diagnostics(uri)]

    # What is offered

    def actions(
        self,
        uri: str,
        place: Mapping[str, Any] | None = None,
        only: Sequence[str] | None = None,
        named: Sequence[Mapping[str, Any]] = (),
    ) -> list[dict[str, Any]]:
        """The actions for a range, by default all of a buffer."""
        everywhere = {"start": {"line": 0, "character": 0}, "end": {"line": 9999, "character": 0}}
        context: dict[str, Any] = {"diagnostics": named}
        if only is not None:
            context["only"] = only
        params = {"textDocument": {"uri": uri}, "range": place or everywhere, "context": context}
        return self.request("textDocument/codeAction", params) or []

    def applied(self, action: Mapping[str, Any]) -> str:
        """What the text of the buffer becomes by an action, which must be for its version."""
        ((uri, edits),) = self._edits(action["edit"])
        return self.edited(uri, edits)

    def _edits(self, edit: Mapping[str, Any]) -> list[tuple[str, list[Any]]]:
        if "documentChanges" not in edit:
            return list(edit["changes"].items())
        found = []
        for change in edit["documentChanges"]:
            document = change["textDocument"]
            assert document["version"] == self._versions[document["uri"]]
            found.append((document["uri"], change["edits"]))
        return found

    def edited(self, uri: str, edits: Sequence[Mapping[str, Any]]) -> str:
        """A text with edits, each by the places of the text before all of them."""
        text = self._texts[uri]
        spans = [
            (self._offset(text, e["range"]["start"]), self._offset(text, e["range"]["end"]), e)
            for e in edits
        ]
        for start, end, edit in sorted(spans, key=lambda span: span[:2], reverse=True):
            text = text[:start] + edit["newText"] + text[end:]
        return text

    def marked(self, uri: str, place: Mapping[str, Any]) -> str:
        """What stands in a range of a buffer."""
        text = self._texts[uri]
        return text[self._offset(text, place["start"]) : self._offset(text, place["end"])]

    def _offset(self, text: str, position: Mapping[str, int]) -> int:
        at = 0
        for _ in range(position["line"]):
            ends = [i for i in (text.find("\n", at), text.find("\r", at)) if i >= 0]
            if not ends:
                return len(text)
            at = min(ends) + (2 if text.startswith("\r\n", min(ends)) else 1)
        end = at
        while end < len(text) and text[end] not in "\r\n":
            end += 1
        unit = {"utf-8": 1, "utf-16": 2, "utf-32": 4}[self._encoding]
        encoding = self._encoding if unit == 1 else f"{self._encoding}-le"
        left = position["character"]
        while at < end and left > 0:
            left -= len(text[at].encode(encoding, "surrogatepass")) // unit
            at += 1
        return at

    # The wire

    def _send(self, message: Mapping[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self.process.stdin.flush()

    def _until(self, is_done: Callable[[], bool]) -> None:
        while not is_done():
            message = self._messages.get(timeout=PATIENCE_SECONDS)
            assert message is not None, f"the server has ended: {self.errors}"
            self._take(message)

    def wait(self, seconds: float) -> None:
        """Listen for so long."""
        try:
            while (message := self._messages.get(timeout=seconds)) is not None:
                self._take(message)
        except queue.Empty:
            pass

    def _take(self, message: dict[str, Any]) -> None:
        method = message.get("method")
        if method is None:
            self._answers[message["id"]] = message
        elif "id" in message:
            self.asked.append(message)
            self._send({"id": message["id"], "result": None})
        elif method == "textDocument/publishDiagnostics":
            self._published.setdefault(message["params"]["uri"], []).append(message["params"])
        elif method == "window/logMessage":
            self.logged.append(message["params"]["message"])

    def _read(self) -> None:
        stream = self.process.stdout
        assert stream is not None
        try:
            while header := stream.readline():
                length = 0
                while header.strip():
                    name, _, value = header.partition(b":")
                    length = int(value) if name == b"Content-Length" else length
                    header = stream.readline()
                self._messages.put(json.loads(stream.read(length)))
        except ValueError:  # closed, or no protocol
            pass
        self._messages.put(None)

    def _read_errors(self) -> None:
        stream = self.process.stderr
        assert stream is not None
        try:
            while said := stream.readline():
                self._errors.append(said)
        except ValueError:
            pass
