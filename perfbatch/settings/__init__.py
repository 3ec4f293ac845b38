"""perfbatch.toml: what an office asks for every time, found, read and checked; the command line wins."""

from perfbatch.settings.declared import TABLES, Key, keys
from perfbatch.settings.draft import draft
from perfbatch.settings.errors import SettingsError
from perfbatch.settings.places import NAME, find
from perfbatch.settings.read import Settings, read_settings

__all__ = ["NAME", "TABLES", "Key", "Settings", "SettingsError", "draft", "find", "keys", "read_settings"]
