"""What is handed up: ledgers, household files, briefings, any blank form filled."""
