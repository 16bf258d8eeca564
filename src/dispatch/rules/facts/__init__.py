"""Facts: what the rules are told. Frozen, in the field's own words, every moment aware and in UTC.

A fact is a noun or in the past tense; a decision, which is what a rule returns (`decisions`), is an imperative.
"""
