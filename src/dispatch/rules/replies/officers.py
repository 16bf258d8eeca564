"""What follows from an officer's text. The officer is the caller: their number is the call-out's callback number.

The law: whoever waits with a child is answered, and people read what they write, but no text of theirs moves a
call-out. If they write that it is off, a person reads that and rings back. Their words may name a child or a place: the
specialist finds them behind the link, never in a text.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from dispatch.rules.access.trust import BOUND
from dispatch.rules.callout import telling
from dispatch.rules.callout.stay_away import going
from dispatch.rules.decisions import AlarmCoordinators, Decision, Note, NoteKind, SendPage, TextOfficer
from dispatch.rules.delivery.paging import text_to
from dispatch.rules.facts.alarms import AlarmKind
from dispatch.rules.facts.callout import CallOut, Status
from dispatch.rules.facts.pages import Purpose
from dispatch.rules.facts.people import Language, Person
from dispatch.rules.facts.situation import Situation
from dispatch.rules.replies.conversation import Involvement
from dispatch.rules.replies.reader.consent import Consent
from dispatch.rules.replies.reader.read_text import Reply, read
from dispatch.rules.replies.reader.vocabulary import Word
from dispatch.rules.wording import agency_texts, alarms, spoken, texts
from dispatch.rules.wording.languages import Words, in_language

MOST_ANSWERS = 10
"""Per hour: a phone that answers by itself would be answered without end. Coordinators still hear of every text."""
MOST_READ = 30
"""Per hour and number. People are told of the rest once, and ring: four hundred texts of one phone became as many to
each coordinator and to whoever was driving. A cry for help is heard each time."""
MOST_OF_UNLISTED = 40
"""Per hour, from all officers together who are known by nothing but an unlisted number. After that, people are told the
first text of each officer, until this many officers have written; then only cries for help. Sixty phones that had rung
the hotline became 1,800 texts to each coordinator."""
MOST_ANSWERS_UNREAD = 3
"""How many texts are answered of somebody whose texts nobody is told of."""
AFTER_THE_END = timedelta(hours=12)
"""How long after a call-out came in its callback number still counts as the officer's, once the call-out is over."""


def cries_for_help(reply: Reply) -> bool:
    """Whether people must hear the officer at once."""
    return reply.word is Word.DANGER


def tells_of_a_threat(reply: Reply) -> bool:
    """Whether an officer flees from somebody, or tells us to keep away, so whoever goes must keep away too. This counts
    after the end as well."""
    return (cries_for_help(reply) and reply.threat) or _KEEP_AWAY.search(_plain(reply.text)) is not None


def may_be_said_again(reply: Reply) -> bool:
    """Whether a repeat of the same words within minutes is only kept. A cry for help is heard each time."""
    return not (cries_for_help(reply) or tells_of_a_threat(reply))


def is_bound(callout: CallOut) -> bool:
    """Whether the officer's texts share one limit with those of others who are as little known. Whoever has a
    credential, a PIN or a listed number is never held up."""
    return callout.trust in BOUND


def are_too_many(texts_by_number: Mapping[str, int], phone: str) -> bool:
    """Whether people are told nothing of the next text from `phone`. `texts_by_number` says how many texts came within
    the hour from each number under the shared limit, about its own call-out; of one that writes without end,
    `MOST_READ` were read.
    """
    if sum(min(count, MOST_READ) for count in texts_by_number.values()) < MOST_OF_UNLISTED:
        return False
    return phone in texts_by_number or len(texts_by_number) >= MOST_OF_UNLISTED


def sum_up(texts_by_number: Mapping[str, int]) -> AlarmCoordinators:
    """One alarm instead of the rest, once an hour."""
    return AlarmCoordinators(alarms.many_unlisted(len(texts_by_number)))


def unread(situation: Situation, heard: int) -> list[Decision]:
    """Nobody is told of this officer's text. The officer hears that the first few times, and the timeline says so as
    often."""
    if heard >= MOST_ANSWERS_UNREAD:
        return []
    answer = agency_texts.officer_unread(situation.callout.code, how_it_stands(situation), situation.contact_phone)
    note = "the officer wrote; too many from unlisted numbers write for anybody to be told of it"
    return [Note(NoteKind.OFFICER_WROTE, note), TextOfficer(answer)]


def about(theirs: Sequence[Involvement], code: str | None) -> Involvement:
    """Which of their call-outs, the oldest first, they write about: the one they name, otherwise the newest."""
    return next((known for known in theirs if known.code == code), theirs[-1])


def hear(
    situation: Situation, phone: str, said: str, *, off: bool, heard: int, now: datetime, hurt: bool = False
) -> list[Decision]:
    """The officer at `phone` wrote `said`. `off`: it says that nobody is needed any more. `hurt`: it says that somebody
    needs a doctor, or that the child is gone.

    `heard` is how many texts came from them within the last hour. What is beyond the limit leaves no line in the
    timeline either: nothing ever leaves the audit, so it must not grow at somebody else's pace.
    """
    code, contact = situation.callout.code, situation.contact_phone
    if heard > MOST_READ and not hurt:
        return []
    if is_courtesy(said):
        return [Note(NoteKind.OFFICER_WROTE, "the officer wrote thanks")]
    callout = situation.callout
    if heard == MOST_READ and not hurt:
        why = "the officer writes too often for anybody to be told of it; what follows within the hour is only kept"
        return [Note(NoteKind.OFFICER_WROTE, why), AlarmCoordinators(alarms.officer_writes_on(code, phone))]
    if hurt:
        note = Note(NoteKind.OFFICER_WROTE, "the officer wrote that somebody needs help")
        alarm = AlarmCoordinators(alarms.somebody_hurt(code, phone, said), kind=AlarmKind.SOMEBODY_HURT)
        answer = texts.danger_heard()
    elif not callout.is_open:  # whatever it says, nobody else waits for them any more: a person rings back
        note = Note(NoteKind.OFFICER_WROTE, "the officer wrote after the end")
        alarm = AlarmCoordinators(alarms.needed_again(code, phone, said), kind=AlarmKind.NEEDED_AGAIN)
        answer = (
            agency_texts.officer_asks_again_heard(code, contact)
            if asks_again(said)
            else agency_texts.officer_heard_after_the_end(code, contact)
        )
    elif off:
        note = Note(NoteKind.OFFICER_WROTE, "the officer wrote that nobody is needed any more; nothing is cancelled")
        promise = agency_texts.officer_calls_off_heard(code, contact)
        alarm = AlarmCoordinators(
            alarms.officer_calls_off(code, phone, said), kind=AlarmKind.OFFICER_CALLS_OFF, promise=promise
        )
        answer = promise.kept_by(alarm)
    else:
        note = Note(NoteKind.OFFICER_WROTE, "the officer wrote")
        if contradicts_arrival(callout, said):
            alarm = AlarmCoordinators(alarms.nobody_came(code, phone, said), kind=AlarmKind.NOBODY_CAME)
        elif names_ours(said):
            alarm = AlarmCoordinators(alarms.officer_wrote(code, phone, said), kind=AlarmKind.OFFICER_CALLS)
        else:
            alarm = AlarmCoordinators(alarms.officer_wrote(code, phone, said))
        answer = agency_texts.officer_heard(code, how_it_stands(situation), contact)
    return [
        note,
        alarm,
        *((TextOfficer(in_their_language(answer, said)),) if heard < MOST_ANSWERS else ()),
        # The words of an unverified caller may lead into a trap: coordinators read them first.
        *(_tell(person, code, now) for person in going(situation) if not callout.is_unverified),
    ]


def _tell(person: Person, code: str, now: datetime) -> SendPage:
    # A confirmation, because a call of that purpose leads to the menu, and from there to the officer.
    words = spoken.officer_wrote(code) if person.opted_out else texts.officer_wrote(code)
    return replace(text_to(person, Purpose.CONFIRMATION, words, now), with_link=not person.opted_out)


how_it_stands = telling.how_it_stands


# ---- what needs no answer, and what contradicts us -----------------------------------------------------------------

_KEEP_AWAY = re.compile(
    r"\b(?:(?:stay|keep|stand) (?:her |him |them |everyone )?(?:away|back)(?! to)|no se acer[cq]\w+"
    r"|mantenga\w* (?:lejos|alejad\w+))\b"
)
# Words have one space between them, and each phrase is matched to its end. If "kk" could be one word or two, forty
# letters could be read in a hundred million ways, and the service would stand still until all are tried.
_COURTESY = re.compile(
    r"(?:(?:ok|okay|k+|10 4|copy|copy that|roger|roger that|got it|understood|received|thx|ty|tks|thanks|thank you"
    r"|thanks so much|thank you so much|great|perfect|sounds good|gracias|muchas gracias|mil gracias|recibido|entendido"
    r"|thank(?:s| you) for (?:coming|(?:your|the|all your) help)(?: (?:so|very) (?:fast|quick|quickly|soon))?"
    r"|gracias por (?:venir|(?:su|la) ayuda)(?: tan r[aá]pido)?|see you soon|nos vemos"
    r"|de acuerdo|vale|perfecto|👍|👌|🙏)(?: |$))+"
)
_NOBODY_CAME = re.compile(
    r"\b(?:no ?(?:body|one)(?: has| is|s)? (?:came|come|comes|here|shown?|showed|arrived|coming)"
    r"|(?:she|he|they)?(?:s| is| are|re)? ?(?:not|isnt|arent|never) (?:here|arrived|shown?|showed|came)"
    r"|(?:didnt|did not|hasnt|has not|havent|never) (?:come|came|show\w*|arrived?)|no ?show"
    r"|(?:aun|todavia)? ?no (?:ha |han )?(?:lleg\w+|vino|vinieron|viene|esta aqui)|nadie (?:ha )?(?:lleg\w+|vino|viene)"
    r"|(?:dont|do not|cant|havent|have not) (?:see|seen) (?:her|him|them|any ?one|any ?body)|(?:she|he|they) left"
    r"|no (?:la|lo|l[ao]s) (?:veo|vemos)|no (?:he|hemos) visto a nadie|ya se fue"
    r"|no hay nadie|(?:still|keep) waiting|sigo esperando|(?:aun|todavia) (?:estoy )?espera\w*)\b"
)
_ADVOCATE = re.compile(r"\b(?:adv[ao]?c[ao]te?s?|advokates?|advocats?|advocacy|defensor[ae]?s?|abogad[ao]s?)\b")
# One of these letters, or two of the words: "no" and "me" are in both languages.
_SPANISH = re.compile("[ñ¿¡áéíóú]", re.IGNORECASE)
_SPANISH_WORDS = re.compile(
    r"\b(?:gracias|por|favor|donde|cuando|cuanto|quien|viene|vienen|esta|estan|estamos|necesit\w+|ayuda|el|la|los|las"
    r"|una?|con|para|que|nadie|llega\w*|ya|aqui|nina|nino|hola|cancel(?:en|ar|ado|ada)|hace|falta|si|todavia|se|fue)\b"
)
_ONLY_SPANISH = re.compile(
    r"\b(?:necesit\w+|alguien|nadie|donde|cuando|cuanto|quien|viene|vienen|estamos|tenemos|ayuda|hola|todavia|llegad\w+"
    r"|regres\w+|quise|puede[ns]?|manden|envien|cancel(?:en|ar|ado|ada)|hace falta)\b"
)
_HEARD = frozenset({Word.OK, Word.THANKS})
_NOT_MERE = re.compile("[0-9?](?!0-4)")
_AGAIN = re.compile(
    r"\b(?:need (?:some ?(?:one|body)|you|her|him|them|help|an? (?:specialist|advocate)|advocates?|another)|come back"
    r"|send (?:some|an|her|him|you)\w*"
    r"|again|new (?:call|child|kid|girl|victim)|another (?:call|child|kid|girl|victim|one)"
    r"|(?:one|two|three) more|(?:didnt|did not) mean to (?:cancel|call it off)"
    r"|necesit\w+|mand[ae]\w*|envi[ae]\w*|otra vez|de nuevo|otr[oa] (?:llamad[oa]|nin[oa]|menor|victima)|vuelva\w*"
    r"|(?:tenemos|hay|encontramos) (?:a )?otr[oa]s?|regres[ea]\w*|no quise cancelar)\b"
)


def in_their_language(answer: Words, said: str) -> str:
    """An officer who writes in Spanish is answered in it."""
    spanish = _SPANISH.search(said) is not None or _is_spanish(_plain(said))
    return in_language(answer, Language.SPANISH if spanish else Language.ENGLISH)


def _is_spanish(words: str) -> bool:
    return _ONLY_SPANISH.search(words) is not None or len(set(_SPANISH_WORDS.findall(words))) > 1


def is_courtesy(said: str) -> bool:
    """Whether it only says that they have read our text: nobody need be woken, or answer."""
    if read(said).word in _HEARD and not _NOT_MERE.search(said):
        return True
    return _COURTESY.fullmatch(" ".join(re.findall(r"[^\W_]+|[👍👌🙏]", said.casefold()))) is not None


def contradicts_arrival(callout: CallOut, said: str) -> bool:
    """Whether it says that nobody is there, although one of our people has said HERE."""
    return callout.status is Status.ON_SCENE and _NOBODY_CAME.search(_plain(said)) is not None


def names_ours(said: str) -> bool:
    """Whether it names an advocate, as police call our people: somebody asks for one, or writes of one who is there."""
    return _ADVOCATE.search(_plain(said)) is not None


def asks_again(said: str) -> bool:
    """Whether an officer whose call-out is over may need somebody again. A wrong yes costs a phone call."""
    words = _THANKS_AGAIN.sub(" ", _plain(said))
    if _ADVOCATE.search(words) is not None:
        return _NOT_AGAIN.search(words) is None
    return _AGAIN.search(words) is not None and _NOT_AGAIN.search(words) is None


# "Thank you again" is thanks; "thanks, we need another one" is not.
_THANKS_AGAIN = re.compile(
    r"\b(?:thank(?:s| you)(?: \w+){0,3} again|again thank(?:s| you)|gracias(?: \w+){0,3} (?:de nuevo|otra vez))\b"
)
_NOT_AGAIN = re.compile(
    r"\b(?:dont|do not|wont|no) (?:longer |l[ao]s? |se )?(?:need|necesit\w+)\b|\bno (?:need|hace falta|regres\w+)\b"
)


def _plain(said: str) -> str:
    """Lower-case letters without accents and apostrophes, and numbers."""
    apart = unicodedata.normalize("NFKD", said.casefold().replace("'", "").replace("\u2019", ""))
    bare = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return " ".join(re.findall("[a-z]+|[0-9]+", bare))


# ---- that it is off ------------------------------------------------------------------------------------------------

_OFF = re.compile(
    r"\b(?:"
    r"(?:not|no longer|isnt|arent) (?:be )?(?:need(?:ed)?|required)"
    r"|(?:dont|do not|no longer) need (?:you|it|them|any ?one|any ?body|some ?one|some ?body|(?:a|the|your) specialist)"
    r"|no need(?! (?:to (?:rush|hurry|worry)|for (?!a\b|the\b|your\b)))|(?<!se )no necesitamos"
    r"|cancel(?:l?ed|l?ing|lation)?|call(?:ed|ing)? (?:it |this )?off|stand(?:ing)? down|disregard|never ?mind"
    r"|(?:its|it is|all) off"
    r"|(?:ya )?no (?:se necesita\w*|hace falta)|ya no (?:los? |las? )?necesit\w+|cancel(?:ar|ado|ada|en|e)"
    r"|nvm|(?:dont|do not|no longer) need (?:her|him)"
    r"|(?:dont|do not) (?:send|come)|hold off|code (?:4|four)|10 22|ten twenty ?two"
    r"|(?:we|weve|i|ive|they) got it(?: handled| covered)?|(?:were|we are|im|i am) good"
    r"|false alarm|picked (?:her|him|them) up|been picked up|(?:cps|dcfs) (?:has|have|took|got) (?:her|him|them)"
    r"|falsa alarma|ya se l[ao]s? llev\w+"
    r"|(?:was|just|only) a test|duplicate|ya no|olvid(?:el[oa]|al[oa]|en(?:l[oa])?)|no (?:vengan?|manden?|envien)"
    r"|(?:era|fue|es) una prueba|duplicad[oa]|ya lo resolvimos|estamos bien"
    r")\b"
)
_NOT_OFF = re.compile(r"\b(?:dont|do not|not|never|no) (?:\w+ )?(?:cancel\w*|call (?:it )?off|stand down|disregard)\b")


def calls_off(said: str, consent: Consent | None = None) -> bool:
    """Whether it may say that nobody is needed any more. That only rings coordinators, who read the words, so a wrong
    yes costs a phone call. A question or a negation does not count.

    `consent` is what the carrier made of it: to the carrier STOP and CANCEL are an opt-out; from an officer they say
    that the call-out is off.
    """
    if consent is Consent.OPT_OUT:
        return True
    words = _plain(said)
    return words == "off" or ("?" not in said and bool(_OFF.search(words)) and not _NOT_OFF.search(words))
