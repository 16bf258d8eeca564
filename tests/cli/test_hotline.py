"""`dispatch hotline` and `dispatch verify`: what coordinators decide about whoever phones."""

from tests.cli.commands import A_CALL, answer, call_out, complaint, put, run


def test_a_caller_is_verified_and_marked_until_then(with_roster: str) -> None:
    """The list and the call-out's own lines say what is not known, and of a place what it is worth."""
    code = call_out()
    put(with_roster, "UPDATE callout SET trust = 'unlisted', place_address = 'Pier 7', place_unconfirmed = 1")
    assert "unlisted caller, unverified" in run("callouts").stdout
    assert "place    Pier 7 (said by the caller, not confirmed)" in run("show", code).stdout
    assert run("verify", code, "--as", "cora").stdout == f"The caller of {code} is verified.\n"
    assert "place    Pier 7\n" in run("show", code).stdout
    assert "unverified" not in run("callouts").stdout
    assert "verified already" in complaint("verify", code, "--as", "cora")


def test_calls_on_the_hotline_are_decided(with_roster: str) -> None:
    """By id and by name: dismissed, and paged all the same within the hour."""
    assert run("hotline", "list").stdout == "Nobody has called.\n"
    call_out()
    put(with_roster, A_CALL)
    assert "no number" in run("hotline", "list").stdout
    assert "pages nobody" in run("hotline", "dismiss", "call-1", "--as", "cora").stdout
    assert "no call-out, said cora" in run("hotline", "list").stdout
    assert "a specialist is being paged" in run("hotline", "page", "call-1", "--as", "cora").stdout
    (call,) = answer("hotline", "list")
    assert call["callout"] is not None
    assert f"opened {call['code']}" in run("hotline", "list").stdout
    assert "no coordinator in the roster is called 'ana'" in complaint("hotline", "page", "call-1", "--as", "ana")
    assert "no coordinator in the roster is called 'ana'" in complaint("verify", call["code"], "--as", "ana")
    assert "decided already" in complaint("hotline", "page", "call-1", "--as", "cora")
    assert "no hotline call" in complaint("hotline", "dismiss", "nothing", "--as", "cora")
