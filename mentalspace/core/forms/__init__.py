"""Forms of the kit: one column, labels above, errors at the field and in a summary, everything typed kept.

Fields read what people type (`3/14/2026`, `230p`, `404.555.0134`, `$1,234.50`) and refuse in a sentence that says how.
"""

from mentalspace.core.forms.answers import answer, ask
from mentalspace.core.forms.choices import Option, SearchSelect, SearchSelectMultiple, options_response
from mentalspace.core.forms.faults import Fault, add_domain_error, faults_of
from mentalspace.core.forms.fields import DateField, MoneyField, PhoneField, TimeField, ZipField
from mentalspace.core.forms.layout import Folded, Section, Together
from mentalspace.core.forms.pages import PageForm, posted

__all__ = [
    "DateField",
    "Fault",
    "Folded",
    "MoneyField",
    "Option",
    "PageForm",
    "PhoneField",
    "SearchSelect",
    "SearchSelectMultiple",
    "Section",
    "TimeField",
    "Together",
    "ZipField",
    "add_domain_error",
    "answer",
    "ask",
    "faults_of",
    "options_response",
    "posted",
]
