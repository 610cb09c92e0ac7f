"""How a diagnosis is typed and written. `documents.icd10` knows all codes.

Those that outpatient mental health uses most stand here with their words, which are read without asking the database;
they are what is offered to whom has no scripts.
"""

import re
from typing import TypedDict

CODE = re.compile(r"^[A-TV-Z][0-9][0-9A-Z](\.[0-9A-Z]{1,4})?$")
SPLIT = re.compile(
    r"^\s*([A-Za-z][0-9][0-9A-Za-z](?:\.?[0-9A-Za-z]{1,4})?)(?:\s*[-–—:,]?\s+(.*))?\s*$", re.DOTALL
)


class Diagnosis(TypedDict):
    """A code as ICD-10-CM writes it, and what it stands for. `code` is empty where what was typed holds none."""

    code: str
    text: str


COMMON = {
    "F10.10": "Alcohol abuse, uncomplicated",
    "F10.20": "Alcohol dependence, uncomplicated",
    "F10.21": "Alcohol dependence, in remission",
    "F11.20": "Opioid dependence, uncomplicated",
    "F11.21": "Opioid dependence, in remission",
    "F12.10": "Cannabis abuse, uncomplicated",
    "F12.20": "Cannabis dependence, uncomplicated",
    "F14.20": "Cocaine dependence, uncomplicated",
    "F15.20": "Other stimulant dependence, uncomplicated",
    "F20.9": "Schizophrenia, unspecified",
    "F22": "Delusional disorders",
    "F23": "Brief psychotic disorder",
    "F25.0": "Schizoaffective disorder, bipolar type",
    "F25.1": "Schizoaffective disorder, depressive type",
    "F29": "Unspecified psychosis not due to a substance or known physiological condition",
    "F31.0": "Bipolar disorder, current episode hypomanic",
    "F31.31": "Bipolar disorder, current episode depressed, mild",
    "F31.32": "Bipolar disorder, current episode depressed, moderate",
    "F31.4": "Bipolar disorder, current episode depressed, severe, without psychotic features",
    "F31.81": "Bipolar II disorder",
    "F31.9": "Bipolar disorder, unspecified",
    "F32.0": "Major depressive disorder, single episode, mild",
    "F32.1": "Major depressive disorder, single episode, moderate",
    "F32.2": "Major depressive disorder, single episode, severe without psychotic features",
    "F32.4": "Major depressive disorder, single episode, in partial remission",
    "F32.5": "Major depressive disorder, single episode, in full remission",
    "F32.81": "Premenstrual dysphoric disorder",
    "F32.89": "Other specified depressive episodes",
    "F32.A": "Depression, unspecified",
    "F33.0": "Major depressive disorder, recurrent, mild",
    "F33.1": "Major depressive disorder, recurrent, moderate",
    "F33.2": "Major depressive disorder, recurrent severe without psychotic features",
    "F33.41": "Major depressive disorder, recurrent, in partial remission",
    "F33.42": "Major depressive disorder, recurrent, in full remission",
    "F33.9": "Major depressive disorder, recurrent, unspecified",
    "F34.0": "Cyclothymic disorder",
    "F34.1": "Dysthymic disorder",
    "F34.81": "Disruptive mood dysregulation disorder",
    "F40.00": "Agoraphobia, unspecified",
    "F40.01": "Agoraphobia with panic disorder",
    "F40.10": "Social phobia, unspecified",
    "F40.11": "Social phobia, generalized",
    "F41.0": "Panic disorder [episodic paroxysmal anxiety]",
    "F41.1": "Generalized anxiety disorder",
    "F41.8": "Other specified anxiety disorders",
    "F41.9": "Anxiety disorder, unspecified",
    "F42.2": "Mixed obsessional thoughts and acts",
    "F42.3": "Hoarding disorder",
    "F42.4": "Excoriation (skin-picking) disorder",
    "F42.9": "Obsessive-compulsive disorder, unspecified",
    "F43.0": "Acute stress reaction",
    "F43.10": "Post-traumatic stress disorder, unspecified",
    "F43.11": "Post-traumatic stress disorder, acute",
    "F43.12": "Post-traumatic stress disorder, chronic",
    "F43.20": "Adjustment disorder, unspecified",
    "F43.21": "Adjustment disorder with depressed mood",
    "F43.22": "Adjustment disorder with anxiety",
    "F43.23": "Adjustment disorder with mixed anxiety and depressed mood",
    "F43.24": "Adjustment disorder with disturbance of conduct",
    "F43.25": "Adjustment disorder with mixed disturbance of emotions and conduct",
    "F43.81": "Prolonged grief disorder",
    "F43.89": "Other reactions to severe stress",
    "F44.9": "Dissociative and conversion disorder, unspecified",
    "F45.1": "Undifferentiated somatoform disorder",
    "F45.21": "Hypochondriasis",
    "F50.20": "Bulimia nervosa, unspecified",
    "F50.82": "Avoidant/restrictive food intake disorder",
    "F50.9": "Eating disorder, unspecified",
    "F51.01": "Primary insomnia",
    "F60.3": "Borderline personality disorder",
    "F60.5": "Obsessive-compulsive personality disorder",
    "F60.6": "Avoidant personality disorder",
    "F60.9": "Personality disorder, unspecified",
    "F63.81": "Intermittent explosive disorder",
    "F64.0": "Transsexualism",
    "F84.0": "Autistic disorder",
    "F90.0": "Attention-deficit hyperactivity disorder, predominantly inattentive type",
    "F90.1": "Attention-deficit hyperactivity disorder, predominantly hyperactive type",
    "F90.2": "Attention-deficit hyperactivity disorder, combined type",
    "F90.9": "Attention-deficit hyperactivity disorder, unspecified type",
    "F91.3": "Oppositional defiant disorder",
    "F91.9": "Conduct disorder, unspecified",
    "F93.0": "Separation anxiety disorder of childhood",
    "F94.0": "Selective mutism",
    "F95.2": "Tourette's disorder",
    "R45.851": "Suicidal ideations",
    "Z56.9": "Unspecified problems related to employment",
    "Z62.820": "Parent-biological child conflict",
    "Z63.0": "Problems in relationship with spouse or partner",
    "Z63.4": "Disappearance and death of family member",
    "Z63.5": "Disruption of family by separation and divorce",
    "Z65.8": "Other specified problems related to psychosocial circumstances",
    "Z91.51": "Personal history of suicidal behavior",
    "Z91.52": "Personal history of nonsuicidal self-harm",
}


def read(typed: str) -> Diagnosis:
    """What was typed or picked: a code, a code with its words, or words that stay as they are."""
    match = SPLIT.match(typed)
    if match is None:
        return Diagnosis(code="", text=typed.strip())
    code = dotted(match[1])
    if not CODE.match(code):
        return Diagnosis(code="", text=typed.strip())
    return Diagnosis(code=code, text=(match[2] or COMMON.get(code, "")).strip())


def dotted(code: str) -> str:
    """`f411` as `F41.1`."""
    plain = code.upper().replace(".", "")
    return f"{plain[:3]}.{plain[3:]}" if len(plain) > 3 else plain


def written(diagnosis: Diagnosis) -> str:
    """`F41.1 Generalized anxiety disorder`."""
    return f"{diagnosis['code']} {diagnosis['text']}".strip()


def suggestions() -> list[str]:
    """What is offered where there are no scripts."""
    return [f"{code} {text}" for code, text in COMMON.items()]
