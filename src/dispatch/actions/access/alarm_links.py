"""The link in an alarm's text is drawn in the transaction that writes the text."""

from dataclasses import replace

from dispatch.actions.context import Context
from dispatch.rules.access import alarm_link
from dispatch.rules.decisions import SendPage
from dispatch.store.access.links import AlarmLink, NewLink


def with_alarm_link(context: Context, page: SendPage, alarm: str) -> tuple[SendPage, NewLink]:
    """The text with a link to its alarm's view, and the link, which has to be stored."""
    assert page.person is not None, "a link is made for one person"
    token = context.new_token()
    text = alarm_link.with_link(page.text, context.public_url + alarm_link.PATH.format(token=token))
    link = AlarmLink(alarm=alarm, person=page.person, expires_at=context.now + alarm_link.LIFETIME)
    return replace(page, text=text), NewLink(token, link, context.now)
