"""What gunicorn reads by itself wherever it is started in this folder: how long an address may be.

Whoever puts ten thousand letters into a search gets a page of ours, not gunicorn's bare line: each letter may take
twelve bytes of an address. No limit at all would let a single line without end fill the memory.
"""

from gunicorn.http import message

limit_request_line = 128 * 1024
message.MAX_REQUEST_LINE = limit_request_line  # beyond its own 8,190 gunicorn takes a limit for that one
