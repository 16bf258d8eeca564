"""Runs Alembic on our tables. The connection comes from `dispatch.store.schema`, which is responsible for locking."""

from alembic import context

from dispatch.store.tables import metadata
from dispatch.store.types import Moment


def _render_item(kind: str, value: object, autogen_context: object) -> str | bool:
    if kind == "type" and isinstance(value, Moment):
        autogen_context.imports.add("from dispatch.store.types import Moment")  # type: ignore[attr-defined]
        return "Moment()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_item=_render_item,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
