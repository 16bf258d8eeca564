"""What a caller reads with a 503 or a 429: what failed here, and what to do."""

from dispatch.inbound.http.problem import SEND_AGAIN
from dispatch.rules import admission
from dispatch.store.engine.database import REPORT_SECONDS

# Never "nothing was recorded": when the connection is lost during the commit, nobody knows.
DATABASE_AWAY = f"the database does not answer, so this may not have been recorded; {SEND_AGAIN}"
AWAY_SECONDS = 5
TOO_MANY = (
    "more call-outs come in than can be paged at once, so this one was not opened; send it again with the same "
    f"idempotency key in {admission.AGAIN_AFTER_SECONDS} seconds, or call the hotline"
)
NO_PLACE = f"more ask at once than there are places for, so nothing was done; send it again in {AWAY_SECONDS} seconds"
TOO_MANY_OF_YOURS = (
    "as many requests of yours are under way as may be, so nothing was done; wait for their answers, and send it again "
    f"in {AWAY_SECONDS} seconds"
)
TOO_LONG = f"counting this took longer than {REPORT_SECONDS:g} seconds and was ended; ask for a shorter span"
