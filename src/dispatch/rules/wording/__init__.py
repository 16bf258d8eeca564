"""Everything we say.

The law: plain, calm and short, for somebody half asleep; never a child or a meeting place in a text.

`texts` and `asking` are for specialists, `agency_texts` for officers and partner agencies, `alarms` and `alarm_answers`
for coordinators; `spoken` is what is said on the phone. Every text fits one segment of
160 GSM-7 characters (`alphabet`): one character outside it costs twice the segments, and segments arrive late or out of
order. None asks for a word that the carrier itself acts on (STOP, END, YES, HELP and their kin): such a reply would be
swallowed, or would silence the next page.
"""
