"""What lies between two runs: the roster of projects expected, approved targets, history, decisions.

Each becomes a frame that the stages of a run are given; nothing here knows how a run works inside.
"""
