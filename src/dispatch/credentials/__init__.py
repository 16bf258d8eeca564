"""What proves who somebody is: passwords, one-time codes, recovery codes, and the keys that hide seeds at rest.

Everything here is a library's work put behind our own words. It knows no database and no request.
"""
