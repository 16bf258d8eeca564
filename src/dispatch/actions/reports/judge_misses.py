"""What people say about a miss: one names why it is to be left out, another agrees, and every miss gets a review."""

from dispatch.actions.context import Context
from dispatch.actions.reports.show_response_times import locked
from dispatch.rules.facts.actors import Actor, AuditEvent, Source
from dispatch.rules.reports.exclusions import ExclusionCode, Review, check_coding, check_judging, check_review
from dispatch.store.access import audit
from dispatch.store.reports import exclusions
from dispatch.store.transaction import Transaction


def code_exclusion(tx: Transaction, context: Context, callout_id: str, reason: ExclusionCode, by: Actor) -> None:
    """Name why a miss is to be left out. Raises `NoSuchCallOut`, `NotMissed` and `AlreadyCoded`."""
    context.let_sleep()
    found = locked(tx, callout_id)
    check_coding(found.exclusion, missed=found.is_missed(context.now))
    exclusions.code(tx, callout_id, reason, _person(by), context.now)
    audit.write(tx, context.now, by, Source.WEB, AuditEvent.CODED_EXCLUSION, callout_id, detail=reason)


def judge_exclusion(tx: Transaction, context: Context, callout_id: str, by: Actor, *, approves: bool) -> None:
    """Approve or refuse what another person named. Raises `NoSuchCallOut`, `NothingToJudge` and `OwnExclusion`."""
    context.let_sleep()
    found = locked(tx, callout_id)
    before = check_judging(found.exclusion, _person(by), approves=approves)
    judge = exclusions.approve if approves else exclusions.refuse
    judge(tx, callout_id, _person(by), context.now)
    did = AuditEvent.APPROVED_EXCLUSION if approves else AuditEvent.REFUSED_EXCLUSION
    audit.write(tx, context.now, by, Source.WEB, did, callout_id, detail=f"{before.code}, named by {before.coded_by}")


def write_review(tx: Transaction, context: Context, callout_id: str, review: Review, by: Actor) -> None:
    """Write about a miss, in place of what was written before. Raises `NoSuchCallOut` and `NotMissed`."""
    context.let_sleep()
    found = locked(tx, callout_id)
    check_review(missed=found.is_missed(context.now))
    exclusions.write_review(tx, callout_id, review, _person(by), context.now)
    audit.write(
        tx, context.now, by, Source.WEB, AuditEvent.REVIEWED_MISS, callout_id, detail=f"{review.cause}; {review.help}"
    )


def _person(by: Actor) -> str:
    assert by.id is not None, "whoever has signed in is somebody of the roster"
    return by.id
