# Redacted: without tokens. Before each command, put into TOKEN the token that it names.

# #1, 2026-11-24 12:00:00 UTC, ✓ valid, acme-sandbox
curl -sS --data-binary "$TOKEN" --url 'http://127.0.0.1:4927/in/it'\''s'

# #2, 2026-11-24 12:00:00 UTC, ◷ expired, acme-sandbox
curl -sS --data-binary "$TOKEN" --url 'http://127.0.0.1:4927/in/it'\''s'

# #3, 2026-11-24 12:00:00 UTC, ✗ invalid, acme-sandbox
curl -sS --data-binary "$TOKEN" --url 'http://127.0.0.1:4927/in/it'\''s'

# #4, 2026-11-24 12:00:00 UTC, ✗ malformed, acme-sandbox
curl -sS --data-binary "$TOKEN" --url 'http://127.0.0.1:4927/in/it'\''s'

# #5, 2026-11-24 12:00:00 UTC, ○ guest, acme-sandbox: there is no token to send.

# #6, 2026-11-24 12:00:00 UTC, ! error: there is no token to send.

# #7, 2026-11-24 12:00:00 UTC, ⊘ refused: there is no token to send.
