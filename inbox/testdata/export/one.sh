# Redacted: without tokens. Before each command, put into TOKEN the token that it names.

# #1, 2026-11-24 12:00:00 UTC, ✓ valid, acme-sandbox
curl -sS --data-binary "$TOKEN" --url 'http://127.0.0.1:4927/in/it'\''s'
