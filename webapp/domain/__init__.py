"""What Wellkept means, in plain Python: no Flask, no SQLAlchemy, no clock, no I/O."""
