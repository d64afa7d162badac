"""The verbs: one file a noun. Only here is anything written."""
