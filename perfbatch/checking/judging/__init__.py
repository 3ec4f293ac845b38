"""Judgements that several checks share: each is made once and says which rows have it."""
