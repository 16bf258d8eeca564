"""The tables of the file, a line for each key: a new key needs no other line to be read or written.

A field has the name of the fact's field; its alias is the file's name for it.
"""

from datetime import date, datetime, time
from typing import Annotated, Any, ClassVar, Literal, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    field_validator,
)

from dispatch.roster_file import values
from dispatch.roster_file.values import Zones
from dispatch.rules.facts.moments import LOCAL
from dispatch.rules.facts.people import (
    DEFAULT_CONTACT_PLAN,
    DEFAULT_TURNOUT_MINUTES,
    Channel,
    ContactStep,
    Language,
    Person,
    Role,
)
from dispatch.rules.facts.roster import Agency, AgencyKind, Area, Drive, Policy, PolicyStep, Roster, Station, Target
from dispatch.rules.facts.schedule import Override, OverrideKind, Pause, Rotation, RotationUnit

T = TypeVar("T")

Some = Annotated[tuple[T, ...], BeforeValidator(values.some)]
"""A list that must not be empty."""
Text = Annotated[str, PlainValidator(values.text)]
Phone = Annotated[str, PlainValidator(values.phone)]
After = Annotated[int, PlainValidator(values.seconds(0, 3600)), PlainSerializer(values.duration)]
_Wait = Annotated[int, PlainValidator(values.seconds(10, 3600)), PlainSerializer(values.duration)]
_Moment = Annotated[datetime, PlainValidator(values.moment)]
_ClockTime = Annotated[time, PlainValidator(values.clock_time), PlainSerializer(values.clock_text)]
_Minutes = Annotated[int, PlainValidator(values.minutes(1, 300))]
Weekday = Annotated[int, PlainValidator(values.weekday), PlainSerializer(values.WEEKDAYS.__getitem__)]
Targets = Some[Annotated[Target, PlainValidator(values.target), PlainSerializer(values.target_text)]]
Roles = Annotated[frozenset[Role], PlainSerializer(lambda roles: [role for role in Role if role in roles])]


def unsaid(default: T) -> T:
    """A default that goes without saying, so an export leaves it out."""
    field: T = Field(default, exclude_if=lambda value: value == default)
    return field


class Table(BaseModel):
    model_config = ConfigDict(extra="forbid")
    describes: ClassVar[type[Any]]
    named_by: ClassVar[str | None]
    """The fact's field that is the table's name, such as `ana` in [people.ana]."""

    def __init_subclass__(cls, *, describes: type[Any], named_by: str | None = None) -> None:
        super().__init_subclass__()
        cls.describes, cls.named_by = describes, named_by

    @field_validator("*", mode="wrap")
    @classmethod
    def _taken_out(cls, value: object, read: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
        """TOML has no null: None stands where something was wrong or missing, which `what_is_wrong` has noted."""
        if value is not None:
            return read(value)
        field = cls.model_fields[str(info.field_name)]
        return None if field.is_required() else field.default

    def fact(self, **name: str) -> Any:
        return self.describes(**name, **{field: _facts(value) for field, value in self})


def _facts(value: object) -> object:
    match value:
        case Table():
            return value.fact()
        case tuple():
            return tuple(map(_facts, value))
        case dict():
            return tuple(table.fact(**{table.named_by: name}) for name, table in value.items())
        case _:
            return value


def described(fact: Any) -> Any:
    """The table of a fact, unvalidated: whatever the database holds can be written. Other values stay as they are."""
    if isinstance(fact, tuple):
        return tuple(map(described, fact))
    table = next((table for table in Table.__subclasses__() if table.describes is type(fact)), None)
    if table is None:
        return fact
    fields = table.model_fields.items()
    return table.model_construct(**{field.alias or name: described(getattr(fact, name)) for name, field in fields})


class StationTable(Table, describes=Station):
    name: Text
    address: Text
    phone: Phone | None = None
    area: Text | None = None


class AgencyTable(Table, describes=Agency, named_by="code"):
    name: Text
    kind: AgencyKind = AgencyKind.CALLER
    policy: Text | None = None
    notice_phone: Phone | None = None
    webhook_url: Annotated[str, PlainValidator(values.text)] | None = None
    listed_numbers: tuple[Phone, ...] = unsaid(())
    stations: tuple[StationTable, ...] = unsaid(())
    pin: Annotated[str, PlainValidator(values.pin)] | None = None


class ContactStepTable(Table, describes=ContactStep):
    channel: Literal[Channel.SMS, Channel.VOICE]
    after_seconds: After = Field(alias="after")


class PersonTable(Table, describes=Person, named_by="id"):
    name: Text
    phone: Phone
    roles: Roles = frozenset({Role.SPECIALIST})
    languages: tuple[Text, ...] = ("en",)
    texts_in: Language = unsaid(Language.ENGLISH)
    contact_plan: Some[ContactStepTable] = unsaid(described(DEFAULT_CONTACT_PLAN))
    opted_out: Annotated[bool, Field(strict=True)] = unsaid(False)
    sign_in: Text | None = None
    area_night: Text | None = None
    area_day: Text | None = None
    turnout_minutes: Annotated[int, PlainValidator(values.minutes(0, 120))] = unsaid(DEFAULT_TURNOUT_MINUTES)
    qualified_until: Annotated[date, PlainValidator(values.last_day)] | None = None


class PauseTable(Table, describes=Pause):
    starts_at: _Moment
    ends_at: _Moment


class RotationTable(Table, describes=Rotation, named_by="name"):
    members: Some[Text]
    unit: RotationUnit
    length: Annotated[int, PlainValidator(values.count(1, values.LONGEST_SHIFT))] = 1
    weekday: Weekday | None = None
    handoff: _ClockTime
    starts_on: Annotated[date, PlainValidator(values.day)]
    timezone: Annotated[str, PlainValidator(values.zone)] = LOCAL
    pauses: tuple[PauseTable, ...] = unsaid(())
    takes_alarms: Annotated[bool, Field(strict=True)] = unsaid(False)

    @field_validator("pauses", mode="before")
    @classmethod
    def _keep_own_zone(cls, pauses: object, info: ValidationInfo[Zones]) -> object:
        info.context[values.OWN_ZONE] = info.data.get("timezone") or LOCAL
        return pauses


class OverrideTable(Table, describes=Override):
    key: Text = unsaid("")
    rotation: Text
    kind: OverrideKind
    starts_at: _Moment
    ends_at: _Moment
    person: Text | None = None
    replaces: Text | None = None


class StepTable(Table, describes=PolicyStep):
    targets: Targets
    wait_seconds: _Wait = Field(alias="wait")


class PolicyTable(Table, describes=Policy, named_by="name"):
    steps: Some[StepTable]
    round_wait_seconds: _Wait = Field(300, alias="round_wait")
    ask_more: Annotated[int, PlainValidator(values.count(0, 4))] = unsaid(2)
    nearest_first: Annotated[bool, Field(strict=True)] = unsaid(False)
    far_minutes: Annotated[int, PlainValidator(values.minutes(0, 300))] = unsaid(0)


class AreaTable(Table, describes=Area):
    code: Text
    name: Text
    lat: Annotated[float, PlainValidator(values.degrees(90, "latitude; write degrees like 33.77"))]
    lon: Annotated[float, PlainValidator(values.degrees(180, "longitude; write degrees like -118.19"))]


class DriveTable(Table, describes=Drive):
    from_area: Text = Field(alias="from")
    to_area: Text = Field(alias="to")
    night: _Minutes | None = None
    day: _Minutes | None = None


class File(Table, describes=Roster):
    agencies: dict[str, AgencyTable] = {}
    people: dict[str, PersonTable] = {}
    rotations: dict[str, RotationTable] = {}
    overrides: tuple[OverrideTable, ...] = ()
    policies: dict[str, PolicyTable] = {}
    areas: tuple[AreaTable, ...] = ()
    drives: tuple[DriveTable, ...] = ()

    @field_validator("rotations")
    @classmethod
    def _keep_zones(cls, rotations: dict[str, RotationTable], info: ValidationInfo[Zones]) -> dict[str, RotationTable]:
        info.context.pop(values.OWN_ZONE, None)
        info.context.update({name: rotation.timezone for name, rotation in rotations.items()})
        return rotations
