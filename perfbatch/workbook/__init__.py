"""Spreadsheet files, and nothing of what is filled in on them.

``open`` reads any kind into grids, behind which nobody knows which kind it was; ``convert`` makes any kind
into an .xlsx that looks like it; ``xlsx.edit`` marks an .xlsx and leaves the rest of it byte for byte.

From the ground up: ``grid``, ``addresses``, ``bounds`` and ``refusal`` are what all speak of; ``cell_value``,
``number_text`` and ``merging`` turn what a file stores into what a person sees; ``archive`` and ``package``
open zips; ``xlsx``, ``xls`` and ``ods`` know one kind each.
"""
