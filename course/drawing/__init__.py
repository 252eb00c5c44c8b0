"""The pictures. Nothing else imports matplotlib, and this is imported when something is drawn."""
