"""The `hilfenetz` command: everything an operator does, one command each.

``commands`` declares them, ``run`` holds the long-running parts (web, worker, beat), ``up`` the whole portal on one
machine, ``report`` what `hilfenetz doctor` prints. Heavy imports wait until their command runs.
"""
