from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "People who sign in"

    def ready(self) -> None:
        # Importing registers the practice's settings about signing in, and what is noted then.
        from accounts import defaults, receivers  # noqa: F401
