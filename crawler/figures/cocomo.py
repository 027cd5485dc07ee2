"""What writing code anew would cost: bytes by language -> lines of code -> person months -> dollars, as a range.

GitHub's bytes hold comments and blank lines, so they are divided by bytes per line of code, measured over public
repositories with a line counter. Lines become person months by three models: Basic COCOMO, organic (Boehm 1981) at the
lower end, COCOMO II nominal in the middle, Basic COCOMO, semi-detached at the upper end. Months become dollars by a
wage and an overhead. The models' powers are above one, so the unit matters: it is one repository.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Context, Decimal

from msgspec import Struct

BYTES_PER_LINE = {
    "C": 49,
    "C#": 50,
    # Only headers were measured.
    "C++": 46,
    "Go": 40,
    "Java": 64,
    "JavaScript": 40,
    "PHP": 59,
    "Python": 53,
    "Ruby": 43,
    "Rust": 56,
    "SCSS": 34,
    "SQL": 63,
    "Sass": 34,
    "Scala": 61,
    "Shell": 41,
    "Svelte": 40,
    "TSX": 35,
    "TypeScript": 35,
    "Vue": 34,
}
"""Bytes for one line without blanks and comments, by GitHub's name of the language: pooled over the repositories."""
UNKNOWN_LANGUAGE = 45

NO_CODE = frozenset(
    {
        "AsciiDoc",
        "BibTeX",
        "CSS",
        "CSV",
        "HTML",
        "INI",
        "JSON",
        "Jupyter Notebook",
        "Markdown",
        "PostScript",
        "Rich Text Format",
        "Roff",
        "SVG",
        "TOML",
        "TeX",
        "Text",
        "XML",
        "YAML",
        "reStructuredText",
    }
)
"""Weight 0: data, text, markup and pages; most of it GitHub leaves out by itself."""
HALF_CODE = frozenset({"Dockerfile", "Makefile", "SQL"})
"""Weight 0.5."""


class Model(Struct, frozen=True):
    """Person months = factor * thousand lines of code ** power."""

    factor: Decimal
    power: Decimal


BASIC_ORGANIC = Model(Decimal("2.4"), Decimal("1.05"))
BASIC_SEMI_DETACHED = Model(Decimal("3.0"), Decimal("1.12"))
BASIC_EMBEDDED = Model(Decimal("3.6"), Decimal("1.20"))
COCOMO_II_NOMINAL = Model(Decimal("2.94"), Decimal("1.0997"))


class Estimate(Struct, frozen=True, kw_only=True):
    """One of the three figures of a range."""

    model: Model
    margin: Decimal
    """Factor on the lines: they are known to a quarter."""
    yearly_wage: int
    """US dollars of one person."""
    overhead: Decimal
    """Factor from wages to what an employer pays for all."""


class Parameters(Struct, frozen=True, kw_only=True):
    """What a range was computed with, under a name with the date of its wages. Other values are another set."""

    name: str
    low: Estimate
    central: Estimate
    high: Estimate


US_2024_05 = Parameters(
    name="us-2024-05",
    # A wage of the cheaper half of the world; overhead without a firm around the team.
    low=Estimate(model=BASIC_ORGANIC, margin=Decimal("0.75"), yearly_wage=40_000, overhead=Decimal("1.6")),
    # The median of US software developers, 133,080 dollars in May 2024 (Bureau of Labor Statistics, OEWS), in
    # thousands; the overhead of scc's badge service.
    central=Estimate(model=COCOMO_II_NOMINAL, margin=Decimal(1), yearly_wage=133_000, overhead=Decimal("1.8")),
    # Well above that median; the overhead of SLOCCount, which scc took over.
    high=Estimate(model=BASIC_SEMI_DETACHED, margin=Decimal("1.25"), yearly_wage=160_000, overhead=Decimal("2.4")),
)


class Cost(Struct, frozen=True):
    """What writing one repository anew would cost, in whole US dollars: nothing here is known to the cent."""

    low: int
    central: int
    high: int


_PRECISION = Context(prec=16)


def thousand_lines(languages: Iterable[tuple[str, int]]) -> Decimal:
    """Thousand lines of code (KSLOC), weighted, to a thousandth of a line; `languages` are names and bytes."""
    lines = sum((_lines(language, size) for language, size in languages), Decimal(0))
    return (lines / 1000).quantize(Decimal("0.000001"), context=Context(prec=100))


def _lines(language: str, size: int) -> Decimal:
    if language in NO_CODE:
        return Decimal(0)
    lines = _PRECISION.divide(Decimal(size), Decimal(BYTES_PER_LINE.get(language, UNKNOWN_LANGUAGE)))
    return lines / 2 if language in HALF_CODE else lines


def person_months(model: Model, ksloc: Decimal) -> Decimal:
    """The effort for so many thousand lines of code, to some 15 digits; none for none."""
    if not ksloc:
        return Decimal(0)
    # The same as a power, in a third of its time.
    return model.factor * _PRECISION.exp(model.power * _PRECISION.ln(ksloc))


def replacement_cost(ksloc: Decimal, parameters: Parameters = US_2024_05) -> Cost:
    """What writing so many thousand lines of code anew would cost, as one repository."""
    return Cost(_dollars(parameters.low, ksloc), _dollars(parameters.central, ksloc), _dollars(parameters.high, ksloc))


def _dollars(estimate: Estimate, ksloc: Decimal) -> int:
    months = person_months(estimate.model, ksloc * estimate.margin)
    return round(months * estimate.yearly_wage / 12 * estimate.overhead)
