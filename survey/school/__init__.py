"""The principal's desk: is my plan too heavy, and for whom?"""
