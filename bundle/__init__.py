"""One zip that installs perfbatch on a computer without a network: ``make bundle PLATFORM=win_amd64``.

platforms (what a target is) → lock (what it needs) → wheels (fetched, hashed) → archive (the zip).
site/, windows/ and linux/ are what the zip holds beside the wheels. Nothing here is in perfbatch's own wheel.
"""
