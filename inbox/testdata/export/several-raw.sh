# #1, 2026-11-24 12:00:00 UTC, ✓ valid, acme-sandbox
curl -sS --data-binary 'eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzUxMiJ9.eyJjdXN0b21lciI6eyJpZCI6NDkyNywiZW1haWwiOiJqYW5lQGV4YW1wbGUuY29tIiwiZ3JvdXBfaWQiOiI2In0sImlzcyI6ImJjL2FwcHMiLCJzdWIiOiJhYmMxMjNkZWYiLCJpYXQiOjE3OTU1MjE2MDAsImV4cCI6MTc5NTUyMjUwMCwidmVyc2lvbiI6MSwiYXVkIjoiYWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXowMTIzNCIsImFwcGxpY2F0aW9uX2lkIjoiYWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXowMTIzNCIsInN0b3JlX2hhc2giOiJhYmMxMjNkZWYiLCJvcGVyYXRpb24iOiJjdXJyZW50X2N1c3RvbWVyIn0.9iOjzSOiSjGna3x2wqOrHXNOVtJ4XhitWSTGcq7o12bCyUDaNVvfMVTmmNqrxs-IuHf4W3C4VFUqcLJRnrn2Cw' --url 'http://127.0.0.1:4927/in/it'\''s'

# #2, 2026-11-24 12:00:00 UTC, ◷ expired, acme-sandbox
curl -sS --data-binary 'eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzUxMiJ9.eyJjdXN0b21lciI6eyJpZCI6NDkyNywiZW1haWwiOiJqYW5lQGV4YW1wbGUuY29tIiwiZ3JvdXBfaWQiOiI2In0sImlzcyI6ImJjL2FwcHMiLCJzdWIiOiJhYmMxMjNkZWYiLCJpYXQiOjE3OTU1MjA0MDAsImV4cCI6MTc5NTUyMTMwMCwidmVyc2lvbiI6MSwiYXVkIjoiYWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXowMTIzNCIsImFwcGxpY2F0aW9uX2lkIjoiYWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXowMTIzNCIsInN0b3JlX2hhc2giOiJhYmMxMjNkZWYiLCJvcGVyYXRpb24iOiJjdXJyZW50X2N1c3RvbWVyIn0.BrTFNidlTiU-I6EOaEjHXIholyh6d-n2GaE6lGdlyOFNxteufvopUAzBOIbhZWeleRgdihgZa1S7cWyuBLZdqw' --url 'http://127.0.0.1:4927/in/it'\''s'

# #3, 2026-11-24 12:00:00 UTC, ✗ invalid, acme-sandbox
curl -sS --data-binary 'eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzUxMiJ9.eyJjdXN0b21lciI6eyJpZCI6NDkyNywiZW1haWwiOiJqYW5lQGV4YW1wbGUuY29tIiwiZ3JvdXBfaWQiOiI2In0sImlzcyI6ImJjL2FwcHMiLCJzdWIiOiJhYmMxMjNkZWYiLCJpYXQiOjE3OTU1MjE2MDAsImV4cCI6MTc5NTUyMjUwMCwidmVyc2lvbiI6MSwiYXVkIjoiYWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXowMTIzNCIsImFwcGxpY2F0aW9uX2lkIjoiYWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXowMTIzNCIsInN0b3JlX2hhc2giOiJhYmMxMjNkZWYiLCJvcGVyYXRpb24iOiJjdXJyZW50X2N1c3RvbWVyIn0.3-Fa12uBuNqFRAbDtzJki9MwLztpveGt60xykfhzyH0i28lhy5AV04xmmqa31j_e3zvD8sKPXpDR21pSqiBoTA' --url 'http://127.0.0.1:4927/in/it'\''s'

# #4, 2026-11-24 12:00:00 UTC, ✗ malformed, acme-sandbox
curl -sS --data-binary 'eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzUxMiJ9.eyJjdXN0b21lciI6eyJpZCI6NDkyNywiZW1haWwiOiJqYW5lQGV4YW1wbGUuY29tIiwiZ3JvdXBfaWQiOiI2In0sImlzcyI6ImJjL2FwcHMiLCJzdWIiOiJhYmMxMjNkZWYiLCJpYXQiOjE3OTU1MjE2MDAsImV4cCI6MTc5NTUyMjUwMCwidmVyc2lvbiI6MSwiYXVkIjoiYWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXowMTIzNCIsImFwcGxpY2F0aW9uX2lkIjoiYWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXowMTIzNCIsInN0b3JlX2hhc2giOiJhYmMxMjNkZWYiLCJvcGVyYXRpb24iOiJjdXJyZW50X2N1c3RvbWVyIn0.9iOjzSOiSjGna3x2wqOrHXNOVtJ4XhitWSTGcq7o12bCyUDaNVvfMVTmmNqrxs-IuH' --url 'http://127.0.0.1:4927/in/it'\''s'

# #5, 2026-11-24 12:00:00 UTC, ○ guest, acme-sandbox: there is no token to send.

# #6, 2026-11-24 12:00:00 UTC, ! error: there is no token to send.

# #7, 2026-11-24 12:00:00 UTC, ⊘ refused: there is no token to send.
