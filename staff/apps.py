from django.apps import AppConfig


class StaffConfig(AppConfig):
    name = "staff"
    verbose_name = "Staff"

    def ready(self) -> None:
        # Importing `defaults` registers the practice's settings; the rest puts links on the pages about accounts.
        from accounts.panels import people
        from staff import account_links, defaults  # noqa: F401

        people.add(*account_links.LINKS)
