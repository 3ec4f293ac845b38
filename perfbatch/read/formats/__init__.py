"""Each kind of file into grids: what only that kind needs to know stands here.

``perfbatch.read.workbook`` chooses among them; behind the grid nobody knows which kind it was.
"""
