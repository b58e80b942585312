"""The server: what comes from the client, and what it is told."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import sys
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, BinaryIO

from lsprotocol import converters, types
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol, lsp_method
from pygls.uris import to_fs_path

from ssot_lint import __version__
from ssot_lint.config.paths import PYTHON_SUFFIXES
from ssot_lint.model.errors import internal_error, printable
from ssot_lint.model.findings import FileResult
from ssot_lint.run import files
from ssot_lint.run.baseline import FILE_NAME
from ssot_lint.server.actions import Actions
from ssot_lint.server.desk import Desk
from ssot_lint.server.diagnostics import KINDS, SOURCE, Diagnostics
from ssot_lint.server.documents import Checked, Document
from ssot_lint.server.hover import hover, hovered
from ssot_lint.server.positions import Positions
from ssot_lint.server.worker import LATER, SOON, Worker, WorkError

EXIT_CLEAN, EXIT_ERROR = 0, 1
# So long nobody types, in seconds, before a buffer is checked: less than between two keys.
_PAUSE = 0.05
# What an editor saves at once, and a file that several watchers tell of, is read once.
_TOGETHER = 0.05
_SETTINGS = "pyproject.toml"
# How the names of files end that results depend on.
_READ = (_SETTINGS, FILE_NAME, *PYTHON_SUFFIXES)
_WATCHED = (f"**/{_SETTINGS}", f"**/{FILE_NAME}", *(f"**/*{one}" for one in PYTHON_SUFFIXES))


class _Protocol(LanguageServerProtocol):
    """pygls' own, but that it leaves the texts to us: see `Positions`."""

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(
        self, params: types.DidChangeTextDocumentParams
    ) -> Iterator[Any]:
        yield self.fm.features[types.TEXT_DOCUMENT_DID_CHANGE], (params,), None


class Server(LanguageServer):
    """Holds the buffers of one client, and what was found in them."""

    def __init__(self, worker: Worker) -> None:
        super().__init__(
            SOURCE,
            __version__,
            protocol_cls=_Protocol,
            converter_factory=converters.get_converter,
        )
        self.worker = worker
        self.documents: dict[str, Document] = {}
        self.folders: tuple[str, ...] = ()
        self.is_shut_down = False
        self._here = os.getcwd()
        self._checked: dict[str, Checked] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._reloading: asyncio.Task[None] | None = None

    # What is open

    def put(self, document: Document, pause: float) -> None:
        """Take a version of a buffer in place of the one before, and check it after a pause."""
        self.documents.pop(document.uri, None)
        self.documents[document.uri] = document  # behind those that were changed before
        self._start(document, pause, SOON)

    def check_all(self) -> None:
        """Check all buffers again, the last changed first, behind what somebody waits for."""
        self._checked.clear()
        for document in reversed([*self.documents.values()]):
            self._start(document, 0, LATER)

    def _start(self, document: Document, pause: float, priority: int) -> None:
        if (before := self._tasks.pop(document.uri, None)) is not None:
            before.cancel()
        if document.is_python:
            task = asyncio.create_task(self._check(document, pause, priority))
            self._tasks[document.uri] = task

    def drop(self, uri: str) -> None:
        """Forget a buffer, and what was found in it."""
        self.documents.pop(uri, None)
        self._checked.pop(uri, None)
        if (task := self._tasks.pop(uri, None)) is not None:
            task.cancel()
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, []))

    async def current(self, uri: str) -> Checked | None:
        """What was found in the newest version of a buffer, once it is checked."""
        while (document := self.documents.get(uri)) is not None:
            checked, task = self._checked.get(uri), self._tasks.get(uri)
            if checked is not None and checked.document is document:
                return checked
            if task is None or task.done():
                return None
            await asyncio.wait({task})  # that it may be cancelled is no reason to cancel us
        return None

    async def _check(self, document: Document, pause: float, priority: int) -> None:
        await asyncio.sleep(pause)
        try:
            await self._publish(document, priority)
        except Exception as error:  # a mistake of ours ends no server
            self.log(internal_error(error), types.MessageType.Error)

    async def _publish(self, document: Document, priority: int) -> None:
        """Check a buffer, and publish what is found if nobody has typed meanwhile."""
        folder = self._folder_of(document)
        path = document.path(folder)
        work = partial(Desk.check, folder=folder, text=document.text, path=path)
        try:
            result, told = await self.worker.do(work, priority)
        except WorkError as error:
            result, told = _not_analysed(path, str(error)), [f"{path}: {error}"]
        for line in told:
            self.log(line, types.MessageType.Warning)
        if self.documents.get(document.uri) is not document:
            return
        checked = Checked(document, folder, path, result)
        self._checked[document.uri] = checked
        found = self.diagnostics.of(checked)
        self.text_document_publish_diagnostics(
            types.PublishDiagnosticsParams(document.uri, found, document.version)
        )

    def _folder_of(self, document: Document) -> str:
        """The nearest open folder around a file; new files are taken to be in the first one."""
        first = next(iter(self.folders), self._here)
        path = document.path(first)
        around = [one for one in self.folders if path.startswith(os.path.join(one, ""))]
        return max(around, key=len, default=first)

    # What it depends on

    def reload_soon(self) -> None:
        """Read settings, baselines and the generator anew, and check everything again."""
        if self._reloading is None or self._reloading.done():
            self._reloading = asyncio.create_task(self._reload())

    async def _reload(self) -> None:
        await asyncio.sleep(_TOGETHER)
        self._reloading = None  # what changes from here on is for the next one
        with contextlib.suppress(WorkError):  # another process knows nothing yet
            await self.worker.do(Desk.reload)
        self.check_all()

    def open_folders(self) -> None:
        """Take the folders that the client has open now."""
        folders = [to_fs_path(folder.uri) for folder in self.workspace.folders.values()]
        if not folders and self.workspace.root_path is not None:
            folders = [self.workspace.root_path]
        self.folders = tuple(os.path.normpath(one) for one in folders if one)

    # The client

    @property
    def diagnostics(self) -> Diagnostics:
        """What makes diagnostics for this client."""
        told = self.client_capabilities.text_document
        published = told.publish_diagnostics if told is not None else None
        with_related = bool(published and published.related_information)
        return Diagnostics(with_related=with_related, read=self._positions_in)

    @property
    def takes_versions(self) -> bool:
        """Whether edits may name the version that they are for."""
        told = self.client_capabilities.workspace
        edits = told.workspace_edit if told is not None else None
        return bool(edits and edits.document_changes)

    @property
    def takes_watchers(self) -> bool:
        """Whether it can be asked to tell of files that change."""
        told = self.client_capabilities.workspace
        watched = told.did_change_watched_files if told is not None else None
        return bool(watched and watched.dynamic_registration)

    def log(self, message: str, kind: types.MessageType) -> None:
        """Tell something that is no finding, in one line."""
        self.window_log_message(types.LogMessageParams(kind, printable(message)))

    def report_server_error(self, error: Exception, source: Any) -> None:
        """A message that cannot be read, or a mistake of ours: one line, and we go on."""
        self.log(internal_error(error), types.MessageType.Error)

    def _positions_in(self, path: str) -> Positions | None:
        codec = self.workspace.position_codec
        for document in self.documents.values():
            if to_fs_path(document.uri) == path:
                return document.positions
        try:
            return Positions(files.read(path).decode("utf-8", "replace"), codec)
        except OSError:
            return None


# What comes from the client, by the names that the protocol has for it


def _initialized(ls: Server, params: types.InitializedParams) -> None:
    ls.open_folders()
    if ls.takes_watchers:
        watchers = [types.FileSystemWatcher(pattern) for pattern in _WATCHED]
        name = types.WORKSPACE_DID_CHANGE_WATCHED_FILES
        wanted = types.DidChangeWatchedFilesRegistrationOptions(watchers)
        registration = types.Registration("ssot-lint-files", name, wanted)
        ls.client_register_capability(types.RegistrationParams([registration]))


def _did_open(ls: Server, params: types.DidOpenTextDocumentParams) -> None:
    ls.put(Document.of(params.text_document, ls.workspace.position_codec), 0)


def _did_change(ls: Server, params: types.DidChangeTextDocumentParams) -> None:
    known = ls.documents.get(params.text_document.uri)
    if known is not None:
        ls.put(known.changed(params.content_changes, params.text_document.version), _PAUSE)


def _did_close(ls: Server, params: types.DidCloseTextDocumentParams) -> None:
    ls.drop(params.text_document.uri)


def _did_save(ls: Server, params: types.DidSaveTextDocumentParams) -> None:
    # Others may ask what this file says, the generator's source above all.
    if params.text_document.uri.endswith(_READ):
        ls.reload_soon()


def _watched(ls: Server, params: types.DidChangeWatchedFilesParams) -> None:
    ls.reload_soon()


def _folders(ls: Server, params: types.DidChangeWorkspaceFoldersParams) -> None:
    ls.open_folders()
    ls.check_all()


async def _code_action(ls: Server, params: types.CodeActionParams) -> list[types.CodeAction] | None:
    checked = await ls.current(params.text_document.uri)
    if checked is None or not checked.result.findings:
        return None
    actions = Actions(checked, ls.worker, ls.diagnostics, ls.takes_versions)
    return await actions.at(params.range, params.context)


async def _hover(ls: Server, params: types.HoverParams) -> types.Hover | None:
    checked = await ls.current(params.text_document.uri)
    found = hovered(checked, params.position) if checked is not None else []
    if checked is None or not found:
        return None
    codes = list(dict.fromkeys(finding.code for finding in found))
    pages = partial(Desk.pages, folder=checked.folder, path=checked.path, codes=codes)
    return hover(checked, found, await ls.worker.do(pages))


def _shutdown(ls: Server, params: None) -> None:
    ls.is_shut_down = True


def _register(server: Server) -> None:
    actions = types.CodeActionOptions(code_action_kinds=KINDS)
    handlers: tuple[tuple[str, Callable[..., Any], Any], ...] = (
        (types.INITIALIZED, _initialized, None),
        (types.SHUTDOWN, _shutdown, None),
        (types.TEXT_DOCUMENT_DID_OPEN, _did_open, None),
        (types.TEXT_DOCUMENT_DID_CHANGE, _did_change, None),
        (types.TEXT_DOCUMENT_DID_CLOSE, _did_close, None),
        (types.TEXT_DOCUMENT_DID_SAVE, _did_save, types.SaveOptions(include_text=False)),
        (types.WORKSPACE_DID_CHANGE_WATCHED_FILES, _watched, None),
        (types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS, _folders, None),
        (types.TEXT_DOCUMENT_CODE_ACTION, _code_action, actions),
        (types.TEXT_DOCUMENT_HOVER, _hover, None),
    )
    for name, handler, options in handlers:
        server.feature(name, options)(handler)


# Starting and ending


def serve(worker: Worker) -> int:
    """Talk to a client over standard input and output until it goes; the exit code.

    As the protocol wants it: 0 behind a shutdown, 1 where the client goes without.
    """
    # What it logs in many lines, `report_server_error` tells in one.
    logging.getLogger("pygls").setLevel(logging.CRITICAL)
    server = Server(worker)
    _register(server)
    with _own_output() as output:
        server.start_io(sys.stdin.buffer, output)
    return EXIT_CLEAN if server.is_shut_down else EXIT_ERROR


@contextlib.contextmanager
def _own_output() -> Iterator[BinaryIO]:
    """Standard output for the protocol alone: what others print goes where errors go."""
    output = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    with contextlib.redirect_stdout(sys.stderr):
        yield output


def _not_analysed(path: str, reason: str) -> FileResult:
    from ssot_lint.engine.checker import not_analysed  # the process that works has it

    return not_analysed(path, reason)
