"""How an installation is kept: its health, backups, heads of the chain, work in the background."""
