"""The language server in a real editor: Neovim, set up as docs/editors.md says.

Only where SSOT_LINT_EDITOR names it, as `.ci/run editor` does.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.fixture_files import ROOT
from tests.helpers.in_process import run
from tests.helpers.projects import write_project

BAD = """\
import uuid


def f():
    x = '\U0001f600'; run_id = str(uuid.uuid4())
    return run_id, x
"""
# What somebody does: opens a file, looks, takes the fix that is preferred, looks again.
SESSION = """
local said = {}
local function wait_for(what)
  said.waited = vim.wait(60000, what, 20)
end
-- As when somebody picks from the list.
vim.ui.select = function(items, _, pick)
  said.offered = vim.tbl_map(function(item) return (item.action or item[2]).title end, items)
  for index, item in ipairs(items) do
    if (item.action or item[2]).isPreferred then
      return pick(item, index)
    end
  end
end
vim.cmd("edit app/a.py")
wait_for(function() return #vim.diagnostic.get(0) > 0 end)
said.found = vim.diagnostic.get(0)
vim.api.nvim_win_set_cursor(0, { 5, 0 })
vim.lsp.buf.code_action()
wait_for(function() return vim.api.nvim_buf_get_lines(0, 0, 1, false)[1] ~= "import uuid" end)
wait_for(function() return #vim.diagnostic.get(0) == 0 end)
said.left = vim.diagnostic.get(0)
said.text = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), "\\n") .. "\\n"
vim.cmd("undo")
vim.cmd("normal! ggO# above")
wait_for(function() return #vim.diagnostic.get(0) > 0 end)
said.moved = vim.diagnostic.get(0)
vim.fn.writefile({ vim.fn.json_encode(said) }, "said.json")
vim.cmd("qall!")
"""


@pytest.fixture
def editor() -> str:
    given = os.environ.get("SSOT_LINT_EDITOR")
    if not given:
        pytest.skip("SSOT_LINT_EDITOR names no Neovim")
    return given


def snippet() -> str:
    text = (ROOT / "docs/editors.md").read_text(encoding="utf-8")
    found = re.search(r"<!-- snippet: neovim -->\n```lua\n(.*?)```", text, re.S)
    assert found is not None
    return found[1]


def test_a_fix_in_neovim(tmp_path: Path, editor: str) -> None:
    root = write_project(tmp_path / "project", {"app/a.py": BAD})
    (root / "init.lua").write_text(snippet(), encoding="utf-8")
    (root / "session.lua").write_text(SESSION, encoding="utf-8")
    own = dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"), str(tmp_path))
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])

    done = subprocess.run(
        [editor, "--headless", "-u", "init.lua", "-c", "luafile session.lua"],
        cwd=root,
        env={**os.environ, **own, "PATH": path},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    said: dict[str, Any] = json.loads((root / "said.json").read_text(encoding="utf-8"))
    (found,) = said["found"]
    assert (found["source"], found["code"], found["lnum"]) == ("ssot-lint", "OST101", 4)
    # Neovim counts columns in bytes.
    line = BAD.splitlines()[4].encode()
    assert line[found["col"] : found["end_col"]] == b"uuid.uuid4()"
    assert said["offered"][0].startswith("OST101: call `UnifiedIdGenerator.generate_base_id`")
    assert "OST101: suppress with `# noqa`" in said["offered"]
    assert run(root, "fix", "app/a.py")[0] == 0
    assert said["text"] == (root / "app/a.py").read_text(encoding="utf-8") != BAD
    assert said["left"] == []
    (moved,) = said["moved"]
    assert (moved["lnum"], moved["col"]) == (5, found["col"])
