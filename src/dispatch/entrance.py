"""A node's doors, and what they need that nothing else does.

They are imported and built at their first use: a service that was killed has pages to send first, and no page needs a
door.
"""

from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING

from dispatch.actions.runner import Runner
from dispatch.carriers.carrier import Carrier
from dispatch.settings import Settings
from dispatch.store.engine.database_errors import DatabaseFault, DatabaseUnreachable
from dispatch.worker.admission import Admission
from dispatch.worker.health import Health
from dispatch.worker.metrics import Metrics

if TYPE_CHECKING:
    from fastapi import FastAPI

    from dispatch.outbound.identity_provider import IdentityProvider


class Entrance:
    """`web` is the application that the server serves."""

    def __init__(
        self,
        settings: Settings,
        runner: Runner,
        health: Health,
        carrier: Carrier,
        metrics: Metrics,
        admission: Admission,
    ) -> None:
        self._settings = settings
        self._runner = runner
        self._health = health
        self._carrier = carrier
        self._metrics = metrics
        self._admission = admission

    @cached_property
    def web(self) -> "FastAPI":
        from dispatch.credentials.journeys import Journeys
        from dispatch.credentials.secret_keys import SecretKeys
        from dispatch.inbound import all_doors
        from dispatch.inbound.http.cookies import OnlyOurs
        from dispatch.inbound.http.places import InPlaces
        from dispatch.inbound.http.proving import Proving
        from dispatch.serving.limits import BodyLimit, HeadLimit

        token = self._settings.metrics_token.get_secret_value()
        keys = self._settings.listed_secret_keys()
        sign = (keys or [self._settings.oidc_client_secret.get_secret_value()]) if self._provider is not None else ()
        proving = Proving(SecretKeys(keys), self._provider, Journeys(sign))
        web = all_doors.build(self._runner, self._health, self._carrier, self._admission, self._metrics, proving, token)
        # From the innermost to the outermost: what a request shows is looked at only once its body has arrived, a body
        # is read only once its head is accepted, and a view that refuses may read a cookie.
        for middleware in (InPlaces, BodyLimit, HeadLimit, OnlyOurs):
            web.add_middleware(middleware)
        return web

    async def learn_keys(self) -> None:
        """Know every key and secret by heart, once there are doors; while the database is away, those of before."""
        if (web := self.__dict__.get("web")) is not None:
            with suppress(DatabaseUnreachable, DatabaseFault):
                await web.state.doorkeeper.learn()

    def let_viewers_go(self) -> None:
        """End every stream that a view has open and every refusal that lasts, so that the server can stop."""
        if (web := self.__dict__.get("web")) is not None:  # only if anybody has come to a door
            web.state.live.close()
            web.state.places.close()

    async def close(self) -> None:
        self.let_viewers_go()
        if (web := self.__dict__.get("web")) is not None:
            web.state.refusals.close()
            await web.state.boards.close()
        provider: IdentityProvider | None = self.__dict__.get("_provider")  # only if a door has asked for it
        if provider is not None:
            await provider.close()

    @cached_property
    def _provider(self) -> "IdentityProvider | None":
        """The identity provider that may sign people in besides us. Its libraries, 9 MiB, load only if it is set up."""
        settings = self._settings
        if settings.oidc_issuer is None:
            return None
        from dispatch.outbound.identity_provider import IdentityProvider

        return IdentityProvider(
            settings.oidc_issuer,
            settings.oidc_client_id,
            settings.oidc_client_secret.get_secret_value(),
            now=self._runner.now,
            allowed_hosts=settings.listed_allowed_hosts(),
        )
