"""The words everybody uses: money, occasion, refusal, place, ids, texts, periods, patience, pictures, signatures, kept.

Pure Python: no database, no clock, no web. The list of files is closed; a new word needs a decision record.
"""
