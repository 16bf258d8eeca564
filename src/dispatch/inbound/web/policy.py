"""What a browser may do with a view of ours, sent with each of them.

The law: a view loads, sends to and is framed by nobody but this service, and runs nothing that stands inside it. So a
name or a meeting place that contains markup can do no harm even if a template forgets to escape it.
"""

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)

VIEW_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    # Not "no-referrer": with it a form's Origin is "null", and nothing would tell our own forms from a stranger's in a
    # browser that sends no Sec-Fetch-Site.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # Who is on call and where a child waits must not stay behind in a browser or a proxy.
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex",
}

# In a sandbox a script has an origin of its own: no cookie, no storage, and nothing of ours that it could read or ask.
# It has what stands in its view, and can send it nowhere.
SANDBOX_HEADERS = {
    **VIEW_HEADERS,
    "Content-Security-Policy": (
        "sandbox allow-scripts; default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
        "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
    ),
    # The HTML standard has browsers refuse whatever asks for both a sandbox and another policy here, though Chromium
    # does not ("create navigation params by fetching").
    "Cross-Origin-Opener-Policy": "unsafe-none",
}
