"""Tables, database, migrations, search index, outbox."""
