"""What a school's plan asks of families, held against published norms.

A plan and its families go in, an assessment comes out. Nothing here knows of web pages, databases or the
words shown to people.
"""
