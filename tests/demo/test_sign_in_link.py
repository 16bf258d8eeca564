"""The demo's link that signs a newcomer in: what it takes, and that nothing but a demo has it."""

import ast
from pathlib import Path

import pytest

import dispatch
from demo.sign_in_link import PATH, SignInLink
from dispatch.settings import Settings
from dispatch.store import tables as t
from tests.demo.conftest import PageInTown

_CODE = Path(dispatch.__file__).parents[1]


async def test_it_signs_in_whom_it_was_made_for(phones: PageInTown) -> None:
    """As often as it is pressed; the audit trail says how."""
    link = SignInLink(phones.town.service, "cora")
    phones.town.service.web.include_router(link.router())
    for _ in range(2):
        entered = await phones.client.get(link.url)
        assert (entered.status_code, entered.headers["location"]) == (303, "/")
    board = await phones.client.get("/")
    assert board.status_code == 200
    assert "data-live-from" in board.text
    said = await phones.town.service.database.read(lambda tx: tx.execute(t.audit.select()).mappings().all())
    assert [row["detail"] for row in said if row["did"] == "signed in"] == ["by the demo's link"] * 2


async def test_it_takes_its_token_and_this_machine(phones: PageInTown) -> None:
    """A guess is no link, and neither is a name that another site has made point here."""
    link = SignInLink(phones.town.service, "cora")
    phones.town.service.web.include_router(link.router())
    assert (await phones.client.get(PATH.format(token="guessed"))).status_code == 404
    assert (await phones.client.get(link.url, headers={"Host": "evil.example"})).status_code == 403
    assert not phones.client.cookies


async def test_a_service_has_no_such_link(phones: PageInTown) -> None:
    """What `dispatch serve` runs answers it as any address that does not exist."""
    asked = await phones.client.get(PATH.format(token="any"))
    assert asked.status_code == 404
    assert "demo" not in asked.text


@pytest.mark.costs(2)
def test_no_setting_and_no_import_leads_there() -> None:
    """The demo alone makes one; of the command line only `dispatch demo` knows the demo."""
    assert not [name for name in Settings.model_fields if "demo" in name]
    found = [
        (str(file.relative_to(_CODE)), function, module)
        for file in _CODE.rglob("*.py")
        for function, module in _imports(file)
        if module.startswith("demo")
    ]
    assert [file for file, _, module in found if module == SignInLink.__module__] == ["demo/demo.py"]
    assert [(file, module) for file, _, module in found if file.startswith("dispatch/")] == [
        ("dispatch/cli/__init__.py", "demo.demo_command")
    ]


def _imports(file: Path) -> list[tuple[str, str]]:
    """Each module that a file imports, with the function that does; the empty name for the file itself."""
    found = []
    for outer in ast.walk(tree := ast.parse(file.read_text("utf-8"))):
        if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef) or outer is tree:
            found += [(getattr(outer, "name", ""), module) for node in outer.body for module in _of(node)]
    return found


def _of(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.ImportFrom):
        return [node.module or ""]
    return [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
