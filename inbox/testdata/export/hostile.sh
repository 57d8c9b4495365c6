# Redacted: without tokens. Before each command, put into TOKEN the token that it names.

# #8, 2026-11-24 12:00:00 UTC, ✗ invalid, acme-sandbox
curl -sS --data-binary "$TOKEN" --url 'http://127.0.0.1:4927/in/it'\''s'

# #9, 2026-11-24 12:00:00 UTC, ! error: there is no token to send.

# #10, 2026-11-24 12:00:00 UTC, ✗ invalid
curl -sS --data-binary "$TOKEN" --url 'http://127.0.0.1:4927/in/it'\''s'
