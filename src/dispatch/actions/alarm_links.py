"""The link in an alarm's text is drawn in the transaction that writes the text."""

from dataclasses import replace

from dispatch.actions.desk import Desk
from dispatch.rules import alarm_link
from dispatch.rules.decisions import SendPage
from dispatch.store.links import AlarmLink, NewLink


def with_alarm_link(desk: Desk, page: SendPage, alarm: str) -> tuple[SendPage, NewLink]:
    """The text with a link to the page of its alarm, and the link that has to be kept."""
    assert page.person is not None, "a link is made for one person"
    token = desk.new_token()
    text = alarm_link.with_link(page.text, alarm_link.address(desk.public_url, token))
    link = AlarmLink(alarm=alarm, person=page.person, expires_at=desk.now + alarm_link.LIFETIME)
    return replace(page, text=text), NewLink(token, link, desk.now)
