"""Live interviews: held, asked, sorted, answered, watched and written down."""
