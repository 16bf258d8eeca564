"""Which carrier a deployment has. There is one to choose: Twilio, or a server at another address that speaks its API.
A second is chosen here, by a setting of its own."""

from dispatch.carriers.twilio.client import TwilioCarrier
from dispatch.settings import Settings


def chosen_carrier(settings: Settings, *, read_timeout: float = 10.0) -> TwilioCarrier:
    """The carrier that the settings describe. `read_timeout`, in seconds, is how long an answer may take."""
    return TwilioCarrier(
        settings.twilio_account_sid,
        settings.twilio_auth_token.get_secret_value(),
        settings.twilio_from,
        public_url=settings.public_url,
        api_url=settings.twilio_api_url,
        fallback_url=settings.hotline_fallback_url,
        read_timeout=read_timeout,
        allowed_hosts=settings.listed_allowed_hosts(),
    )
