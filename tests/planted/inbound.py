"""Faults of the doors: who is believed, what they may, and what a view shows."""

from collections.abc import Mapping
from datetime import datetime

from fastapi import Request

from dispatch.carriers.carrier import CarrierRequest
from dispatch.carriers.twilio.client import TwilioCarrier
from dispatch.carriers.twilio.signature import HEADER
from dispatch.inbound.http import same_origin
from dispatch.inbound.http.auth import Client, Doorkeeper, NotSignedIn
from dispatch.inbound.http.viewer import Viewer
from dispatch.inbound.proof import Asker, Proof, Tenant
from dispatch.inbound.web.reports import csv_files
from dispatch.rules.access import permissions
from dispatch.rules.access.permissions import Access, Permission
from dispatch.rules.access.sign_in import Session
from dispatch.rules.alarms.refusals import Why
from tests.planted.fault import in_template, original, replaces


@replaces(TwilioCarrier.authenticate, "inbound/carrier/test_carrier_doors.py")
def a_request_without_a_signature_is_believed(self: TwilioCarrier, request: CarrierRequest) -> None:
    """Whoever leaves the signature out answers for a specialist."""
    if request.headers.get(HEADER):
        original(TwilioCarrier.authenticate)(self, request)


@replaces(Doorkeeper._signed, "inbound/http/test_credentials.py")
async def an_old_request_opens_another(self: Doorkeeper, request: Request) -> Client:
    """Whoever has recorded a signed request opens a call-out with it a year later, and specialists are woken."""
    try:
        return await original(Doorkeeper._signed)(self, request)
    except NotSignedIn as error:
        if error.refusal.why is Why.CLOCK:
            return Client(agency=error.refusal.agency)
        raise


@replaces(Doorkeeper.caller, "inbound/http/test_credentials.py::test_a_signature_does_nothing_but_open")
async def a_signature_opens_every_door(self: Doorkeeper, request: Request, *, may_sign: bool = False) -> Client:
    """Whoever has seen one signed request cancels the call-out with its headers."""
    return await original(Doorkeeper.caller)(self, request, may_sign=True)


@replaces(Proof.tenant, "inbound/http/test_places.py")
async def whatever_looks_like_a_key_is_one(self: Proof, request: Request) -> Tenant:
    """Hundreds of strangers make up a key each, and an officer waits behind all of them."""
    key = request.headers.get("authorization")
    return Tenant(Asker.KNOWN, key) if key is not None else await original(Proof.tenant)(self, request)


@replaces(same_origin.is_from_us, "inbound/sign_in/test_forged.py")
def a_neighbour_is_one_of_us(headers: Mapping[str, str], public_url: str) -> bool:
    """A page on another port of our host closes a call-out in the name of a coordinator who looks at it."""
    return headers.get("sec-fetch-site") == "same-site" or original(same_origin.is_from_us)(headers, public_url)


@replaces(Session.works, "inbound/sign_in/test_sessions.py")
def a_session_is_never_idle(self: Session, now: datetime) -> bool:
    """A browser that a coordinator left signed in at a hotel last week still shows every call-out."""
    return self.revoked_at is None and now < self.expires_at


@replaces(Viewer.may, "inbound/sign_in/test_permissions.py")
def a_wall_may_what_its_maker_may(self: Viewer, permission: Permission | str) -> bool:
    """Whoever passes the screen in the corridor reads places and numbers on it, and closes call-outs."""
    return permissions.permits(Permission(permission), Access.SESSION, self.roles)


@replaces(csv_files.defused, "inbound/web/test_audit_view.py::test_no_cell_is_a_formula")
def only_an_equals_sign_is_defused(cell: str) -> str:
    """An officer's name begins with @, and the spreadsheet of whoever opens the audit runs it."""
    return f"'{cell}" if cell.startswith("=") else cell


@in_template("pieces/callout.html", "inbound/test_markup.py")
def a_note_is_markup(source: str) -> str:
    """What a stranger writes beside a place runs as a script in the browser of a coordinator."""
    return source.replace("{{ said.place_note }}", "{{ said.place_note|safe }}")


@in_template("link.html", "inbound/web/test_link_view.py")
def an_unsafe_scene_is_not_said(source: str) -> str:
    """A specialist drives to a scene that the officer has called unsafe, and their page does not say so."""
    return source.replace("or said.scene_safe is false)", "or said.scene_safe is true)")


@in_template(
    "pieces/callout.html", "inbound/callouts/test_callout_view.py::test_what_nobody_has_said_is_not_taken_for_a_no"
)
def nobody_said_is_no(source: str) -> str:
    """Nobody has asked about a medical need, and coordinators read that there is none."""
    return source.replace('"not said" if said.medical_need is none else', "")
