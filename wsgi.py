"""The entry point of web servers and of the `flask` command."""

import gc

from webapp import create_app

app = create_app()
gc.collect()
gc.freeze()  # what lives as long as the process need not be looked through for garbage again and again
