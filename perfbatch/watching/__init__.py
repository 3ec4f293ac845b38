"""``perfbatch watch``: a folder that files arrive in, and a run over it whenever something has come to rest.

arrivals (what lies there, and what is still being written) → loop (when a round is due) → rounds (one run in
a process of its own) → status (状态.html and the log). Nothing here knows what a form is.
"""
