"""Facts: what the rules are told. Frozen, in the field's own words, every moment aware and in UTC.

A fact is a noun or stands in the past tense; what a rule answers (see `decisions`) is an imperative.
"""
