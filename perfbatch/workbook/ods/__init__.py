"""OpenDocument spreadsheets (.ods, .fods): read as grids, and as pages for a copy."""
