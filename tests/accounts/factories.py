"""People who sign in."""

from typing import Any

import factory
from factory.django import DjangoModelFactory

from accounts.choices import Role
from accounts.models import User

PASSWORD = "quiet harbor lantern seven"


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"person{n}@example.com")
    role = Role.THERAPIST
    password = ""

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> User:
        # Hashing takes 50 ms on purpose; tests that sign in by form pass `password=PASSWORD`.
        password = kwargs.pop("password", "")
        return User.objects.create_user(password=password or None, **kwargs)
