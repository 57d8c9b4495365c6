# Redacted: without tokens. Before each command, put into TOKEN the token that it names.
