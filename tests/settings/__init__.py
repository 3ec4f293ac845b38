"""Tests of perfbatch.settings."""
