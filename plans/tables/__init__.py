"""Tables of a section as workbooks and CSV, and back: knows the grid and content, and no HTTP.

Its modules are imported by their own names, so that the reading process starts with nothing else.
"""
