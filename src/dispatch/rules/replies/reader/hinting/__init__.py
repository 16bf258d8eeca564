"""What words hint at in a text that is not understood: for a guess that is said back, and for nothing else.

A guess costs a text, and a Y makes it true. So these tables may be broad, where those of the words that act may not.
Longer phrases come before what they contain: "not leaving" hints at no departure.
"""

from collections.abc import Mapping

from dispatch.rules.replies.reader.hinting.hint import Hint
from dispatch.rules.replies.reader.hinting.likely_home import LIKELY_HOME
from dispatch.rules.replies.reader.hinting.likely_not import LIKELY_NOT
from dispatch.rules.replies.reader.hinting.likely_there import LIKELY_THERE
from dispatch.rules.replies.reader.hinting.likely_to_go import LIKELY_TO_GO
from dispatch.rules.replies.reader.hinting.likely_to_us import LIKELY_TO_US
from dispatch.rules.replies.reader.vocabulary import Sense

LIKELY: Mapping[Hint, tuple[Sense, ...]] = {**LIKELY_TO_GO, **LIKELY_NOT, **LIKELY_THERE, **LIKELY_HOME, **LIKELY_TO_US}
