"""A page on the office's own machine: drops to runs, runs to downloads.

Needs the extra ``serve``: ``perfbatch.serve.start`` begins a server.
"""

FOLDER = "核验页面"
"""Where uploads and results lie, where nobody says otherwise."""
