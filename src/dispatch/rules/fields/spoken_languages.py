"""The languages that a child may speak, by code and by name.

The law: what is kept is a code from this list, never what was said. The list has the languages of ISO 639-1 and others
that are spoken in Los Angeles, and no more: among the seven thousand languages of the world are some called Ana and
Maria (ADR 38). Codes are those of ISO 639-1, or of ISO 639-3 where that has none.
"""

import re
import unicodedata
from collections.abc import Iterator

LONGEST = 40


class NotALanguage(ValueError):
    """no language of the list is called that; the message says how to write one"""


# Each line has the code, then the names, first the one that is shown; after a bar, the three-letter codes that some
# programs write. Whatever is also a common first name is left out: ben, kat and mya among the codes, Karen and Maya
# among the names. Norwegian has three entries, as in the standard.
_LIST = """
aa Afar
ab Abkhazian, Abkhaz
ae Avestan
af Afrikaans
ak Akan, Twi
am Amharic, amarico | amh
an Aragonese
ar Arabic, arabe | ara
as Assamese
ase American Sign Language, ASL, sign language, lengua de senas, lenguaje de senas
av Avaric, Avar
ay Aymara
az Azerbaijani, Azeri
ba Bashkir
be Belarusian
bg Bulgarian, bulgaro
bi Bislama
bm Bambara
bn Bengali, Bangla
bo Tibetan
br Breton
bs Bosnian
ca Catalan
ce Chechen
ceb Cebuano, Bisaya, Visayan
ch Chamorro
chr Cherokee
co Corsican
cr Cree
cs Czech, checo
cu Church Slavonic
cv Chuvash
cy Welsh
da Danish, danes
de German, Deutsch, aleman | deu, ger
dv Divehi, Dhivehi
dz Dzongkha
ee Ewe
el Greek, griego
en English, ingles, American English, British English | eng
eo Esperanto
es Spanish, espanol, castellano, Castilian, Mexican Spanish | spa
et Estonian
eu Basque, Euskara
fa Persian, Farsi, Dari, persa | fas, prs
ff Fulah, Fula, Fulani
fi Finnish
fj Fijian
fo Faroese
fr French, frances | fra, fre
fy Western Frisian, Frisian
ga Irish, Gaelic
gd Scottish Gaelic
gl Galician, gallego
gn Guarani
gu Gujarati | guj
gv Manx
ha Hausa
haw Hawaiian
he Hebrew, hebreo | heb
hi Hindi | hin
hmn Hmong
ho Hiri Motu
hr Croatian
ht Haitian Creole, Haitian, Creole, Kreyol, criollo haitiano | hat
hu Hungarian, hungaro
hy Armenian, Eastern Armenian, Western Armenian, armenio | hye, arm
hz Herero
ia Interlingua
id Indonesian, Bahasa Indonesia
ie Interlingue
ig Igbo
ii Sichuan Yi, Nuosu
ik Inupiaq
ilo Ilocano, Iloko
io Ido
is Icelandic
it Italian, italiano | ita
iu Inuktitut
ixl Ixil
ja Japanese, japones | jpn
jac Jakaltek, Popti
jv Javanese
ka Georgian
kac Jingpo
kek Q'eqchi', Kekchi
kg Kongo
ki Kikuyu
kj Kuanyama
kjb Q'anjob'al, Kanjobal
kk Kazakh
kl Kalaallisut, Greenlandic
km Khmer, Cambodian, camboyano | khm
kn Kannada
knj Akatek, Akateko
ko Korean, coreano | kor
kr Kanuri
ks Kashmiri
ksw S'gaw Karen
ku Kurdish, Kurmanji, kurdo
kv Komi
kw Cornish
ky Kyrgyz, Kirghiz
la Latin
lb Luxembourgish
lg Ganda, Luganda
li Limburgish
ln Lingala
lo Lao, Laotian | lao
lt Lithuanian
lu Luba-Katanga
lv Latvian
mam Mam
mg Malagasy
mh Marshallese
mi Maori
mix Mixtec, Mixteco
mk Macedonian
ml Malayalam
mn Mongolian
mr Marathi
ms Malay
mt Maltese
my Burmese
na Nauru
nah Nahuatl
nb Norwegian Bokmal, Bokmal
nd North Ndebele, Northern Ndebele
ne Nepali | nep
ng Ndonga
nl Dutch, Flemish, holandes
nn Norwegian Nynorsk, Nynorsk
no Norwegian, noruego
nr South Ndebele, Southern Ndebele
nv Navajo
ny Chichewa, Nyanja
oc Occitan
oj Ojibwa, Ojibwe
om Oromo
or Odia, Oriya
os Ossetian
pa Punjabi, Panjabi | pan
pag Pangasinan
pam Kapampangan
pi Pali
pl Polish, polaco
poh Poqomchi'
ps Pashto
pt Portuguese, Brazilian Portuguese, Brazilian, portugues | por
qu Quechua
quc K'iche', Quiche
rm Romansh
rn Rundi, Kirundi
ro Romanian, Moldovan, rumano
rom Romani
ru Russian, ruso | rus
rw Kinyarwanda
sa Sanskrit
sc Sardinian
sd Sindhi
se Northern Sami, Sami
sg Sango
si Sinhala, Sinhalese
sk Slovak
sl Slovenian, Slovene
sm Samoan, samoano | smo
sn Shona
so Somali | som
sq Albanian
sr Serbian
ss Swati
st Southern Sotho, Sotho
su Sundanese
sv Swedish, sueco
sw Swahili, Kiswahili
ta Tamil
te Telugu
tg Tajik
th Thai, tailandes | tha
ti Tigrinya
tk Turkmen
tl Tagalog, Filipino, Pilipino | tgl, fil
tn Tswana
to Tongan
tr Turkish, turco | tur
trq Triqui
ts Tsonga
tt Tatar
ty Tahitian
tzh Tzeltal
tzo Tzotzil
ug Uyghur
uk Ukrainian, ucraniano | ukr
ur Urdu | urd
uz Uzbek
ve Venda
vi Vietnamese, vietnamita | vie
vo Volapuk
wa Walloon
wo Wolof
wuu Wu Chinese, Shanghainese
xh Xhosa
yi Yiddish
yo Yoruba
yua Yucatec Maya, Yucatec, Mayan
yue Cantonese, cantones
za Zhuang
zap Zapotec, Zapoteco
zh Chinese, Mandarin, Mandarin Chinese, chino, mandarin chino, Putonghua | zho, chi, cmn
zu Zulu
"""

# A code with its script and region (BCP 47), as programs write it; what follows the code is not kept.
_TAGGED = re.compile(r"(?P<code>[a-z]{2,3})(?:[-_][a-z]{4})?(?:[-_](?:[a-z]{2}|[0-9]{3}))?")
_APOSTROPHES = "'\u2018\u2019\u02bc`\u00b4\ua78c"
_BARE = str.maketrans(dict.fromkeys(_APOSTROPHES))


def language_code(text: str) -> str:
    """The code of the language that `text` names. Raises `NotALanguage`."""
    plain = _plain(text) if len(text) <= LONGEST else ""
    found = _CODE_FOR.get(plain) or _CODE_FOR.get(plain.removesuffix(" language"))
    if found is None and (tagged := _TAGGED.fullmatch(plain)) is not None:
        found = _CODE_FOR.get(tagged["code"]) if tagged["code"] in _TAGS else None
    if found is None:
        raise NotALanguage('is no language of our list; write it like "es" or "Spanish". No name belongs here')
    return found


def language_name(code: str) -> str:
    """What a language is called in English; a code that is not in the list stays as it is."""
    return _NAMES.get(code, code)


def _plain(text: str) -> str:
    """In lower case, without accents and apostrophes, with single spaces."""
    letters = unicodedata.normalize("NFKD", text.casefold().translate(_BARE))
    return " ".join("".join(one for one in letters if not unicodedata.combining(one)).split())


def _entries() -> Iterator[tuple[str, list[str], list[str]]]:
    for line in _LIST.strip().splitlines():
        code, _, rest = line.partition(" ")
        names, _, letters = rest.partition("|")
        yield code, [name.strip() for name in names.split(",")], [one.strip() for one in letters.split(",") if one]


_NAMES = {code: names[0] for code, names, _ in _entries()}
_TAGS = {tag: code for code, _, letters in _entries() for tag in (code, *letters)}
_CODE_FOR = {_plain(name): code for code, names, _ in _entries() for name in names} | _TAGS
