"""Between a person's desktop and ``perfbatch run``: names that were dropped, a result that is opened.

核验.bat and 核验.sh (bundle/) start ``python -m perfbatch.desktop``; what they cannot do safely is done here.
"""
