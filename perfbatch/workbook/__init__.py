"""Each kind of file into grids: what only that kind needs to know stands here.

``perfbatch.workbook.open`` chooses among them; behind the grid nobody knows which kind it was.
"""
