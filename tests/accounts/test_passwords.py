"""Which passwords are refused, and that long ones of one's own are not."""

import pytest

from accounts.errors import WeakPassword
from accounts.models import User
from accounts.services.passwords import check_password_strength
from tests.accounts.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    return UserFactory.create(email="maya.lindqvist@wisteria.example")


@pytest.mark.parametrize(
    "password",
    [
        "quiet harbor lantern seven",
        "purple kettle mountain",
        "seven otters ate my lunch",
        "kF8#q!zP2v@Lw9$",
        "il pleut sur la ville",
        "夜の静かな港に灯りがともる七つの海",
        "my dog Biscuit hates Tuesdays",
        "x" * 0 + "Tomatoes? never on the third shelf, 1987!" * 4,
    ],
)
def test_passphrases_of_one_s_own_are_welcome(user: User, password: str) -> None:
    check_password_strength(password, user)


@pytest.mark.parametrize(
    "password",
    [
        "fourteen-chars",
        "password1password1",
        "PasswordPassword",
        "P@ssw0rdP@ssw0rd",
        "qwertyuiopasdfgh",
        "1qaz2wsx3edc4rfv5tgb",
        "123456789012345678",
        "aaaaaaaaaaaaaaaaaa",
        "abcdefghijklmnopq",
        "correct horse battery staple",
        "Correct-Horse-Battery-Staple",
        "iloveyouiloveyou",
        "maya.lindqvist2026",
        "maya.lindqvist@wisteria.example",
        "mentalspacementalspace",
        "MentalSpacePractice1",
    ],
)
def test_what_others_use_and_one_s_own_name_are_refused(user: User, password: str) -> None:
    with pytest.raises(WeakPassword) as refused:
        check_password_strength(password, user)
    assert password not in str(refused.value)


def test_capitals_and_digits_are_nobody_s_business(user: User) -> None:
    check_password_strength("only small letters and spaces", user)


def test_a_very_long_one_works_to_its_last_letter(user: User) -> None:
    long = "Tomatoes? never on the third shelf, 1987! " * 20
    user.set_password(long)
    assert user.check_password(long)
    assert not user.check_password(long[:-1])
