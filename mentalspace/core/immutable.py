"""SQL for tables whose rows the database itself keeps from changing. Used by migrations only."""


def append_only(table: str) -> tuple[str, str]:
    """SQL, and SQL that takes it back, after which rows of `table` can be inserted and read, and nothing else."""
    forward = f"""
        CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
    """
    backward = f"DROP TRIGGER {table}_no_change ON {table}; DROP TRIGGER {table}_no_truncate ON {table};"
    return forward, backward


def frozen_when(table: str, condition: str) -> tuple[str, str]:
    """SQL, and SQL that takes it back, after which a row of `table` that meets `condition` (on OLD) stays as it is."""
    forward = f"""
        CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table}
            FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
    """
    backward = f"DROP TRIGGER {table}_no_change ON {table}; DROP TRIGGER {table}_no_truncate ON {table};"
    return forward, backward
