"""The gateway: one door in, one door out, one owner for every conversation, one list of debts."""
