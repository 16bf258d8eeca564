"""The holidays of the United States, as the law has them."""

from datetime import date

import holidays


def federal_holidays(first: date, after: date) -> dict[date, str]:
    """From `first` on until before `after`, the days themselves: whoever is on call on Christmas is not helped by the
    Monday that is given for it."""
    years = range(first.year, after.year + 1)
    found = holidays.country_holidays("US", years=years, observed=False)
    return {day: name for day, name in sorted(found.items()) if first <= day < after}
