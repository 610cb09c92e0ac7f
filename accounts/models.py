"""People who sign in (the documented `users` table), their sessions, and how often somebody may try."""

import uuid
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import Q

from accounts.choices import Role
from mentalspace.core import clock
from mentalspace.core.constraints import known_value, lower_case

if TYPE_CHECKING:
    from accounts.sessions import SessionStore


class UserManager(BaseUserManager["User"]):
    """Finds people by e-mail in any case."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A person with a usable password, or one who has to set it by mail (`password=None`)."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person who may sign in. `role` picks their home page; permissions are the union of all their roles."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField("e-mail", max_length=255)
    password = models.CharField("password", max_length=255)
    role = models.CharField("main role", max_length=50, choices=Role)
    reset_token = models.CharField(
        max_length=255,
        null=True,
        blank=True,
        editable=False,
        help_text="SHA-256 of the mailed token, in hex.",
    )
    reset_expire = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)
    # Further columns
    further_roles = ArrayField(models.CharField(max_length=50, choices=Role), default=list, blank=True)
    is_active = models.BooleanField("may sign in", default=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        db_table = "users"
        constraints = [
            models.UniqueConstraint(fields=["email"], name="users_email_unique"),
            lower_case("email", "users"),
            known_value("role", Role, "users"),
            models.CheckConstraint(
                condition=Q(further_roles__contained_by=sorted(Role.values)), name="users_further_roles_known"
            ),
            models.CheckConstraint(
                condition=Q(reset_token__isnull=True, reset_expire__isnull=True)
                | Q(reset_token__isnull=False, reset_expire__isnull=False),
                name="users_reset_token_expires",
            ),
        ]

    def __str__(self) -> str:
        return self.email

    @property
    def roles(self) -> frozenset[str]:
        """The main role and the further ones."""
        return frozenset([self.role, *self.further_roles])

    @property
    def is_staff(self) -> bool:
        """Django admin's word for who may open it: administrators."""
        return self.is_active and Role.ADMIN in self.roles

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Django admin's question. The application's own pages ask `rules.py`."""
        return self.is_staff

    def has_perms(self, perm_list: Any, obj: Any = None) -> bool:
        return self.is_staff

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_staff


class Session(AbstractBaseSession):
    """A browser that somebody is signed in with, or a passer-by's. See `accounts.sessions` for what is in it."""

    session_key = models.CharField(
        max_length=64, primary_key=True, help_text="SHA-256 of the cookie, in hex."
    )
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, blank=True, related_name="sessions")
    device = models.CharField(
        max_length=100, blank=True, help_text="Browser and system, as the browser says."
    )
    address = models.GenericIPAddressField(null=True, blank=True)
    started_at = models.DateTimeField(default=clock.now)
    last_used_at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "sessions"

    @classmethod
    def get_session_store_class(cls) -> type["SessionStore"]:
        # The store is made of this model.
        from accounts.sessions import SessionStore

        return SessionStore


class Budget(models.Model):
    """How many tries somebody has used of those they have until `ends_at`. See `services.limits`."""

    key = models.CharField(
        max_length=64, primary_key=True, help_text="Keyed hash of what is limited and for whom."
    )
    spent = models.PositiveIntegerField(default=0)
    ends_at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "sign_in_budgets"

    def __str__(self) -> str:
        return self.key
