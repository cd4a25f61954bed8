"""The parts that formats are made of, for a format of your own (`neurorl new format my_format`).

Reading: `who_and_when` finds subject, session and trial of each row; `option_labels` the task's answers; `mapped` turns
the file's codes of choices into positions among them; `rewards` reads what was paid; `further` keeps other columns; and
`one_choice` makes the canonical rows. Writing: `one_choice_trials` gives one row a trial, `text_table` writes it.
"""

from neurorl.data.formats._codes import mapped as mapped
from neurorl.data.formats._codes import rewards as rewards
from neurorl.data.formats._trials import further as further
from neurorl.data.formats._trials import one_choice as one_choice
from neurorl.data.formats._trials import option_labels as option_labels
from neurorl.data.formats._trials import who_and_when as who_and_when
from neurorl.data.formats._wide import joined as joined
from neurorl.data.formats._wide import one_choice_trials as one_choice_trials
from neurorl.data.formats._wide import text_table as text_table
