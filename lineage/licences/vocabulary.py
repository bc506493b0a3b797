"""The words that a terms file is written in: kinds of duty, what brings one about, what is counted.

Every one is closed: a word that is not here is an error in the file that uses it.
"""

from __future__ import annotations

from enum import StrEnum


class LicenceClass(StrEnum):
    """What kind of licence it is, for policies."""

    PERMISSIVE = "permissive"
    WEAK_COPYLEFT = "weak-copyleft"
    COPYLEFT = "copyleft"
    SHARE_ALIKE = "share-alike"
    NO_DERIVATIVES = "no-derivatives"
    NON_COMMERCIAL = "non-commercial"
    #: Free but for use restrictions that stick to every derivative (Responsible AI Licences).
    RAIL = "rail"
    #: A licensor's own terms that allow commercial use under conditions.
    COMMUNITY = "community"
    RESEARCH = "research"
    PROPRIETARY = "proprietary"
    PUBLIC_DOMAIN = "public-domain"


class Verified(StrEnum):
    """How a fact was verified."""

    #: Read in the licence's own text, whose hash is recorded.
    FULL_TEXT = "full-text"
    #: Somebody else's account of the text.
    SECONDARY = "secondary"
    #: A single weak source.
    UNVERIFIED = "unverified"

    @property
    def may_be_high(self) -> bool:
        """Say whether a finding that rests on the fact may be of high severity."""
        return self is Verified.FULL_TEXT


class Trigger(StrEnum):
    """The act that brings a duty about."""

    USE = "use"
    MODIFY = "modify"
    #: Copies are given to somebody else.
    DISTRIBUTE = "distribute"
    #: Others use it without getting a copy: a hosted service, a product.
    MAKE_AVAILABLE = "make_available"
    #: Another model is trained on what this one put out.
    TRAIN_ON_OUTPUTS = "train_on_outputs"


class DutyKind(StrEnum):
    """What a duty asks for."""

    INCLUDE_LICENSE = "include_license"
    RETAIN_NOTICES = "retain_notices"
    #: A given sentence in a "Notice" file, or wherever the licence wants it to accompany copies.
    NOTICE_FILE_LITERAL = "notice_file_literal"
    STATE_CHANGES = "state_changes"
    NAME_PREFIX = "name_prefix"
    DISPLAY_TEXT = "display_text"
    #: Use restrictions that the child's own terms must carry on.
    PASS_THROUGH = "pass_through"  # noqa: S105 - a kind of duty, no password
    SAME_LICENSE = "same_license"
    SOURCE_DISCLOSURE = "source_disclosure"
    IMPACT_REPORT = "impact_report"
    REGISTER = "register"
    CONTENT_FILTER = "content_filter"
    #: Documentation that has to be kept or written.
    DOCS = "docs"
    #: Outputs that have to say that a machine made them.
    MARK_OUTPUTS = "mark_outputs"


class Subject(StrEnum):
    """What the act is done with."""

    #: The licensed work itself, unmodified.
    ORIGINAL = "original"
    #: What the licence defines as a derivative.
    DERIVATIVE = "derivative"
    #: Any AI model that was created, trained or improved with it, an adapter included, whether or
    #: not it is a derivative.
    IMPROVED_MODEL = "improved-model"
    #: A product or service that contains or uses either.
    PRODUCT = "product"


class Place(StrEnum):
    """Where a required text has to stand; any of several will do."""

    NOTICE_FILE = "notice-file"
    #: Anywhere that goes with the copies.
    DISTRIBUTION = "distribution"
    WEBSITE = "website"
    USER_INTERFACE = "user-interface"
    BLOG_POST = "blog-post"
    ABOUT_PAGE = "about-page"
    DOCUMENTATION = "documentation"
    ADVERTISING = "advertising"
    PUBLICATION = "publication"
    PUBLIC_STATEMENT = "public-statement"
    MODEL_NAME = "model-name"
    #: The terms that the child is offered under.
    TERMS = "terms"
    MODIFIED_FILES = "modified-files"


class Strength(StrEnum):
    """Whether a licence demands or only asks."""

    REQUIRED = "required"
    ENCOURAGED = "encouraged"


class Circumstance(StrEnum):
    """A circumstance without which a duty does not arise."""

    COMMERCIAL = "commercial"
    #: The parent comes with a NOTICE file.
    NOTICE_PRESENT = "notice-present"
    #: Only compiled or otherwise non-source forms are passed on.
    OBJECT_FORM = "object-form"
    #: Results of research with the work are published.
    PUBLICATION = "publication"
    #: The derivative is spoken of in public; a model card does so.
    PUBLIC_STATEMENT = "public-statement"


class Permission(StrEnum):
    """What a licence says of an act."""

    GRANTED = "granted"
    #: Granted under conditions beyond those of passing copies on.
    CONDITIONAL = "conditional"
    DENIED = "denied"
    #: The text does not speak of it.
    SILENT = "silent"


class Copy(StrEnum):
    """Whose copy of a text was read."""

    LICENSOR = "licensor"
    #: A collection of licence texts that is kept for that purpose (scancode, SPDX).
    COLLECTION = "collection"
    THIRD_PARTY = "third-party"


class Part(StrEnum):
    """What a recorded text is."""

    LICENCE = "licence"
    #: A policy that the licence takes in and that comes as a text of its own.
    USE_POLICY = "use-policy"


class Metric(StrEnum):
    """What a threshold counts."""

    MONTHLY_ACTIVE_USERS = "mau"
    DAILY_ACTIVE_USERS = "dau"
    MONTHLY_UNIQUE_USERS = "muu"
    MONTHLY_VISITS = "monthly-visits"
    REVENUE = "revenue"


class Period(StrEnum):
    """Over what time it is counted."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    #: Recurring revenue, extrapolated to a year.
    ANNUAL_RECURRING = "annual-recurring"
    #: Any twelve months in a row.
    TWELVE_MONTHS = "twelve-months"


class Moment(StrEnum):
    """When it is measured."""

    #: On the day the version came out; later growth does not count.
    RELEASE_DATE = "release-date"
    ANY_TIME = "any-time"


class Measured(StrEnum):
    """Of whom it is measured."""

    #: Everything the licensee and its affiliates offer.
    LICENSEE = "licensee"
    #: The one product or service that uses the work.
    PRODUCT = "product"


class Effect(StrEnum):
    """What crossing a limit brings."""

    #: A licence must be asked for, and none is held until it is given.
    NEEDS_LICENCE = "needs-licence"
    #: A duty of the licence that names this threshold.
    DUTY = "duty"
    TERMINATES = "terminates"
    BARRED = "barred"


class Basis(StrEnum):
    """What ties somebody to a territory."""

    #: Where the act is done.
    LOCATION = "location"
    #: Where a person lives or a company has its principal place of business.
    DOMICILE = "domicile"


class TrainObject(StrEnum):
    """The kind of model that may not be trained or improved."""

    LLM = "llm"
    LARGE_MODEL = "large-model"
    TEXT_TO_IMAGE = "text-to-image"
    #: Foundational generative models.
    FOUNDATION = "foundation"
    AI_MODEL = "ai-model"
    COMPETITIVE = "competitive"


class Material(StrEnum):
    """What may not be used for training."""

    MATERIALS = "materials"
    OUTPUTS = "outputs"


class Exemption(StrEnum):
    """The models for which training stays allowed."""

    #: The licensed models and others of their family.
    FAMILY = "family"
    DERIVATIVES = "derivatives"
    NON_COMMERCIAL = "non-commercial"


class Limit(StrEnum):
    """What use a licence is limited to, or what use it leaves out."""

    NON_COMMERCIAL = "non-commercial"
    RESEARCH = "research"
    NON_PRODUCTION = "non-production"
    #: Offering the model itself as a service.
    NO_HOSTING = "no-hosting"
    #: Lines of business that need a licence of their own.
    LINE_OF_BUSINESS = "line-of-business"
    NO_DISTRIBUTION = "no-distribution"


class Event(StrEnum):
    """What ends a licence."""

    BREACH = "breach"
    PATENT_SUIT = "patent-suit"
    #: A suit over copyright or any other intellectual property as well.
    IP_SUIT = "ip-suit"
    #: The licensor's wish.
    NOTICE = "notice"
    GUARDRAIL_BYPASS = "guardrail-bypass"
