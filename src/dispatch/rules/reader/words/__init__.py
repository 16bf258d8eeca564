"""The words that people answer with, by subject; every word that acts, in one table."""

from dispatch.rules.reader.vocabulary import Sense, Word
from dispatch.rules.reader.words.asking_us import ASKING_US
from dispatch.rules.reader.words.being_there import BEING_THERE
from dispatch.rules.reader.words.consenting import CONSENTING
from dispatch.rules.reader.words.moving import MOVING
from dispatch.rules.reader.words.refusing import REFUSING

WORDS: dict[Word, tuple[Sense, ...]] = CONSENTING | MOVING | REFUSING | BEING_THERE | ASKING_US
